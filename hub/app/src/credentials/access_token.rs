//! Access tokens: JSON Web Tokens signed with Ed25519 (RFC 8037), for ten minutes.

use std::time::Duration;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use komunala_domain::{
    PortalId, TenantId,
    ids::{SessionId, UserId},
};
use serde::{Deserialize, Serialize};

use super::Keys;

/// How long a token is valid.
pub const VALID_FOR: Duration = Duration::from_secs(600);

const ISSUER: &str = "komunala";
const AUDIENCE: &str = "komunala.v1";

/// Verified tokens that are remembered, so that a signature is checked once and not at every call.
const REMEMBERED: u64 = 100_000;

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    iss: String,
    aud: String,
    /// Who is signed in.
    pub sub: UserId,
    /// The session.
    pub sid: SessionId,
    /// The tenant.
    pub tenant: TenantId,
    /// The portal it was issued through.
    pub portal: PortalId,
    iat: i64,
    /// When it ends, in seconds since 1970.
    pub exp: i64,
}

/// Why a token was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is no token of this hub.
    #[error("not an access token of this hub")]
    Invalid,
    /// It has ended.
    #[error("the access token has expired")]
    Expired,
}

/// Issues and verifies access tokens.
pub struct AccessTokens {
    signing: EncodingKey,
    verifying: DecodingKey,
    validation: Validation,
    /// The header of every token that this hub issues, as it is written. There is no other: what names another algorithm,
    /// a key or a place to fetch one from is not even decoded.
    header: String,
    verified: moka::sync::Cache<String, std::sync::Arc<Claims>>,
}

/// What stands before the 32 bytes of an Ed25519 seed in PKCS #8 (RFC 8410, 7).
const PKCS8_PREFIX: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

impl AccessTokens {
    /// Derives the signing key.
    pub fn new(keys: &Keys) -> Self {
        let seed = keys.subkey("access-tokens");
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).expect("every 32 bytes are an Ed25519 seed");
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_audience(&[AUDIENCE]);
        validation.set_issuer(&[ISSUER]);
        validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
        validation.leeway = 0;
        validation.validate_nbf = true;
        let signing = EncodingKey::from_ed_der(&[&PKCS8_PREFIX[..], &seed].concat());
        let sample = jsonwebtoken::encode(&Header::new(Algorithm::EdDSA), &(), &signing)
            .expect("there is nothing in it, and the key was derived");
        let (header, _) = sample.split_once('.').expect("a token has three parts");
        Self {
            header: header.to_owned(),
            verifying: DecodingKey::from_ed_der(pair.public_key().as_ref()),
            signing,
            validation,
            verified: moka::sync::Cache::builder().max_capacity(REMEMBERED).time_to_live(VALID_FOR).build(),
        }
    }

    /// A token, and when it ends.
    pub fn issue(
        &self,
        user: UserId,
        session: SessionId,
        tenant: TenantId,
        portal: PortalId,
        now: Timestamp,
    ) -> (String, Timestamp) {
        let expires = now + VALID_FOR;
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: user,
            sid: session,
            tenant,
            portal,
            iat: now.as_second(),
            exp: expires.as_second(),
        };
        let token = jsonwebtoken::encode(&Header::new(Algorithm::EdDSA), &claims, &self.signing)
            .expect("the claims are plain strings and numbers, and the key was derived");
        (token, expires)
    }

    /// What a token says, if this hub issued it and it has not ended at `now`.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<std::sync::Arc<Claims>, TokenError> {
        let claims = match self.verified.get(token) {
            Some(claims) => claims,
            None => {
                let claims = std::sync::Arc::new(self.check(token)?);
                self.verified.insert(token.to_owned(), claims.clone());
                claims
            }
        };
        if claims.exp <= now.as_second() {
            return Err(TokenError::Expired);
        }
        Ok(claims)
    }

    fn check(&self, token: &str) -> Result<Claims, TokenError> {
        if token.split_once('.').is_none_or(|(header, _)| header != self.header) {
            return Err(TokenError::Invalid);
        }
        jsonwebtoken::decode(token, &self.verifying, &self.validation).map(|data| data.claims).map_err(|error| {
            match error.kind() {
                jsonwebtoken::errors::ErrorKind::ExpiredSignature => TokenError::Expired,
                _ => TokenError::Invalid,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::RootSecret;

    fn tokens(root: u8) -> AccessTokens {
        AccessTokens::new(&Keys::derive(&RootSecret::new(vec![root; 32]).unwrap()))
    }

    fn issue(tokens: &AccessTokens, now: Timestamp) -> String {
        tokens.issue(UserId::new(), SessionId::new(), "region".parse().unwrap(), "web".parse().unwrap(), now).0
    }

    #[test]
    fn a_token_is_believed_by_the_hub_that_issued_it_for_ten_minutes() {
        let (tokens, now) = (tokens(1), Timestamp::now());
        let token = issue(&tokens, now);
        assert_eq!(tokens.verify(&token, now).unwrap().tenant.as_str(), "region");
        assert_eq!(tokens.verify(&token, now + VALID_FOR), Err(TokenError::Expired));
    }

    #[test]
    fn a_token_of_another_key_or_without_a_signature_is_refused() {
        let now = Timestamp::now();
        let token = issue(&tokens(2), now);
        assert_eq!(tokens(1).verify(&token, now), Err(TokenError::Invalid));
        let payload = token.split('.').nth(1).unwrap();
        // {"alg":"none","typ":"JWT"}
        let unsigned = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}.");
        assert_eq!(tokens(2).verify(&unsigned, now), Err(TokenError::Invalid));
    }
}
