//! Runs of bills, as operators steer and watch them.

use std::time::Duration;

use futures::{Stream, StreamExt, stream};
use komunala_domain::{Period, ProviderId, ids::BillRunId};
use tokio::time::Instant;
use uuid::Uuid;

use super::Operations;
use crate::{
    failure::Failure,
    ports::{
        WriteKey,
        bill_runs::{BillRun, PaperBill, PaperCursor, Steer},
    },
    scope::OperatorScope,
};

/// How often a run that is watched is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Looking takes no more than one part in so many of the time: what is counted grows with the run.
const SHARE: u32 = 20;

impl Operations {
    /// Starts the run of a provider's bills of a month, or opens the one there is again for late bills.
    pub async fn start_bill_run(
        &self,
        scope: &OperatorScope,
        provider: &ProviderId,
        period: Period,
        request_id: Uuid,
    ) -> Result<BillRun, Failure> {
        let (hub, desk) = (&self.0.hub, self.desk(scope, provider)?);
        let fingerprint = hub.keys.fingerprint(&[provider.as_str(), &period.to_string()]);
        let key = WriteKey { method: "StartBillRun", request_id, fingerprint };
        let by = Some((&desk, key));
        let run = hub.bill_runs.start_run(desk.tenant(), (provider, period), by, hub.clock.now()).await?;
        self.get_bill_run(scope, provider, run).await
    }

    /// A run as it stands.
    pub async fn get_bill_run(
        &self,
        scope: &OperatorScope,
        provider: &ProviderId,
        run: BillRunId,
    ) -> Result<BillRun, Failure> {
        let desk = self.desk(scope, provider)?;
        let found = self.0.hub.bill_runs.bill_run(desk.tenant(), provider, run).await?;
        found.ok_or(Failure::NotFound("bill run"))
    }

    /// A run as it stands, again and again until it is over. Whoever watches costs little, however long the run is: the
    /// longer a look takes, the rarer it is.
    pub async fn watch_bill_run(
        &self,
        scope: &OperatorScope,
        provider: &ProviderId,
        run: BillRunId,
    ) -> Result<impl Stream<Item = Result<BillRun, Failure>> + Send + use<>, Failure> {
        let first = self.get_bill_run(scope, provider, run).await?;
        let (operations, scope, provider) = (self.clone(), scope.clone(), provider.clone());
        let further = stream::unfold((first.state.is_over(), LOOK_EVERY), move |(is_over, pause)| {
            let (operations, scope, provider) = (operations.clone(), scope.clone(), provider.clone());
            async move {
                if is_over {
                    return None;
                }
                tokio::time::sleep(pause).await;
                let began = Instant::now();
                let seen = operations.get_bill_run(&scope, &provider, run).await;
                let pause = LOOK_EVERY.max(began.elapsed() * SHARE);
                // whoever watches is told that it failed, and asks anew
                let is_over = seen.as_ref().map_or(true, |run| run.state.is_over());
                Some((seen, (is_over, pause)))
            }
        });
        Ok(stream::once(std::future::ready(Ok(first))).chain(further))
    }

    /// Holds, continues or ends a run; what is over stays as it is.
    pub async fn steer_bill_run(
        &self,
        scope: &OperatorScope,
        provider: &ProviderId,
        run: BillRunId,
        steer: Steer,
    ) -> Result<BillRun, Failure> {
        let (hub, desk) = (&self.0.hub, self.desk(scope, provider)?);
        if !hub.bill_runs.steer_run(&desk, provider, run, steer, hub.clock.now()).await? {
            return Err(Failure::NotFound("bill run"));
        }
        hub.bells.ring();
        self.get_bill_run(scope, provider, run).await
    }

    /// The bills of a run that need paper, behind `after`.
    pub async fn list_paper_bills(
        &self,
        scope: &OperatorScope,
        provider: &ProviderId,
        run: BillRunId,
        after: Option<&PaperCursor>,
        limit: u32,
    ) -> Result<Vec<PaperBill>, Failure> {
        let desk = self.desk(scope, provider)?;
        self.get_bill_run(scope, provider, run).await?;
        Ok(self.0.hub.bill_runs.paper_bills(&desk, run, after, limit).await?)
    }
}
