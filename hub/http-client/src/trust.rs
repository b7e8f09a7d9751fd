//! Whose certificates count.

use std::sync::Arc;

use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

/// Why certificate authorities cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the certificate authorities cannot be read")]
pub struct RootsError;

/// The authorities that a server's certificate must be from.
#[derive(Clone)]
pub struct Trust(pub(crate) ClientConfig);

impl Trust {
    /// The public ones.
    pub fn public() -> Self {
        let mut roots = RootCertStore::empty();
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        Self::of(roots)
    }

    /// These alone, in PEM; at least one.
    pub fn in_authorities(pem: &[u8]) -> Result<Self, RootsError> {
        let mut roots = RootCertStore::empty();
        for authority in CertificateDer::pem_slice_iter(pem) {
            roots.add(authority.map_err(|_| RootsError)?).map_err(|_| RootsError)?;
        }
        if roots.is_empty() { Err(RootsError) } else { Ok(Self::of(roots)) }
    }

    fn of(roots: RootCertStore) -> Self {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the provider knows the versions of this rustls");
        Self(builder.with_root_certificates(roots).with_no_client_auth())
    }
}

impl std::fmt::Debug for Trust {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Trust(…)")
    }
}
