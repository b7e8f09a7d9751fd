//! Access tokens of OAuth2 client credentials.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use crate::draw::Draw;

/// Who may fetch a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The client's id.
    pub id: String,
    /// The client's secret.
    pub secret: String,
}

/// The form that is posted to fetch a token.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct TokenRequest {
    grant_type: String,
    client_id: String,
    client_secret: String,
}

/// What comes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct TokenAnswer {
    access_token: String,
    token_type: &'static str,
    expires_in: u64,
}

/// The tokens that are in force.
#[derive(Debug)]
pub(super) struct Tokens {
    client: Client,
    lifetime: Duration,
    issued: Mutex<Issued>,
}

#[derive(Debug, Default)]
struct Issued {
    count: u64,
    expiry: HashMap<String, Instant>,
}

impl Tokens {
    pub(super) fn new(client: Client, lifetime: Duration) -> Self {
        Self { client, lifetime, issued: Mutex::default() }
    }

    /// Issues a token to a client that knows its secret.
    pub(super) fn issue(&self, request: &TokenRequest) -> Result<TokenAnswer, Refusal> {
        if request.grant_type != "client_credentials" {
            return Err(Refusal::bad_client(StatusCode::BAD_REQUEST, "UNSUPPORTED_GRANT_TYPE", "grant_type"));
        }
        if request.client_id != self.client.id || request.client_secret != self.client.secret {
            return Err(Refusal::bad_client(StatusCode::UNAUTHORIZED, "INVALID_CLIENT", "client_id"));
        }
        let mut issued = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        issued.expiry.retain(|_, expiry| now < *expiry);
        issued.count += 1;
        // Not a secret worth guarding: whoever reaches the simulator may as well ask for a token.
        let started = u64::from(std::process::id());
        let access_token = format!("{:016x}", Draw::new(started, "token", issued.count).bits());
        issued.expiry.insert(access_token.clone(), now + self.lifetime);
        Ok(TokenAnswer { access_token, token_type: "Bearer", expires_in: self.lifetime.as_secs() })
    }

    /// Whether an `Authorization` header carries a token in force.
    pub(super) fn admit(&self, authorization: Option<&str>) -> Result<(), Refusal> {
        let token = authorization.and_then(|value| value.strip_prefix("Bearer ")).ok_or_else(Refusal::unauthorized)?;
        let issued = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
        let in_force = issued.expiry.get(token).is_some_and(|expiry| Instant::now() < *expiry);
        if in_force { Ok(()) } else { Err(Refusal::unauthorized()) }
    }

    /// Ends every token at once.
    pub(super) fn revoke_all(&self) {
        self.issued.lock().unwrap_or_else(PoisonError::into_inner).expiry.clear();
    }
}
