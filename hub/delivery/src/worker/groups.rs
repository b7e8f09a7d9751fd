//! Steps of many sessions, made durable together.
//!
//! While one group is being written the next one gathers, so a step waits for one commit at most besides its own, and a
//! queue of sixty sessions costs no more commits than one of two. Nobody goes on before the commit that has their step.

use std::future::Future;

use komunala_app::ports::StoreError;
use tokio::sync::{mpsc, oneshot};

/// Steps in one commit at most.
const TOGETHER: usize = 256;

/// A step and whoever waits for it.
struct Waiting<T> {
    step: T,
    done: oneshot::Sender<Result<bool, StoreError>>,
}

/// Where sessions hand in their steps.
pub(super) struct Groups<T>(mpsc::Sender<Waiting<T>>);

impl<T> Groups<T> {
    /// The line, and the work at its other end, which is to be driven for as long as anybody hands in a step.
    pub(super) fn new<W>(commit: impl Fn(Vec<T>) -> W) -> (Self, impl Future<Output = ()>)
    where
        W: Future<Output = Result<Vec<bool>, StoreError>>,
    {
        let (line, waiting) = mpsc::channel(TOGETHER);
        (Self(line), write(waiting, commit))
    }

    /// Makes a step durable; answers whether it was taken.
    pub(super) async fn hand_in(&self, step: T) -> Result<bool, StoreError> {
        let (done, written) = oneshot::channel();
        let gone = || StoreError::Unavailable("nobody writes steps down any more".into());
        self.0.send(Waiting { step, done }).await.map_err(|_| gone())?;
        written.await.map_err(|_| gone())?
    }
}

async fn write<T, W>(mut line: mpsc::Receiver<Waiting<T>>, commit: impl Fn(Vec<T>) -> W)
where
    W: Future<Output = Result<Vec<bool>, StoreError>>,
{
    let mut waiting = Vec::with_capacity(TOGETHER);
    while line.recv_many(&mut waiting, TOGETHER).await > 0 {
        let (steps, sessions): (Vec<T>, Vec<_>) = waiting.drain(..).map(|one| (one.step, one.done)).unzip();
        let written = commit(steps).await;
        for (at, session) in sessions.into_iter().enumerate() {
            // a session that was cut meanwhile waits for nothing
            let _ = session.send(match &written {
                Ok(steps) => Ok(steps.get(at).copied().unwrap_or(false)),
                Err(error) => Err(StoreError::Unavailable(error.to_string().into())),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[tokio::test]
    async fn steps_that_come_while_a_commit_is_under_way_share_the_next_one() {
        let sizes = Mutex::new(Vec::new());
        let (groups, writing) = Groups::new(|steps: Vec<u32>| {
            sizes.lock().unwrap().push(steps.len());
            async move {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                Ok(steps.iter().map(|step| step % 2 == 0).collect())
            }
        });
        let handing_in = async {
            let groups = groups;
            let first = groups.hand_in(0);
            let others = async {
                tokio::task::yield_now().await;
                futures::future::join_all((1..=50).map(|step| groups.hand_in(step))).await
            };
            futures::future::join(first, others).await
        };
        let ((), (first, others)) = futures::future::join(writing, handing_in).await;
        assert!(first.unwrap());
        let answers: Vec<bool> = others.into_iter().map(Result::unwrap).collect();
        assert_eq!(answers, (1..=50).map(|step| step % 2 == 0).collect::<Vec<_>>());
        assert_eq!(*sizes.lock().unwrap(), [1, 50]);
    }

    #[tokio::test]
    async fn a_commit_that_fails_is_a_failure_of_every_step_in_it() {
        let (groups, writing) = Groups::new(async |_: Vec<u32>| Err(StoreError::Unavailable("down".into())));
        let handing_in = async {
            let groups = groups;
            futures::future::join(groups.hand_in(1), groups.hand_in(2)).await
        };
        let ((), (first, second)) = futures::future::join(writing, handing_in).await;
        assert!(first.is_err() && second.is_err());
    }
}
