//! An OpenID Connect provider: its discovery document, and the keys that it leads to.

use async_trait::async_trait;
use http::{Uri, uri::Scheme};
use komunala_app::ports::{Issuer, issuer::IssuerError};
use komunala_http_client::RootsError;
use serde::Deserialize;

use crate::fetch::Fetcher;

/// Discovery documents have two or three thousand bytes.
const LONGEST_DOCUMENT: usize = 64 * 1024;
/// A key has a few hundred bytes, with its certificates some thousand.
const LONGEST_KEY_SET: usize = 256 * 1024;

/// Where discovery documents stand (OpenID Connect Discovery 1.0, 4).
const WELL_KNOWN: &str = "/.well-known/openid-configuration";

/// Why an identity provider cannot be set up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// The issuer is no address over HTTPS.
    #[error("`{0}` is no issuer: https://host, and a path at most")]
    Issuer(String),
    /// Nobody could be trusted.
    #[error(transparent)]
    Roots(#[from] RootsError),
}

/// An identity provider.
pub struct OpenIdProvider {
    issuer: String,
    discovery: Uri,
    fetcher: Fetcher,
}

#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

impl OpenIdProvider {
    /// The provider that calls itself `issuer` in its tokens. Its certificate is from one of `authorities` (PEM), or a
    /// public authority.
    pub fn new(issuer: &str, authorities: Option<&[u8]>) -> Result<Self, SetupError> {
        let wrong = || SetupError::Issuer(issuer.to_owned());
        if issuer.contains(['?', '#']) || issuer.chars().any(char::is_whitespace) {
            return Err(wrong());
        }
        let discovery = over_https(&format!("{}{WELL_KNOWN}", issuer.trim_end_matches('/'))).ok_or_else(wrong)?;
        Ok(Self { issuer: issuer.to_owned(), discovery, fetcher: Fetcher::new(authorities)? })
    }

    /// Where the discovery document says that the keys are.
    async fn key_address(&self) -> Result<Uri, IssuerError> {
        let wrong = |problem: String| IssuerError::Answer { url: self.discovery.to_string(), problem };
        let document = self.fetcher.get(&self.discovery, LONGEST_DOCUMENT).await?;
        let document: Discovery =
            serde_json::from_slice(&document).map_err(|error| wrong(format!("no discovery document: {error}")))?;
        if document.issuer != self.issuer {
            return Err(wrong(format!("it is of the issuer `{}`", document.issuer)));
        }
        over_https(&document.jwks_uri).ok_or_else(|| wrong(format!("`{}` is no place for keys", document.jwks_uri)))
    }
}

#[async_trait]
impl Issuer for OpenIdProvider {
    async fn key_set(&self) -> Result<Vec<u8>, IssuerError> {
        let address = self.key_address().await?;
        Ok(self.fetcher.get(&address, LONGEST_KEY_SET).await?.to_vec())
    }
}

fn over_https(text: &str) -> Option<Uri> {
    let uri: Uri = text.parse().ok()?;
    let is_whole = uri.scheme() == Some(&Scheme::HTTPS) && uri.host().is_some_and(|host| !host.is_empty());
    is_whole.then_some(uri)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_asked_over_https_where_the_standard_says() {
        for (issuer, discovery) in [
            ("https://login.example", "https://login.example/.well-known/openid-configuration"),
            ("https://login.example/", "https://login.example/.well-known/openid-configuration"),
            ("https://x.example/realms/a", "https://x.example/realms/a/.well-known/openid-configuration"),
        ] {
            assert_eq!(
                OpenIdProvider::new(issuer, None).ok().map(|p| p.discovery.to_string()).as_deref(),
                Some(discovery)
            );
        }
        for wrong in ["", "login.example", "http://login.example", "https://", "https://x.example/?a=b", "https://a b"]
        {
            assert!(matches!(OpenIdProvider::new(wrong, None), Err(SetupError::Issuer(_))), "{wrong}");
        }
    }

    #[test]
    fn whoever_trusts_nobody_is_told() {
        let refused = OpenIdProvider::new("https://login.example", Some(b"")).err();
        assert_eq!(refused, Some(SetupError::Roots(RootsError)));
    }
}
