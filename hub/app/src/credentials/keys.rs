//! The keys that are derived from the root secret, one per use (HKDF-SHA-256, RFC 5869).

use aws_lc_rs::{hkdf, hmac};
use secrecy::{ExposeSecret, SecretSlice};

/// Why a root secret was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the root secret has fewer than {min} bytes", min = RootSecret::MIN_BYTES)]
pub struct RootSecretTooShort;

/// The one secret that everything else is derived from.
pub struct RootSecret(SecretSlice<u8>);

impl RootSecret {
    /// The fewest bytes; 32 random ones are right.
    pub const MIN_BYTES: usize = 32;

    /// Takes the secret as it stands in its file.
    pub fn new(bytes: Vec<u8>) -> Result<Self, RootSecretTooShort> {
        if bytes.len() < Self::MIN_BYTES {
            return Err(RootSecretTooShort);
        }
        Ok(Self(bytes.into()))
    }
}

/// The derived keys.
pub struct Keys {
    root: hkdf::Prk,
    attempts: hmac::Key,
    fingerprints: hmac::Key,
    page_tokens: hmac::Key,
}

struct Bytes32;

impl hkdf::KeyType for Bytes32 {
    fn len(&self) -> usize {
        32
    }
}

impl Keys {
    /// Derives the keys.
    pub fn derive(root: &RootSecret) -> Self {
        let root = hkdf::Salt::new(hkdf::HKDF_SHA256, b"komunala").extract(root.0.expose_secret());
        let key = |label: &str| hmac::Key::new(hmac::HMAC_SHA256, &expand(&root, label));
        Self { attempts: key("attempts"), fingerprints: key("fingerprints"), page_tokens: key("page-tokens"), root }
    }

    /// 32 bytes for the use that `label` names.
    pub fn subkey(&self, label: &str) -> [u8; 32] {
        expand(&self.root, label)
    }

    /// A keyed hash of what attempts are counted by, so that the row tells nothing.
    pub fn attempt_subject(&self, parts: &[&str]) -> [u8; 32] {
        keyed_hash(&self.attempts, parts)
    }

    /// A keyed hash of a write request, for telling whether a request id is used for the same one again.
    pub fn fingerprint(&self, parts: &[&str]) -> [u8; 32] {
        keyed_hash(&self.fingerprints, parts)
    }

    pub(crate) fn page_tag(&self, parts: &[&str]) -> [u8; 32] {
        keyed_hash(&self.page_tokens, parts)
    }
}

fn expand(root: &hkdf::Prk, label: &str) -> [u8; 32] {
    let mut key = [0; 32];
    root.expand(&[label.as_bytes()], Bytes32)
        .and_then(|output| output.fill(&mut key))
        .expect("32 bytes are fewer than HKDF's limit of 255 blocks");
    key
}

/// Every part is preceded by its length, so that no two lists of parts hash alike.
fn keyed_hash(key: &hmac::Key, parts: &[&str]) -> [u8; 32] {
    let mut context = hmac::Context::with_key(key);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part.as_bytes());
    }
    context.sign().as_ref().try_into().expect("HMAC-SHA-256 has 32 bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_parts_that_read_alike_hash_apart() {
        let keys = Keys::derive(&RootSecret::new(vec![7; 32]).unwrap());
        assert_ne!(keys.fingerprint(&["ab", "c"]), keys.fingerprint(&["a", "bc"]));
        assert_ne!(keys.fingerprint(&["a"]), keys.attempt_subject(&["a"]));
    }

    #[test]
    fn a_short_root_secret_is_refused() {
        assert!(RootSecret::new(vec![7; 31]).is_err());
    }
}
