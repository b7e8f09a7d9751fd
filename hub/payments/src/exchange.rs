//! What a payment provider's answer means before it is read.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode, Uri, header};
use http_body_util::Full;
use komunala_app::ports::gateways::GatewayError;
use komunala_http_client::{Bounds, HttpClient, Trust};

/// What a question may cost.
const BOUNDS: Bounds = Bounds {
    connect: Duration::from_secs(3),
    whole: Duration::from_secs(8),
    idle: 4,
    idle_for: Duration::from_secs(30),
    // plain HTTP is refused with a shop's settings, unless it stays on this machine
    https_only: false,
};

/// The longest answer: a payment's record has a thousand bytes.
const LONGEST_ANSWER: usize = 64 * 1024;

/// Asks payment providers. Cheap to clone: clones share the connections.
#[derive(Debug, Clone)]
pub struct Exchange(HttpClient);

impl Exchange {
    /// Trusts the public authorities.
    #[allow(clippy::new_without_default, reason = "it reads every authority: not something to do in passing")]
    pub fn new() -> Self {
        Self(HttpClient::new(BOUNDS, Trust::public()))
    }

    /// Sends a body and answers what comes back.
    pub(crate) async fn post(&self, to: &Uri, media_type: &'static str, body: String) -> Result<Bytes, GatewayError> {
        let request = Request::post(to.clone())
            .header(header::CONTENT_TYPE, media_type)
            .body(Full::new(Bytes::from(body)))
            .expect("an address and a media type make a request");
        let asked = self.0.ask(request, LONGEST_ANSWER).await;
        let answer = asked.map_err(|error| GatewayError::Unavailable(error.to_string()))?;
        match answer.status() {
            StatusCode::OK => Ok(answer.into_body()),
            status if status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS => {
                Err(GatewayError::Refused(format!("status {}", status.as_u16())))
            }
            status => Err(GatewayError::Unavailable(format!("status {}", status.as_u16()))),
        }
    }
}
