//! What stands at an address of an identity provider.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode, Uri, header};
use http_body_util::Full;
use komunala_app::ports::issuer::IssuerError;
use komunala_http_client::{AskError, Bounds, HttpClient, RootsError, Trust};

/// What a question may cost. No connection is kept: it asks twice an hour.
const BOUNDS: Bounds = Bounds {
    connect: Duration::from_secs(3),
    whole: Duration::from_secs(5),
    idle: 0,
    idle_for: Duration::ZERO,
    https_only: true,
};

/// Fetches documents.
#[derive(Clone)]
pub(crate) struct Fetcher(HttpClient);

impl Fetcher {
    /// Trusts these authorities, in PEM, or the public ones.
    pub(crate) fn new(authorities: Option<&[u8]>) -> Result<Self, RootsError> {
        let trust = authorities.map(Trust::in_authorities).transpose()?;
        Ok(Self(HttpClient::new(BOUNDS, trust.unwrap_or_else(Trust::public))))
    }

    /// What stands at an address, if it is no longer than so many bytes.
    pub(crate) async fn get(&self, uri: &Uri, longest: usize) -> Result<Bytes, IssuerError> {
        let request = Request::get(uri.clone()).header(header::ACCEPT, "application/json").body(Full::default());
        let request = request.expect("an address makes a request");
        let wrong = |problem: String| IssuerError::Answer { url: uri.to_string(), problem };
        match self.0.ask(request, longest).await {
            Ok(answer) if answer.status() == StatusCode::OK => Ok(answer.into_body()),
            Ok(answer) => Err(wrong(format!("status {}", answer.status().as_u16()))),
            Err(error @ AskError::Cut { .. }) => Err(wrong(error.to_string())),
            Err(error) => Err(IssuerError::Unreachable { url: uri.to_string(), cause: error.to_string() }),
        }
    }
}
