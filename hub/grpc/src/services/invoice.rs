//! InvoiceService.

mod download;
mod ledger;
mod list;
mod payment;
mod payment_code;

use komunala_app::Hub;
use tonic::{Request, Response, Status, async_trait};

use super::{asked::Asked, pieces::Chunks};
use crate::proto::v1::{self, invoice_service_server::InvoiceService};

pub(super) struct Invoices {
    pub(super) hub: Hub,
}

#[async_trait]
impl InvoiceService for Invoices {
    type DownloadInvoiceStream = Chunks<v1::DownloadInvoiceResponse>;

    async fn list_invoices(
        &self,
        request: Request<v1::ListInvoicesRequest>,
    ) -> Result<Response<v1::ListInvoicesResponse>, Status> {
        Ok(Response::new(list::list(&self.hub, Asked::by_user(request)?).await?))
    }

    async fn get_invoice(&self, request: Request<v1::GetInvoiceRequest>) -> Result<Response<v1::Invoice>, Status> {
        Ok(Response::new(list::get(&self.hub, Asked::by_user(request)?).await?))
    }

    async fn download_invoice(
        &self,
        request: Request<v1::DownloadInvoiceRequest>,
    ) -> Result<Response<Self::DownloadInvoiceStream>, Status> {
        Ok(Response::new(download::download(&self.hub, Asked::by_user(request)?).await?))
    }

    async fn get_payment_code(
        &self,
        request: Request<v1::GetPaymentCodeRequest>,
    ) -> Result<Response<v1::PaymentCode>, Status> {
        Ok(Response::new(payment_code::get(&self.hub, Asked::by_user(request)?).await?))
    }

    async fn list_payment_options(
        &self,
        request: Request<v1::ListPaymentOptionsRequest>,
    ) -> Result<Response<v1::ListPaymentOptionsResponse>, Status> {
        Ok(Response::new(payment::options(&self.hub, Asked::by_user(request)?).await?))
    }

    async fn start_payment(
        &self,
        request: Request<v1::StartPaymentRequest>,
    ) -> Result<Response<v1::StartPaymentResponse>, Status> {
        Ok(Response::new(payment::start(&self.hub, Asked::by_user(request)?).await?))
    }

    async fn get_payment(&self, request: Request<v1::GetPaymentRequest>) -> Result<Response<v1::Payment>, Status> {
        Ok(Response::new(payment::get(&self.hub, Asked::by_user(request)?).await?))
    }

    async fn list_payments(
        &self,
        request: Request<v1::ListPaymentsRequest>,
    ) -> Result<Response<v1::ListPaymentsResponse>, Status> {
        Ok(Response::new(payment::list(&self.hub, Asked::by_user(request)?).await?))
    }

    async fn get_balance(
        &self,
        request: Request<v1::GetBalanceRequest>,
    ) -> Result<Response<v1::GetBalanceResponse>, Status> {
        Ok(Response::new(ledger::balance(&self.hub, Asked::by_user(request)?).await?))
    }

    async fn list_ledger_entries(
        &self,
        request: Request<v1::ListLedgerEntriesRequest>,
    ) -> Result<Response<v1::ListLedgerEntriesResponse>, Status> {
        Ok(Response::new(ledger::entries(&self.hub, Asked::by_user(request)?).await?))
    }
}
