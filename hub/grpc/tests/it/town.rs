//! A server whose providers do what their names say.

use std::{net::SocketAddr, time::Duration};

use futures::{StreamExt, stream};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use komunala_app::{
    PortalProof,
    scope::{PortalScope, UserScope, testing},
};
use komunala_domain::ids::UserId;
use komunala_grpc::{
    Authenticate, Health, Server, Settings,
    proto::v1::{
        self,
        invoice_service_client::InvoiceServiceClient,
        invoice_service_server::{InvoiceService, InvoiceServiceServer},
        provider_service_client::ProviderServiceClient,
        provider_service_server::{ProviderService, ProviderServiceServer},
    },
    reflection,
};
use komunala_listener::Tls;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle, time::sleep};
use tonic::{
    Request, Response, Status, async_trait,
    service::Routes,
    transport::{Channel, Endpoint},
};

pub(crate) const KEY: &str = "the-key-of-the-town";
pub(crate) const TOKEN: &str = "the-token-of-ana";

/// Knows one portal and one user.
#[derive(Clone)]
struct Gatekeeper;

impl Authenticate for Gatekeeper {
    fn portal(&self, proof: &PortalProof<'_>) -> Result<PortalScope, komunala_app::Failure> {
        let portal = || testing::portal("region".parse().unwrap(), "town".parse().unwrap(), vec![]);
        (proof.key == Some(KEY)).then(portal).ok_or(komunala_app::Failure::PortalUnknown)
    }

    fn user(&self, portal: &PortalScope, token: &str) -> Result<UserScope, komunala_app::Failure> {
        let user = || testing::user(portal.clone(), UserId::new());
        (token == TOKEN).then(user).ok_or(komunala_app::Failure::AccessTokenInvalid)
    }
}

struct Services;

#[async_trait]
impl ProviderService for Services {
    async fn list_providers(
        &self,
        _: Request<v1::ListProvidersRequest>,
    ) -> Result<Response<v1::ListProvidersResponse>, Status> {
        Ok(Response::new(v1::ListProvidersResponse::default()))
    }

    async fn get_provider(&self, request: Request<v1::GetProviderRequest>) -> Result<Response<v1::Provider>, Status> {
        match request.get_ref().name.as_str() {
            "providers/panics" => panic!("as its name says"),
            "providers/panics-later" => {
                sleep(Duration::from_millis(5)).await;
                panic!("as its name says")
            }
            "providers/sleeps" => sleep(Duration::from_secs(30)).await,
            "providers/takes-a-while" => sleep(Duration::from_millis(300)).await,
            _ => {}
        }
        Ok(Response::new(v1::Provider { name: request.into_inner().name, ..Default::default() }))
    }
}

type Chunks = stream::BoxStream<'static, Result<v1::DownloadInvoiceResponse, Status>>;

#[async_trait]
impl InvoiceService for Services {
    type DownloadInvoiceStream = Chunks;

    async fn download_invoice(&self, request: Request<v1::DownloadInvoiceRequest>) -> Result<Response<Chunks>, Status> {
        let chunk = |_| Ok(v1::DownloadInvoiceResponse { chunk: vec![7; 1000].into(), ..Default::default() });
        Ok(Response::new(match request.get_ref().name.as_str() {
            "stalls" => stream::iter(0..2).map(chunk).chain(stream::pending()).boxed(),
            "flows" => stream::iter(0..6)
                .then(|n| async move {
                    sleep(Duration::from_millis(100)).await;
                    n
                })
                .map(chunk)
                .boxed(),
            _ => stream::iter(0..3).map(chunk).boxed(),
        }))
    }

    async fn list_invoices(
        &self,
        _: Request<v1::ListInvoicesRequest>,
    ) -> Result<Response<v1::ListInvoicesResponse>, Status> {
        Ok(Response::new(v1::ListInvoicesResponse::default()))
    }

    async fn get_invoice(&self, _: Request<v1::GetInvoiceRequest>) -> Result<Response<v1::Invoice>, Status> {
        Ok(Response::new(v1::Invoice::default()))
    }

    async fn get_payment_code(
        &self,
        _: Request<v1::GetPaymentCodeRequest>,
    ) -> Result<Response<v1::PaymentCode>, Status> {
        Ok(Response::new(v1::PaymentCode::default()))
    }

