//! Waiting until the outcome of another message is written down.

use std::convert::Infallible;

use tokio::sync::oneshot;

/// An outcome is being written down, for as long as this lives.
pub(super) struct Writing(#[expect(dead_code, reason = "dropping it is what it is for")] oneshot::Sender<Infallible>);

/// The other end, for whoever waits until an outcome is written down, or given up on.
pub(crate) struct Written(oneshot::Receiver<Infallible>);

/// Of one outcome.
pub(super) fn outcome() -> (Writing, Written) {
    let (writing, written) = oneshot::channel();
    (Writing(writing), Written(written))
}

/// Waits for an outcome that may not be written down yet.
pub(crate) async fn settled(outcome: Option<Written>) {
    if let Some(Written(outcome)) = outcome {
        let Err(_gone) = outcome.await;
    }
}
