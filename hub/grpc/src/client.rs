//! Calling the operators' listener, for the command line.

mod bill_runs;
mod messages;
mod outages;
mod pages;
mod refusal;
mod tenants;
mod watched_run;

use std::time::Duration;

use bytes::Bytes;
use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    service::{Interceptor, interceptor::InterceptedService},
    transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity},
};

use crate::proto::operator::v1::{
    self, adapter_service_client::AdapterServiceClient, bill_run_service_client::BillRunServiceClient,
    message_service_client::MessageServiceClient, outage_service_client::OutageServiceClient,
    provider_admin_service_client::ProviderAdminServiceClient, tenant_service_client::TenantServiceClient,
};

use pages::PAGE;

pub use outages::Announcement;
pub use refusal::{ClientError, Refusal};

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(10);
/// How long a call may take; fitting an adapter is part of some.
const CALL: Duration = Duration::from_secs(2 * 60);
/// The same with a large component on a slow line.
const UPLOAD: Duration = Duration::from_secs(15 * 60);
/// Bytes of a message.
const CHUNK: usize = 64 * 1024;

type Stub = InterceptedService<Channel, Token>;

#[derive(Debug, Clone)]
struct Token(Option<MetadataValue<Ascii>>);

impl Interceptor for Token {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(token) = &self.0 {
            request.metadata_mut().insert("authorization", token.clone());
        }
        Ok(request)
    }
}

/// What an operator shows, and whom they trust.
#[derive(Debug, Clone, Copy, Default)]
pub struct Credentials<'a> {
    /// A bearer token: the bootstrap token, or one of the identity provider.
    pub token: Option<&'a str>,
    /// A client certificate with its chain, and its key, PEM.
    pub certificate: Option<(&'a [u8], &'a [u8])>,
    /// The authority that the hub's certificate is from, PEM.
    pub authority: Option<&'a [u8]>,
}

/// A component on its way.
#[derive(Debug, Clone, Default)]
pub struct Component {
    /// Its bytes.
    pub bytes: Bytes,
    /// Its manifest.
    pub manifest: String,
    /// Its digest, in hexadecimal.
    pub sha256: String,
    /// A signature over the digest; empty for none.
    pub signature: Vec<u8>,
    /// The provider to be switched to it; empty for none.
    pub provider: String,
}

/// An operator, calling a hub.
#[derive(Debug, Clone)]
pub struct OperatorClient {
    adapters: AdapterServiceClient<Stub>,
    bill_runs: BillRunServiceClient<Stub>,
    messages: MessageServiceClient<Stub>,
    outages: OutageServiceClient<Stub>,
    providers: ProviderAdminServiceClient<Stub>,
    tenants: TenantServiceClient<Stub>,
}

impl OperatorClient {
    /// Calls the hub at `address` with a token: `host:port`, or with TLS `https://host:port` and the authority's
    /// certificate in PEM.
    pub async fn connect(address: &str, token: &str, authority: Option<&[u8]>) -> Result<Self, ClientError> {
        Self::open(address, Credentials { token: Some(token), certificate: None, authority }).await
    }

