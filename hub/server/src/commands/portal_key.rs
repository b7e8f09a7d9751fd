//! `komunala portal-key`.

use komunala_app::credentials::{PortalKeyDigest, portal_key};
use secrecy::ExposeSecret;

/// A new key and its digest, for people.
pub(super) fn make() -> String {
    let key = portal_key::generate();
    let digest = PortalKeyDigest::of(key.expose_secret()).sha256();
    format!("key         {}\nkey_sha256  {digest}\n", key.expose_secret())
}
