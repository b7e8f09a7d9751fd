//! Bells that are rung when a message was enqueued, so that the workers that send need not wait for their next round.

use std::sync::Arc;

use komunala_domain::Channel;
use tokio::sync::Notify;

/// A bell for the worker of each channel.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bells {
    mail: Arc<Notify>,
    texts: Arc<Notify>,
}

impl Bells {
    /// Rings all of them: whoever enqueues need not know which channel it became, and one look at an empty queue is cheap.
    pub(crate) fn ring(&self) {
        self.mail.notify_one();
        self.texts.notify_one();
    }

    /// The bell of a channel.
    pub(crate) fn of(&self, channel: Channel) -> Arc<Notify> {
        match channel {
            Channel::Email => self.mail.clone(),
            Channel::Sms => self.texts.clone(),
        }
    }
}