    /// Calls the hub at `address` with whatever an operator has.
    pub async fn open(address: &str, credentials: Credentials<'_>) -> Result<Self, ClientError> {
        let wrong = || ClientError::Address(address.to_owned());
        let uri = if address.contains("://") { address.to_owned() } else { format!("http://{address}") };
        let mut endpoint = Endpoint::from_shared(uri).map_err(|_| wrong())?.connect_timeout(CONNECT);
        if let Some(authority) = credentials.authority {
            let mut tls = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(authority));
            if let Some((certificate, key)) = credentials.certificate {
                tls = tls.identity(Identity::from_pem(certificate, key));
            }
            endpoint = endpoint.tls_config(tls).map_err(|_| ClientError::Certificate)?;
        }
        let channel = endpoint.connect().await.map_err(|error| ClientError::unreachable(address, &error))?;
        let token = Token(credentials.token.map(bearer).transpose()?);
        Ok(Self {
            adapters: AdapterServiceClient::with_interceptor(channel.clone(), token.clone()),
            bill_runs: BillRunServiceClient::with_interceptor(channel.clone(), token.clone()),
            messages: MessageServiceClient::with_interceptor(channel.clone(), token.clone()),
            outages: OutageServiceClient::with_interceptor(channel.clone(), token.clone()),
            providers: ProviderAdminServiceClient::with_interceptor(channel.clone(), token.clone()),
            tenants: TenantServiceClient::with_interceptor(channel, token),
        })
    }

    /// ApplyProvider.
    pub async fn apply_provider(
        &mut self,
        settings: String,
        validate_only: bool,
    ) -> Result<v1::ApplyProviderResponse, ClientError> {
        let request = timed(v1::ApplyProviderRequest { settings, validate_only }, CALL);
        Ok(self.providers.apply_provider(request).await?.into_inner())
    }

    /// ApplyPortals.
    pub async fn apply_portals(
        &mut self,
        settings: String,
        validate_only: bool,
    ) -> Result<v1::ApplyPortalsResponse, ClientError> {
        let request = timed(v1::ApplyPortalsRequest { settings, validate_only }, CALL);
        Ok(self.providers.apply_portals(request).await?.into_inner())
    }

    /// GetProvider.
    pub async fn provider(&mut self, name: String) -> Result<v1::ProviderSettings, ClientError> {
        Ok(self.providers.get_provider(timed(v1::GetProviderRequest { name }, CALL)).await?.into_inner())
    }

    /// InstallAdapter; `sent` is told how many bytes have left.
    pub async fn install(
        &mut self,
        component: Component,
        sent: impl Fn(usize) + Send + 'static,
    ) -> Result<v1::InstallAdapterResponse, ClientError> {
        let Component { mut bytes, manifest, sha256, signature, provider } = component;
        let head = v1::InstallAdapterRequest { chunk: Bytes::new(), manifest, sha256, signature, provider };
        let mut head = Some(head);
        let messages = std::iter::from_fn(move || {
            if let Some(head) = head.take() {
                return Some(head);
            }
            let chunk = bytes.split_to(CHUNK.min(bytes.len()));
            sent(chunk.len());
            (!chunk.is_empty()).then(|| v1::InstallAdapterRequest { chunk, ..Default::default() })
        });
        let request = timed(futures::stream::iter(messages), UPLOAD);
        Ok(self.adapters.install_adapter(request).await?.into_inner())
    }

    /// ListComponents, all pages.
    pub async fn components(&mut self) -> Result<Vec<v1::Component>, ClientError> {
        pages::all(async |page_token| {
            let request = v1::ListComponentsRequest { page_size: PAGE, page_token };
            let page = self.adapters.list_components(timed(request, CALL)).await?.into_inner();
            Ok((page.components, page.next_page_token))
        })
        .await
    }

    /// ListAdapters, all pages.
    pub async fn adapters(&mut self) -> Result<Vec<v1::Adapter>, ClientError> {
        pages::all(async |page_token| {
            let request = v1::ListAdaptersRequest { page_size: PAGE, page_token };
            let page = self.adapters.list_adapters(timed(request, CALL)).await?.into_inner();
            Ok((page.adapters, page.next_page_token))
        })
        .await
    }

    /// GetAdapter.
    pub async fn adapter(&mut self, name: String) -> Result<v1::Adapter, ClientError> {
        Ok(self.adapters.get_adapter(timed(v1::GetAdapterRequest { name }, CALL)).await?.into_inner())
    }

    /// RollBackAdapter.
    pub async fn roll_back(&mut self, name: String) -> Result<v1::Adapter, ClientError> {
        Ok(self.adapters.roll_back_adapter(timed(v1::RollBackAdapterRequest { name }, CALL)).await?.into_inner())
    }

    /// DisableAdapter and EnableAdapter.
    pub async fn enable(&mut self, name: String, is_enabled: bool) -> Result<v1::Adapter, ClientError> {
        let answer = if is_enabled {
            self.adapters.enable_adapter(timed(v1::EnableAdapterRequest { name }, CALL)).await?
        } else {
            self.adapters.disable_adapter(timed(v1::DisableAdapterRequest { name }, CALL)).await?
        };
        Ok(answer.into_inner())
    }
}

fn bearer(token: &str) -> Result<MetadataValue<Ascii>, ClientError> {
    let mut token: MetadataValue<Ascii> = format!("Bearer {token}").parse().map_err(|_| ClientError::Token)?;
    token.set_sensitive(true);
    Ok(token)
}

fn timed<T>(message: T, time: Duration) -> Request<T> {
    let mut request = Request::new(message);
    request.set_timeout(time);
    request
}
