//! What a gateway's answer means for the text that was handed to it.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::Full;
use komunala_app::ports::text_gateways::SubmitError;
use komunala_http_client::{AskError, Bounds, HttpClient, Trust};

/// What a question may cost.
const BOUNDS: Bounds = Bounds {
    connect: Duration::from_secs(5),
    whole: Duration::from_secs(20),
    idle: 8,
    idle_for: Duration::from_secs(15),
    // gateways stand beside the hub; settings refuse plain addresses elsewhere
    https_only: false,
};

/// The longest answer, in bytes: it says an id or an error.
const LONGEST_ANSWER: usize = 16 * 1024;

/// Asks gateways. Cheap to clone: clones share the connections.
#[derive(Debug, Clone)]
pub struct Exchange(HttpClient);

impl Exchange {
    /// Trusts the public authorities.
    #[allow(clippy::new_without_default, reason = "it reads every authority: not something to do in passing")]
    pub fn new() -> Self {
        Self(HttpClient::new(BOUNDS, Trust::public()))
    }

    /// Sends a request and answers its status and body.
    ///
    /// # Errors
    /// [`SubmitError::Later`] where no byte of the request left, [`SubmitError::Unknown`] where it may have been taken.
    pub(crate) async fn ask(&self, request: Request<Full<Bytes>>) -> Result<(StatusCode, Bytes), SubmitError> {
        match self.0.ask(request, LONGEST_ANSWER).await {
            Ok(answer) => Ok((answer.status(), answer.into_body())),
            Err(error @ AskError::NotConnected(_)) => Err(SubmitError::Later(error.to_string())),
            // the status decides where it says no; where it says yes, nobody knows what
            Err(AskError::Cut { status, .. }) if !status.is_success() => Ok((status, Bytes::new())),
            Err(error) => Err(SubmitError::Unknown(error.to_string())),
        }
    }
}

/// What a status says that is no success.
pub(crate) fn refusal(status: StatusCode) -> SubmitError {
    let said = format!("status {}", status.as_u16());
    match status {
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => SubmitError::Later(said),
        // the gateway's password is wrong today: that is mended without anybody writing anew
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND => SubmitError::Later(said),
        status if status.is_client_error() => SubmitError::Refused(said),
        status if status.is_redirection() => SubmitError::Later(said),
        // it fell over something, perhaps over this one and after it had passed it on
        _ => SubmitError::Unknown(said),
    }
}
