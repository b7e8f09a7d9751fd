//! The floor: a tonic server without anything around it, which answers what it was given.

use std::net::SocketAddr;

use komunala_demo::Customer;
use komunala_grpc::proto::v1::{
    DownloadInvoiceRequest, DownloadInvoiceResponse, GetBalanceRequest, GetBalanceResponse, GetInvoiceRequest,
    GetPaymentCodeRequest, GetPaymentRequest, Invoice, ListInvoicesRequest, ListInvoicesResponse,
    ListLedgerEntriesRequest, ListLedgerEntriesResponse, ListPaymentOptionsRequest, ListPaymentOptionsResponse,
    ListPaymentsRequest, ListPaymentsResponse, Payment, PaymentCode, StartPaymentRequest, StartPaymentResponse,
    invoice_service_server::{InvoiceService, InvoiceServiceServer},
};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{Request, Response, Status};

struct Bare(ListInvoicesResponse);

#[tonic::async_trait]
impl InvoiceService for Bare {
    async fn list_invoices(&self, _: Request<ListInvoicesRequest>) -> Result<Response<ListInvoicesResponse>, Status> {
        Ok(Response::new(self.0.clone()))
    }

    async fn get_invoice(&self, _: Request<GetInvoiceRequest>) -> Result<Response<Invoice>, Status> {
        Err(Status::unimplemented("the floor only lists"))
    }

    type DownloadInvoiceStream = tokio_stream::Empty<Result<DownloadInvoiceResponse, Status>>;

    async fn download_invoice(
        &self,
        _: Request<DownloadInvoiceRequest>,
    ) -> Result<Response<Self::DownloadInvoiceStream>, Status> {
        Err(Status::unimplemented("the floor only lists"))
    }

    async fn get_payment_code(&self, _: Request<GetPaymentCodeRequest>) -> Result<Response<PaymentCode>, Status> {
        Err(Status::unimplemented("the floor only lists"))
    }

    async fn list_payment_options(
        &self,
        _: Request<ListPaymentOptionsRequest>,
    ) -> Result<Response<ListPaymentOptionsResponse>, Status> {
        Err(Status::unimplemented("the floor only lists"))
    }

    async fn start_payment(&self, _: Request<StartPaymentRequest>) -> Result<Response<StartPaymentResponse>, Status> {
        Err(Status::unimplemented("the floor only lists"))
    }

    async fn get_payment(&self, _: Request<GetPaymentRequest>) -> Result<Response<Payment>, Status> {
        Err(Status::unimplemented("the floor only lists"))
    }

    async fn list_payments(&self, _: Request<ListPaymentsRequest>) -> Result<Response<ListPaymentsResponse>, Status> {
        Err(Status::unimplemented("the floor only lists"))
    }

    async fn get_balance(&self, _: Request<GetBalanceRequest>) -> Result<Response<GetBalanceResponse>, Status> {
        Err(Status::unimplemented("the floor only lists"))
    }

    async fn list_ledger_entries(
        &self,
        _: Request<ListLedgerEntriesRequest>,
    ) -> Result<Response<ListLedgerEntriesResponse>, Status> {
        Err(Status::unimplemented("the floor only lists"))
    }
}

/// Starts the floor; it ends with the process.
pub(crate) async fn start(answer: ListInvoicesResponse) -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let server = tonic::transport::Server::builder().add_service(InvoiceServiceServer::new(Bare(answer)));
    tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
    Ok(address)
}

/// A caller of the floor with the same credentials' weight in its metadata.
pub(crate) async fn customer(address: SocketAddr) -> anyhow::Result<Customer> {
    let token = "x".repeat(400);
    Customer::open(address, &format!("kp_{}", "0".repeat(64))).await?.signed_in(&token)
}
