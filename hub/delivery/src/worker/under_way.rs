//! The messages under way.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use komunala_app::ports::outbox::{Claimed, Priority};
use tokio::task::{self, JoinSet};

use super::{Carrier, Post};

/// A task for each message under way, and whose it is, in case it panics.
#[derive(Default)]
pub(super) struct UnderWay {
    tasks: JoinSet<()>,
    messages: HashMap<task::Id, Message>,
}

struct Message {
    claimed: Claimed,
    sent: Sent,
}

/// The other side has a message, and so has somebody else what it held: only its outcome is still being written down.
#[derive(Clone, Default)]
pub(super) struct Sent(Arc<AtomicBool>);

impl Sent {
    pub(super) fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl UnderWay {
    pub(super) fn start<C: Carrier>(&mut self, post: &Arc<Post<C>>, claimed: Claimed) {
        let sent = Sent::default();
        let work = {
            let (post, claimed, sent) = (Arc::clone(post), claimed.clone(), sent.clone());
            async move { post.see_to(claimed, sent).await }
        };
        let task = self.tasks.spawn(work);
        self.messages.insert(task.id(), Message { claimed, sent });
    }

    pub(super) fn len(&self) -> usize {
        self.tasks.len()
    }

    /// How many of them have yet to be sent, and how many of those go to very many.
    pub(super) fn unsent(&self) -> (usize, usize) {
        let is_bulk = |message: &&Message| message.claimed.message.content.priority() == Priority::Bulk;
        let unsent = self.messages.values().filter(|message| !message.sent.is_set());
        (unsent.clone().count(), unsent.filter(is_bulk).count())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// Waits until a message is done; answers at once when none is under way.
    pub(super) async fn next<C: Carrier>(&mut self, post: &Post<C>) {
        match self.tasks.join_next_with_id().await {
            Some(Ok((id, ()))) => drop(self.messages.remove(&id)),
            Some(Err(error)) => {
                if let Some(Message { claimed, .. }) = self.messages.remove(&error.id()) {
                    tracing::error!(message = %claimed.message.id, "a message was dropped by a panic");
                    post.record_dropped(&claimed).await;
                }
            }
            None => {}
        }
    }

    /// Waits until all are done.
    pub(super) async fn all<C: Carrier>(&mut self, post: &Post<C>) {
        while !self.is_empty() {
            self.next(post).await;
        }
    }
}
