//! OAuth 2.0 client credentials (RFC 6749, 4.4): a token that all calls of an adapter share.
//!
//! However many calls find it missing or expired, one of them fetches it and the others wait for that one. A token that
//! the billing system refuses is thrown away once, whoever notices.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::sync::Mutex;
use url::{Url, form_urlencoded};

use super::transport::{Transport, TransportError};
use crate::secret::bearer;

/// A token's answer is a few hundred bytes; some are long JWTs.
const MAX_ANSWER: usize = 64 * 1024;

/// A token is renewed this long before it ends, so that it does not end on the way. Of a short-lived one at most a
/// tenth of its life is given up.
const MARGIN: Duration = Duration::from_secs(30);

/// RFC 6749 lets a server leave `expires_in` out.
const ASSUMED_LIFE: u64 = 300;

/// Fetches and keeps a token.
pub(crate) struct OAuthClient {
    url: Url,
    client_id: String,
    client_secret: SecretString,
    scope: Option<String>,
    token: Mutex<Option<Token>>,
}

/// A token, and which one it is: a refused one is dropped only if it is still the current one.
#[derive(Clone)]
pub(super) struct Token {
    pub(super) header: HeaderValue,
    renew_at: Instant,
    fetched_at: Instant,
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub(super) enum OAuthError {
    #[error("the token server cannot be reached")]
    Transport(#[from] TransportError),
    /// The hub's own credentials are wrong: nothing that repeating would help.
    #[error("the token server refused the client with status {0}")]
    Refused(StatusCode),
    #[error("the token server is unavailable, status {0}")]
    Unavailable(StatusCode),
    #[error("the token server's answer is no token")]
    Malformed,
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    token_type: Option<String>,
    expires_in: Option<u64>,
}

impl OAuthClient {
    pub(crate) fn new(url: Url, client_id: String, client_secret: SecretString, scope: Option<String>) -> Self {
        Self { url, client_id, client_secret, scope, token: Mutex::new(None) }
    }

    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// The current token, fetched if need be. The lock is held meanwhile: that is what makes it one fetch.
    pub(super) async fn token(&self, transport: &dyn Transport) -> Result<Token, OAuthError> {
        let mut current = self.token.lock().await;
        let now = Instant::now();
        if let Some(token) = current.as_ref().filter(|token| now < token.renew_at) {
            return Ok(token.clone());
        }
        let token = self.fetch(transport).await?;
        *current = Some(token.clone());
        Ok(token)
    }

    /// Another token than `refused`, which the billing system did not take.
    pub(super) async fn token_after(&self, refused: &Token, transport: &dyn Transport) -> Result<Token, OAuthError> {
        {
            let mut current = self.token.lock().await;
            if current.as_ref().is_some_and(|token| token.fetched_at == refused.fetched_at) {
                *current = None;
            }
        }
        self.token(transport).await
    }

    async fn fetch(&self, transport: &dyn Transport) -> Result<Token, OAuthError> {
        let fetched_at = Instant::now();
        let response = transport.send(self.request()).await?;
        match response.status() {
            StatusCode::OK => {}
            status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
                return Err(OAuthError::Unavailable(status));
            }
            status => return Err(OAuthError::Refused(status)),
        }
        let body = Limited::new(response.into_body(), MAX_ANSWER).collect().await;
        let body = body.map_err(|_| OAuthError::Malformed)?.to_bytes();
        let answer: TokenAnswer = serde_json::from_slice(&body).map_err(|_| OAuthError::Malformed)?;
        if answer.token_type.is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
            return Err(OAuthError::Malformed);
        }
        let life = Duration::from_secs(answer.expires_in.unwrap_or(ASSUMED_LIFE).min(24 * 3600));
        Ok(Token {
            header: bearer(&SecretString::from(answer.access_token)).ok_or(OAuthError::Malformed)?,
            renew_at: fetched_at + (life - MARGIN.min(life / 10)),
            fetched_at,
        })
    }

    fn request(&self) -> Request<Full<Bytes>> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "client_credentials")
            .append_pair("client_id", &self.client_id)
            .append_pair("client_secret", self.client_secret.expose_secret());
        if let Some(scope) = &self.scope {
            form.append_pair("scope", scope);
        }
        Request::builder()
            .method(Method::POST)
            .uri(self.url.as_str())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "application/json")
            .body(Full::new(Bytes::from(form.finish())))
            .expect("a URL with scheme and host makes a request")
    }
}

impl std::fmt::Debug for OAuthClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OAuthClient").field("url", &self.url.as_str()).finish_non_exhaustive()
    }
}
