//! Watching a run through whatever passes: a store that does not answer for a moment, a hub that is exchanged.

use std::time::Duration;

use futures::{Stream, stream};
use tokio::time::Instant;
use tonic::{Code, Request, Status, Streaming};

use super::{ClientError, Stub};
use crate::proto::operator::v1::{
    BillRun, BillRunState, WatchBillRunRequest, bill_run_service_client::BillRunServiceClient,
};

/// For so long nobody need answer; longer than a hub needs to drain and another to start.
const PATIENCE: Duration = Duration::from_secs(5 * 60);
/// Between two questions that nobody answered.
const PAUSE: Duration = Duration::from_secs(1);

/// A run on its way.
pub(super) struct WatchedRun {
    service: BillRunServiceClient<Stub>,
    name: String,
    /// What tells of it, unless it has to be asked for anew.
    told: Option<Streaming<BillRun>>,
    /// Since when nobody answers.
    silent: Option<Instant>,
    is_over: bool,
}

impl WatchedRun {
    /// Asks for the first time: what fails here is likelier to be wrong than to pass.
    pub(super) async fn ask(service: BillRunServiceClient<Stub>, name: &str) -> Result<Self, ClientError> {
        let mut run = Self { service, name: name.to_owned(), told: None, silent: None, is_over: false };
        run.told = Some(run.asked().await?);
        Ok(run)
    }

    /// The run as it stands, again and again until it is over.
    pub(super) fn seen(self) -> impl Stream<Item = Result<BillRun, ClientError>> {
        stream::unfold(self, |mut run| async move { run.look().await.map(|seen| (seen, run)) })
    }

    async fn look(&mut self) -> Option<Result<BillRun, ClientError>> {
        if self.is_over {
            return None;
        }
        loop {
            let problem = match self.next().await {
                Ok(run) => {
                    self.silent = None;
                    self.is_over = matches!(run.state(), BillRunState::Completed | BillRunState::Cancelled);
                    return Some(Ok(run));
                }
                Err(problem) => problem,
            };
            self.told = None;
            let silent = self.silent.get_or_insert_with(Instant::now).elapsed();
            if !passes(&problem) || silent > PATIENCE {
                self.is_over = true;
                return Some(Err(problem.into()));
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn next(&mut self) -> Result<BillRun, Status> {
        let told = match &mut self.told {
            Some(told) => told,
            None => {
                let told = self.asked().await?;
                self.told.insert(told)
            }
        };
        told.message().await?.ok_or_else(|| Status::unavailable("the hub ended the watch of a run that is not over"))
    }

    async fn asked(&mut self) -> Result<Streaming<BillRun>, Status> {
        let request = Request::new(WatchBillRunRequest { name: self.name.clone() });
        Ok(self.service.watch_bill_run(request).await?.into_inner())
    }
}

/// Whether asking anew may help. What has a source came from no hub: the connection ended, or there was none.
fn passes(problem: &Status) -> bool {
    problem.code() == Code::Unavailable || std::error::Error::source(problem).is_some()
}
