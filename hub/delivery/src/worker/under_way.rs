//! The messages under way.

use std::{collections::HashMap, sync::Arc};

use komunala_app::ports::outbox::{Claimed, Priority};
use tokio::task::{self, JoinSet};

use super::{Carrier, Post};

/// A task for each message under way, and whose it is, in case it panics.
#[derive(Default)]
pub(super) struct UnderWay {
    tasks: JoinSet<()>,
    messages: HashMap<task::Id, Claimed>,
}

impl UnderWay {
    pub(super) fn start<C: Carrier>(&mut self, post: &Arc<Post<C>>, claimed: Claimed) {
        let work = {
            let (post, claimed) = (Arc::clone(post), claimed.clone());
            async move { post.see_to(claimed).await }
        };
        let task = self.tasks.spawn(work);
        self.messages.insert(task.id(), claimed);
    }

    pub(super) fn len(&self) -> usize {
        self.tasks.len()
    }

    /// How many of them go to very many.
    pub(super) fn bulk(&self) -> usize {
        let is_bulk = |claimed: &&Claimed| claimed.message.content.priority() == Priority::Bulk;
        self.messages.values().filter(is_bulk).count()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// Waits until a message is done; answers at once when none is under way.
    pub(super) async fn next<C: Carrier>(&mut self, post: &Post<C>) {
        match self.tasks.join_next_with_id().await {
            Some(Ok((id, ()))) => drop(self.messages.remove(&id)),
            Some(Err(error)) => {
                if let Some(claimed) = self.messages.remove(&error.id()) {
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
