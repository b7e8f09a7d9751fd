//! What a client's certificate says of whoever showed it.

use std::sync::Arc;

use komunala_app::credentials::{ClientCertificate, portal_key::sha256};
use rustls::pki_types::CertificateDer;
use webpki::EndEntityCert;

/// Names of a certificate that are looked at.
const MOST_NAMES: usize = 32;

/// What stands in a certificate that the handshake has verified.
pub(super) fn client_certificate(shown: &CertificateDer<'static>) -> Option<Arc<ClientCertificate>> {
    let read = EndEntityCert::try_from(shown).ok()?;
    Some(Arc::new(ClientCertificate {
        key: sha256(read.subject_public_key_info().as_ref()),
        dns_names: read.valid_dns_names().take(MOST_NAMES).map(str::to_owned).collect(),
        uris: read.valid_uri_names().take(MOST_NAMES).map(str::to_owned).collect(),
    }))
}
