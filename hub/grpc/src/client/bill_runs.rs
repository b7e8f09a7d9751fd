//! Runs of bills.

use futures::Stream;

use super::{CALL, ClientError, OperatorClient, pages::PAGE, timed, watched_run::WatchedRun};
use crate::proto::operator::v1;

impl OperatorClient {
    /// StartBillRun.
    pub async fn start_bill_run(
        &mut self,
        provider: &str,
        period: &str,
        request_id: &str,
    ) -> Result<v1::BillRun, ClientError> {
        let (provider, period, request_id) = (provider.to_owned(), period.to_owned(), request_id.to_owned());
        let request = v1::StartBillRunRequest { provider, period, request_id };
        Ok(self.bill_runs.start_bill_run(timed(request, CALL)).await?.into_inner())
    }

    /// GetBillRun.
    pub async fn bill_run(&mut self, name: &str) -> Result<v1::BillRun, ClientError> {
        let request = v1::GetBillRunRequest { name: name.to_owned() };
        Ok(self.bill_runs.get_bill_run(timed(request, CALL)).await?.into_inner())
    }

    /// WatchBillRun until the run is over. What passes does not end it: where the hub cannot look for a moment, or another
    /// takes its place at the same address, it is asked anew for a few minutes.
    pub async fn watch_bill_run(
        &mut self,
        name: &str,
    ) -> Result<impl Stream<Item = Result<v1::BillRun, ClientError>> + use<>, ClientError> {
        Ok(WatchedRun::ask(self.bill_runs.clone(), name).await?.seen())
    }

    /// PauseBillRun.
    pub async fn pause_bill_run(&mut self, name: &str) -> Result<v1::BillRun, ClientError> {
        let request = v1::PauseBillRunRequest { name: name.to_owned() };
        Ok(self.bill_runs.pause_bill_run(timed(request, CALL)).await?.into_inner())
    }

    /// ResumeBillRun.
    pub async fn resume_bill_run(&mut self, name: &str) -> Result<v1::BillRun, ClientError> {
        let request = v1::ResumeBillRunRequest { name: name.to_owned() };
        Ok(self.bill_runs.resume_bill_run(timed(request, CALL)).await?.into_inner())
    }

    /// CancelBillRun.
    pub async fn cancel_bill_run(&mut self, name: &str) -> Result<v1::BillRun, ClientError> {
        let request = v1::CancelBillRunRequest { name: name.to_owned() };
        Ok(self.bill_runs.cancel_bill_run(timed(request, CALL)).await?.into_inner())
    }

    /// ListPaperBills, a page of it.
    pub async fn paper_bills(
        &mut self,
        parent: &str,
        page_token: String,
    ) -> Result<v1::ListPaperBillsResponse, ClientError> {
        let request = v1::ListPaperBillsRequest { parent: parent.to_owned(), page_size: PAGE, page_token };
        Ok(self.bill_runs.list_paper_bills(timed(request, CALL)).await?.into_inner())
    }
}
