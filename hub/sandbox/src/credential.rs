//! Credentials that the hub puts into a guest's requests, for granted hosts only.
//!
//! The guest cannot set the headers they use, cannot read them back, and does not know whether there are any.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use http::{HeaderName, HeaderValue, header};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use secrecy::ExposeSecret;
use serde::Deserialize;
use url::Url;

use crate::{
    HostRule, Secrets,
    grant::{AddressPolicy, Origin, granted_origins, literal_address},
    http::OAuthClient,
    secret::{bearer, header_value},
    setting::Settings,
};

/// A credential as an operator writes it. Fields called after a secret hold its *name*.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CredentialSettings {
    /// How it proves the hub.
    #[serde(flatten)]
    pub kind: CredentialKind,
    /// The hosts that get it; all granted ones if left out.
    pub hosts: Option<Vec<HostRule>>,
}

/// How a credential proves the hub.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub enum CredentialKind {
    /// HTTP Basic (RFC 7617).
    Basic {
        /// The user's name.
        username: String,
        /// The secret that is the password.
        password: String,
    },
    /// A bearer token (RFC 6750) that does not change.
    Bearer {
        /// The secret that is the token.
        token: String,
    },
    /// OAuth 2.0 client credentials (RFC 6749, 4.4), id and secret in the form.
    Oauth2 {
        /// An absolute URL, or `setting:NAME` and a path after it.
        token_url: String,
        /// The client's id.
        client_id: String,
        /// The secret that is the client's.
        client_secret: String,
        /// The scope to ask for.
        scope: Option<String>,
    },
    /// A header with a secret value.
    Header {
        /// The header's name.
        name: String,
        /// The secret that is its value.
        value: String,
    },
    /// A TLS client certificate.
    ClientCertificate {
        /// The secret that is the chain, in PEM.
        certificate: String,
        /// The secret that is the key, in PEM.
        key: String,
    },
}

/// Why a credential cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// Nobody gave the secret.
    #[error("secret `{0}` of a credential is missing")]
    Missing(String),
    /// The secret holds what its use does not allow.
    #[error("secret `{0}` of a credential is malformed")]
    Malformed(String),
    /// The header's name is none, or belongs to the protocol.
    #[error("`{0}` is no header for a credential")]
    Header(String),
    /// The token URL is none.
    #[error("`{0}` is no token URL, or leads to an address that is not granted")]
    TokenUrl(String),
}

/// A credential, ready for use.
#[derive(Debug)]
pub(crate) struct Credential {
    origins: Vec<Origin>,
    pub(crate) proof: Proof,
}

/// What a credential does to a request.
#[derive(Debug)]
pub(crate) enum Proof {
    /// Sets a header.
    Header(HeaderName, HeaderValue),
    /// Sets `authorization` from a token that is fetched.
    OAuth(OAuthClient),
    /// Proves the hub when a connection is made.
    Certificate(ClientCertificate),
}

/// A TLS client certificate and its key.
pub(crate) struct ClientCertificate {
    pub(crate) chain: Vec<CertificateDer<'static>>,
    pub(crate) key: PrivateKeyDer<'static>,
}

impl std::fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClientCertificate(…)")
    }
}

impl Credential {
    pub(crate) fn new(
        settings: &CredentialSettings,
        granted: &[Origin],
        values: &Settings,
        secrets: &Secrets,
        addresses: &AddressPolicy,
    ) -> Result<Self, CredentialError> {
        let origins = match &settings.hosts {
            None => granted.to_vec(),
            Some(rules) => {
                let named = granted_origins(rules, &["*".parse().expect("a rule of the grammar")], values);
                granted.iter().filter(|origin| named.contains(origin)).cloned().collect()
            }
        };
        let proof = proof(&settings.kind, values, secrets)?;
        // a literal address never meets the resolver's filter
        if let Proof::OAuth(client) = &proof
            && client.url().host_str().and_then(literal_address).is_some_and(|address| !addresses.permits(address))
        {
            return Err(CredentialError::TokenUrl(client.url().to_string()));
        }
        Ok(Self { origins, proof })
    }

    /// Whether requests to `uri` get it.
    pub(crate) fn is_for(&self, uri: &http::Uri) -> bool {
        self.origins.iter().any(|origin| origin.matches(uri))
    }
}

fn proof(kind: &CredentialKind, values: &Settings, secrets: &Secrets) -> Result<Proof, CredentialError> {
    let secret = |name: &String| secrets.get(name).ok_or_else(|| CredentialError::Missing(name.clone()));
    let malformed = |name: &String| CredentialError::Malformed(name.clone());
    Ok(match kind {
        CredentialKind::Basic { username, password } => {
            let pair = format!("{username}:{}", secret(password)?.expose_secret());
            let value = header_value(&format!("Basic {}", BASE64_STANDARD.encode(pair)));
            Proof::Header(header::AUTHORIZATION, value.ok_or_else(|| malformed(password))?)
        }
        CredentialKind::Bearer { token } => {
            Proof::Header(header::AUTHORIZATION, bearer(secret(token)?).ok_or_else(|| malformed(token))?)
        }
        CredentialKind::Header { name, value } => {
            let header = HeaderName::try_from(name).ok().filter(|name| !is_of_the_protocol(name));
            let header = header.ok_or_else(|| CredentialError::Header(name.clone()))?;
            let value = header_value(secret(value)?.expose_secret()).ok_or_else(|| malformed(value))?;
            Proof::Header(header, value)
        }
        CredentialKind::Oauth2 { token_url, client_id, client_secret, scope } => {
            let url = absolute_url(token_url, values).ok_or_else(|| CredentialError::TokenUrl(token_url.clone()))?;
            Proof::OAuth(OAuthClient::new(url, client_id.clone(), secret(client_secret)?.clone(), scope.clone()))
        }
        CredentialKind::ClientCertificate { certificate, key } => {
            let chain = CertificateDer::pem_slice_iter(secret(certificate)?.expose_secret().as_bytes())
                .collect::<Result<Vec<_>, _>>();
            let chain = chain.ok().filter(|chain| !chain.is_empty()).ok_or_else(|| malformed(certificate))?;
            let private = PrivateKeyDer::from_pem_slice(secret(key)?.expose_secret().as_bytes());
            Proof::Certificate(ClientCertificate { chain, key: private.map_err(|_| malformed(key))? })
        }
    })
}

/// Headers that frame a message: a credential there would be a way to smuggle requests.
fn is_of_the_protocol(name: &HeaderName) -> bool {
    [header::HOST, header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::CONNECTION, header::UPGRADE]
        .contains(name)
}

fn absolute_url(text: &str, values: &Settings) -> Option<Url> {
    let text = match text.strip_prefix("setting:") {
        None => text.to_owned(),
        Some(rest) => {
            let (name, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            format!("{}{path}", values.get(name)?.trim_end_matches('/'))
        }
    };
    Url::parse(&text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// A secret that a credential of a test needs.
#[cfg(test)]
pub(crate) fn secret(text: &str) -> secrecy::SecretString {
    secrecy::SecretString::from(text.to_owned())
}