    async fn list_payment_options(
        &self,
        _: Request<v1::ListPaymentOptionsRequest>,
    ) -> Result<Response<v1::ListPaymentOptionsResponse>, Status> {
        Ok(Response::new(v1::ListPaymentOptionsResponse::default()))
    }

    async fn start_payment(
        &self,
        _: Request<v1::StartPaymentRequest>,
    ) -> Result<Response<v1::StartPaymentResponse>, Status> {
        Ok(Response::new(v1::StartPaymentResponse::default()))
    }

    async fn get_payment(&self, _: Request<v1::GetPaymentRequest>) -> Result<Response<v1::Payment>, Status> {
        Ok(Response::new(v1::Payment::default()))
    }

    async fn list_payments(
        &self,
        _: Request<v1::ListPaymentsRequest>,
    ) -> Result<Response<v1::ListPaymentsResponse>, Status> {
        Ok(Response::new(v1::ListPaymentsResponse::default()))
    }

    async fn get_balance(&self, _: Request<v1::GetBalanceRequest>) -> Result<Response<v1::GetBalanceResponse>, Status> {
        Ok(Response::new(v1::GetBalanceResponse::default()))
    }

    async fn list_ledger_entries(
        &self,
        _: Request<v1::ListLedgerEntriesRequest>,
    ) -> Result<Response<v1::ListLedgerEntriesResponse>, Status> {
        Ok(Response::new(v1::ListLedgerEntriesResponse::default()))
    }
}

/// A running server.
pub(crate) struct Town {
    pub(crate) address: SocketAddr,
    pub(crate) health: Health,
    stop: Option<oneshot::Sender<()>>,
    /// Answers how many connections were cut.
    pub(crate) running: JoinHandle<usize>,
}

impl Town {
    pub(crate) async fn start(settings: Settings) -> Self {
        Self::start_with(settings, None).await
    }

    pub(crate) async fn start_with(settings: Settings, tls: Option<Tls>) -> Self {
        let (health, service) = Health::new().await;
        let largest = settings.largest_request;
        let routes = Routes::new(service)
            .add_service(ProviderServiceServer::new(Services).max_decoding_message_size(largest))
            .add_service(InvoiceServiceServer::new(Services).max_decoding_message_size(largest));
        let server = Server::new(reflection(routes), Gatekeeper, settings, tls);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let running = tokio::spawn(server.serve(listener, async {
            let _ = stopped.await;
        }));
        Self { address, health, stop: Some(stop), running }
    }

    pub(crate) fn stop(&mut self) {
        let _ = self.stop.take().unwrap().send(());
    }

    pub(crate) async fn channel(&self) -> Channel {
        Endpoint::from_shared(format!("http://{}", self.address)).unwrap().connect().await.unwrap()
    }

    pub(crate) async fn providers(&self) -> ProviderServiceClient<Channel> {
        ProviderServiceClient::new(self.channel().await)
    }

    /// A client that leaves deadlines to the server: a channel of tonic's ends the call by itself.
    pub(crate) fn patient_providers(&self) -> ProviderServiceClient<Client<HttpConnector, tonic::body::Body>> {
        let http = Client::builder(TokioExecutor::new()).http2_only(true).build_http();
        ProviderServiceClient::with_origin(http, format!("http://{}", self.address).parse().unwrap())
    }

    pub(crate) async fn invoices(&self) -> InvoiceServiceClient<Channel> {
        InvoiceServiceClient::new(self.channel().await)
    }
}

/// A message with the portal's key.
pub(crate) fn keyed<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("x-portal-key", KEY.parse().unwrap());
    request
}

/// A message with the portal's key and the user's token.
pub(crate) fn signed_in<T>(message: T) -> Request<T> {
    let mut request = keyed(message);
    request.metadata_mut().insert("authorization", format!("Bearer {TOKEN}").parse().unwrap());
    request
}

pub(crate) fn provider(name: &str) -> v1::GetProviderRequest {
    v1::GetProviderRequest { name: format!("providers/{name}") }
}

pub(crate) fn invoice(name: &str) -> v1::DownloadInvoiceRequest {
    v1::DownloadInvoiceRequest { name: name.to_owned(), ..Default::default() }
}
