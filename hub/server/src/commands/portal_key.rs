//! `komunala portal-key`.

use komunala_app::credentials::portal_key;

/// A new key and its digest, for people.
pub(super) fn make() -> String {
    let key = portal_key::generate();
    let digest = portal_key::sha256(key.as_bytes());
    format!("key         {key}\nkey_sha256  {digest}\n")
}
