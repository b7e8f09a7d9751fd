//! Portal keys: random strings that name a portal. The hub's settings hold their digests only.

use aws_lc_rs::digest;
use komunala_domain::Sha256;

/// The SHA-256 of a portal's key. A plain hash will do: a key is random, there is nothing to guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PortalKeyDigest(Sha256);

impl PortalKeyDigest {
    /// The digest of a key as a portal shows it.
    pub fn of(key: &str) -> Self {
        Self(sha256(key.as_bytes()))
    }
}

impl From<Sha256> for PortalKeyDigest {
    fn from(digest: Sha256) -> Self {
        Self(digest)
    }
}

/// The SHA-256 of some bytes.
pub fn sha256(bytes: &[u8]) -> Sha256 {
    Sha256(digest::digest(&digest::SHA256, bytes).as_ref().try_into().expect("SHA-256 has 32 bytes"))
}

/// A new portal key: 32 random bytes.
pub fn generate() -> String {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).expect("the system has randomness");
    format!("kp_{}", hex::encode(bytes))
}
