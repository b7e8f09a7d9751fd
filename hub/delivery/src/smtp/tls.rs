//! Whose certificates are trusted.

use std::{path::Path, sync::Arc};

use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject as _},
};
use tokio_rustls::TlsConnector;

use super::SetupError;

/// A connector that trusts the certificates in `roots`, or the public authorities where there is none.
pub(super) fn connector(roots: Option<&Path>) -> Result<TlsConnector, SetupError> {
    let trusted = match roots {
        Some(path) => read(path).map_err(|detail| SetupError::Roots { path: path.to_owned(), detail })?,
        None => webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect(),
    };
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider has what TLS 1.2 and 1.3 need")
        .with_root_certificates(trusted)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

fn read(path: &Path) -> Result<RootCertStore, String> {
    let mut trusted = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|error| error.to_string())? {
        trusted.add(certificate.map_err(|error| error.to_string())?).map_err(|error| error.to_string())?;
    }
    if trusted.is_empty() { Err("no certificate in it".to_owned()) } else { Ok(trusted) }
}
