//! What a listener shows, and whose certificates it asks for.

use std::sync::Arc;

use rustls::{
    RootCertStore, ServerConfig,
    crypto::CryptoProvider,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{VerifierBuilderError, WebPkiClientVerifier, danger::ClientCertVerifier},
};
use tokio_rustls::TlsAcceptor;

/// Why certificate and key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// Not PEM, or not what it should be.
    #[error("the {what} cannot be read")]
    Pem {
        /// Certificate, key or authorities.
        what: &'static str,
        /// What is wrong with it.
        source: rustls::pki_types::pem::Error,
    },
    /// They do not go together, or are of a kind that rustls does not take.
    #[error("certificate and key cannot be used")]
    Unusable(#[from] rustls::Error),
    /// Nobody's certificate could be from these authorities.
    #[error("the authorities of client certificates cannot be used")]
    Authorities(#[from] VerifierBuilderError),
}

/// Whose client certificates a listener verifies. One that is not from these authorities, or is not in force, ends the
/// handshake, wherever one is asked for.
#[derive(Debug, Clone, Copy)]
pub struct ClientAuthorities<'a> {
    /// The authorities' certificates, PEM.
    pub pem: &'a [u8],
    /// Whether who shows none may call at all.
    pub required: bool,
}

/// Which versions of HTTP a client may ask for in the handshake (ALPN).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocols {
    /// HTTP/1.1 alone.
    Http1,
    /// HTTP/2, or HTTP/1.1.
    Http2,
}

/// What a listener shows.
#[derive(Clone)]
pub struct Tls(TlsAcceptor);

impl Tls {
    /// From a certificate chain and its key, both PEM. TLS 1.2 and 1.3. Clients show certificates where `clients` says
    /// whose count.
    pub fn from_pem(
        chain: &[u8],
        key: &[u8],
        clients: Option<ClientAuthorities<'_>>,
        protocols: Protocols,
    ) -> Result<Self, TlsError> {
        let chain = CertificateDer::pem_slice_iter(chain)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|source| TlsError::Pem { what: "certificate", source })?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|source| TlsError::Pem { what: "key", source })?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ServerConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions()?;
        let builder = match clients {
            None => builder.with_no_client_auth(),
            Some(clients) => builder.with_client_cert_verifier(clients.verifier(provider)?),
        };
        let mut config = builder.with_single_cert(chain, key)?;
        config.alpn_protocols = protocols.names().iter().map(|name| name.to_vec()).collect();
        Ok(Self(TlsAcceptor::from(Arc::new(config))))
    }

    pub(crate) fn acceptor(&self) -> &TlsAcceptor {
        &self.0
    }
}

impl Protocols {
    /// The names that are registered for them, the better first.
    fn names(self) -> &'static [&'static [u8]] {
        match self {
            Self::Http1 => &[b"http/1.1"],
            Self::Http2 => &[b"h2", b"http/1.1"],
        }
    }
}

impl ClientAuthorities<'_> {
    fn verifier(&self, provider: Arc<CryptoProvider>) -> Result<Arc<dyn ClientCertVerifier>, TlsError> {
        let mut roots = RootCertStore::empty();
        for authority in CertificateDer::pem_slice_iter(self.pem) {
            let authority = authority.map_err(|source| TlsError::Pem { what: "authorities", source })?;
            roots.add(authority)?;
        }
        let builder = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        let builder = if self.required { builder } else { builder.allow_unauthenticated() };
        Ok(builder.build()?)
    }
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tls(…)")
    }
}
