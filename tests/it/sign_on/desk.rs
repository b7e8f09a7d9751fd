//! A hub that knows an identity provider, and callers from as many addresses as a test needs.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use anyhow::Context;
use komunala_grpc::proto::operator::v1::{ListAdaptersRequest, adapter_service_client::AdapterServiceClient};
use komunala_server::Running;
use komunala_tests::Database;
use tempfile::TempDir;
use tonic::{
    Request, Status,
    transport::{Channel, Endpoint},
};
use tonic_types::StatusExt;

use super::{identity_provider::IdentityProvider, signer::Signer};
use crate::operator::office::Office;

/// A hub and whoever signs its operators in.
pub(super) struct Desk {
    pub(super) office: Office,
    pub(super) hub: Running,
    pub(super) provider: IdentityProvider,
    _dir: TempDir,
}

impl Desk {
    /// With these keys at the provider, and something more in the hub's configuration.
    pub(super) async fn open(keys: &[&Signer], configuration: &str) -> anyhow::Result<Self> {
        let dir = tempfile::tempdir()?;
        let provider = IdentityProvider::start(keys).await?;
        let all = provider.configuration(dir.path())? + configuration;
        let office = Office::open(Database::Sqlite, &all).await?;
        let hub = office.hub().await?;
        Ok(Self { office, hub, provider, _dir: dir })
    }

    /// The hub stopped, and started again with what its configuration says now.
    pub(super) async fn restarted(self) -> anyhow::Result<Self> {
        let Self { office, hub, provider, _dir } = self;
        hub.stop().await;
        let hub = office.hub().await?;
        Ok(Self { office, hub, provider, _dir })
    }

    /// Where operators call.
    pub(super) fn address(&self) -> anyhow::Result<SocketAddr> {
        self.hub.operator.context("no listener for operators")
    }

    /// Why a call with this token is refused; empty for one that is answered. From 127.0.0.N: whoever shows wrong tokens
    /// from one address soon waits.
    pub(super) async fn refusal(&self, token: &str, place: u8) -> anyhow::Result<String> {
        let from = IpAddr::V4(Ipv4Addr::new(127, 0, 0, place));
        let channel =
            Endpoint::from_shared(format!("http://{}", self.address()?))?.local_address(Some(from)).connect().await?;
        refusal(channel, Some(token)).await
    }
}

/// Why a call is refused; empty for one that is answered.
pub(super) async fn refusal(channel: Channel, token: Option<&str>) -> anyhow::Result<String> {
    let mut request = Request::new(ListAdaptersRequest::default());
    if let Some(token) = token {
        request.metadata_mut().insert("authorization", format!("Bearer {token}").parse()?);
    }
    Ok(AdapterServiceClient::new(channel)
        .list_adapters(request)
        .await
        .err()
        .map(|status| reason(&status))
        .unwrap_or_default())
}

/// The reason that an answer carries, or all of one that carries none.
pub(crate) fn reason(status: &Status) -> String {
    status.get_details_error_info().map_or_else(|| status.to_string(), |info| info.reason)
}
