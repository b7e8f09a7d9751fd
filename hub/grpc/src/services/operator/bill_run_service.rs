//! BillRunService.

use komunala_app::{Operations, ports::bill_runs::Steer};
use tonic::{Request, Response, Status, async_trait};

use super::bill_runs;
use crate::{
    proto::operator::v1::{self, bill_run_service_server::BillRunService},
    services::asked::Asked,
};

pub(in crate::services) struct BillRuns {
    pub(in crate::services) operations: Operations,
}

#[async_trait]
impl BillRunService for BillRuns {
    type WatchBillRunStream = bill_runs::Watched;

    async fn start_bill_run(&self, request: Request<v1::StartBillRunRequest>) -> Result<Response<v1::BillRun>, Status> {
        Ok(Response::new(bill_runs::start(&self.operations, Asked::by_operator(request)?).await?))
    }

    async fn get_bill_run(&self, request: Request<v1::GetBillRunRequest>) -> Result<Response<v1::BillRun>, Status> {
        Ok(Response::new(bill_runs::get(&self.operations, Asked::by_operator(request)?).await?))
    }

    async fn watch_bill_run(
        &self,
        request: Request<v1::WatchBillRunRequest>,
    ) -> Result<Response<Self::WatchBillRunStream>, Status> {
        Ok(Response::new(bill_runs::watch(&self.operations, Asked::by_operator(request)?).await?))
    }

    async fn pause_bill_run(&self, request: Request<v1::PauseBillRunRequest>) -> Result<Response<v1::BillRun>, Status> {
        let asked = Asked::by_operator(request)?;
        let name = &asked.message.name;
        Ok(Response::new(bill_runs::steer(&self.operations, &asked.scope, name, Steer::Pause).await?))
    }

    async fn resume_bill_run(
        &self,
        request: Request<v1::ResumeBillRunRequest>,
    ) -> Result<Response<v1::BillRun>, Status> {
        let asked = Asked::by_operator(request)?;
        let name = &asked.message.name;
        Ok(Response::new(bill_runs::steer(&self.operations, &asked.scope, name, Steer::Resume).await?))
    }

    async fn cancel_bill_run(
        &self,
        request: Request<v1::CancelBillRunRequest>,
    ) -> Result<Response<v1::BillRun>, Status> {
        let asked = Asked::by_operator(request)?;
        let name = &asked.message.name;
        Ok(Response::new(bill_runs::steer(&self.operations, &asked.scope, name, Steer::Cancel).await?))
    }

    async fn list_paper_bills(
        &self,
        request: Request<v1::ListPaperBillsRequest>,
    ) -> Result<Response<v1::ListPaperBillsResponse>, Status> {
        Ok(Response::new(bill_runs::paper(&self.operations, Asked::by_operator(request)?).await?))
    }

    async fn list_unknown_deliveries(
        &self,
        request: Request<v1::ListUnknownDeliveriesRequest>,
    ) -> Result<Response<v1::ListUnknownDeliveriesResponse>, Status> {
        Ok(Response::new(bill_runs::unknown(&self.operations, Asked::by_operator(request)?).await?))
    }

    async fn resolve_unknown_delivery(
        &self,
        request: Request<v1::ResolveUnknownDeliveryRequest>,
    ) -> Result<Response<v1::ResolveUnknownDeliveryResponse>, Status> {
        Ok(Response::new(bill_runs::resolve(&self.operations, Asked::by_operator(request)?).await?))
    }
}
