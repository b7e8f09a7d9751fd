//! Portal keys: random strings that name a portal. The hub holds their digests only.

use std::hash::{Hash, Hasher};

use aws_lc_rs::{constant_time::verify_slices_are_equal, digest};
use komunala_domain::Sha256;
use secrecy::SecretString;

/// The SHA-256 of a portal's key. A plain hash will do: a key is random, there is nothing to guess.
///
/// Two of them are compared in the same time wherever they differ.
#[derive(Debug, Clone, Copy, Eq)]
pub struct PortalKeyDigest(Sha256);

impl PortalKeyDigest {
    /// The digest of a key as a portal shows it.
    pub fn of(key: &str) -> Self {
        Self(sha256(key.as_bytes()))
    }

    /// What the store keeps.
    pub fn sha256(self) -> Sha256 {
        self.0
    }
}

impl From<Sha256> for PortalKeyDigest {
    fn from(digest: Sha256) -> Self {
        Self(digest)
    }
}

impl PartialEq for PortalKeyDigest {
    fn eq(&self, other: &Self) -> bool {
        verify_slices_are_equal(&self.0.0, &other.0.0).is_ok()
    }
}

impl Hash for PortalKeyDigest {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

/// The SHA-256 of some bytes.
pub fn sha256(bytes: &[u8]) -> Sha256 {
    Sha256(digest::digest(&digest::SHA256, bytes).as_ref().try_into().expect("SHA-256 has 32 bytes"))
}

/// A new portal key: 32 random bytes.
pub fn generate() -> SecretString {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).expect("the system has randomness");
    format!("kp_{}", hex::encode(bytes)).into()
}
