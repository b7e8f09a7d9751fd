//! A message's Message-ID: an HMAC of its row's key, so that it is the same on every attempt and tells nothing.

use hmac::{Hmac, KeyInit as _, Mac as _};
use komunala_app::ports::outbox::Claimed;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

/// The channel, as it stands in what is signed.
const CHANNEL: &str = "mail";

/// `<32 hexadecimal digits@domain>`.
pub(super) fn message_id(claimed: &Claimed, key: &SecretString, domain: &str) -> String {
    let message = &claimed.message;
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key.expose_secret().as_bytes()).expect("HMAC takes a key of any length");
    let row =
        [claimed.tenant.as_str(), message.content.purpose(), &message.subject, message.recipient.as_str(), CHANNEL];
    for part in row {
        // with its length, so that no two rows read the same
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part.as_bytes());
    }
    let digest = mac.finalize().into_bytes();
    format!("<{}@{domain}>", hex::encode(&digest[..16]))
}
