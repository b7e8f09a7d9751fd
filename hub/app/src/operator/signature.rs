//! Signatures of components: Ed25519 over the 32 bytes of the SHA-256 digest.
//!
//! ```sh
//! openssl dgst -sha256 -binary adapter.wasm > digest
//! openssl pkeyutl -sign -rawin -inkey release.pem -in digest -out adapter.sig
//! ```

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::{Engine, engine::general_purpose::STANDARD};
use komunala_domain::Sha256;

/// Why a component's signature does not do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// There is none, and this hub wants one.
    #[error("the component has no signature, and this hub wants one")]
    Missing,
    /// No key of this hub made it.
    #[error("the component's signature was made by none of this hub's keys")]
    Invalid,
}

/// Why a text is no public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the base64 of an Ed25519 public key: its 32 bytes, or what a PEM file has between its lines")]
pub struct NotAKey;

/// A public key that signatures are checked with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureKey {
    /// What operators call it.
    pub name: String,
    key: [u8; 32],
}

impl SignatureKey {
    /// A key from the base64 of its 32 bytes, or of its `SubjectPublicKeyInfo` as PEM files have it.
    pub fn new(name: impl Into<String>, key: &str) -> Result<Self, NotAKey> {
        /// What precedes the key in a `SubjectPublicKeyInfo` (RFC 8410).
        const HEADER: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
        let bytes = STANDARD.decode(key.trim()).map_err(|_| NotAKey)?;
        let key = bytes.strip_prefix(&HEADER).unwrap_or(&bytes).try_into().map_err(|_| NotAKey)?;
        Ok(Self { name: name.into(), key })
    }
}

/// Whose signatures count, and whether there must be one. A signature that is there is always checked.
#[derive(Debug, Clone, Default)]
pub struct Signatures {
    /// Whether a component without a signature is refused.
    pub required: bool,
    /// The keys.
    pub keys: Vec<SignatureKey>,
}

/// Why a file is no signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no Ed25519 signature: its 64 bytes, or their base64")]
pub struct NotASignature;

impl Signatures {
    /// A signature as it lies in a file: its 64 bytes, or their base64.
    pub fn read(file: &[u8]) -> Result<Vec<u8>, NotASignature> {
        if file.len() == 64 {
            return Ok(file.to_vec());
        }
        let bytes = STANDARD.decode(file.trim_ascii()).map_err(|_| NotASignature)?;
        if bytes.len() == 64 { Ok(bytes) } else { Err(NotASignature) }
    }

    /// The name of the key that signed; `None` where there is no signature and none is needed.
    pub fn check(&self, digest: Sha256, signature: Option<&[u8]>) -> Result<Option<&str>, SignatureError> {
        let Some(signature) = signature else {
            return if self.required { Err(SignatureError::Missing) } else { Ok(None) };
        };
        let made_it =
            |key: &&SignatureKey| UnparsedPublicKey::new(&ED25519, key.key).verify(&digest.0, signature).is_ok();
        self.keys.iter().find(made_it).map(|key| Some(key.name.as_str())).ok_or(SignatureError::Invalid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};

    const DIGEST: Sha256 = Sha256([7; 32]);

    fn pair(seed: u8) -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap()
    }

    fn signatures(required: bool) -> Signatures {
        let key = STANDARD.encode(pair(1).public_key());
        Signatures { required, keys: vec![SignatureKey::new("release", &key).unwrap()] }
    }

    #[test]
    fn a_signature_names_the_key_that_made_it() {
        let signature = pair(1).sign(&DIGEST.0);
        assert_eq!(signatures(true).check(DIGEST, Some(signature.as_ref())), Ok(Some("release")));
    }

    #[test]
    fn a_signature_of_another_key_or_another_component_is_refused_even_where_none_is_needed() {
        for signature in [pair(2).sign(&DIGEST.0), pair(1).sign(&[8; 32])] {
            assert_eq!(signatures(false).check(DIGEST, Some(signature.as_ref())), Err(SignatureError::Invalid));
        }
        assert_eq!(signatures(false).check(DIGEST, Some(b"")), Err(SignatureError::Invalid));
        assert_eq!(Signatures::default().check(DIGEST, Some(b"x")), Err(SignatureError::Invalid));
    }

    #[test]
    fn no_signature_will_do_only_where_none_is_needed() {
        assert_eq!(signatures(false).check(DIGEST, None), Ok(None));
        assert_eq!(signatures(true).check(DIGEST, None), Err(SignatureError::Missing));
    }

    #[test]
    fn a_signature_is_read_as_bytes_and_as_base64() {
        let signature = pair(1).sign(&DIGEST.0).as_ref().to_vec();
        assert_eq!(Signatures::read(&signature).as_ref(), Ok(&signature));
        assert_eq!(Signatures::read((STANDARD.encode(&signature) + "\n").as_bytes()).as_ref(), Ok(&signature));
        assert_eq!(Signatures::read(b"AAAA"), Err(NotASignature));
    }

    #[test]
    fn a_key_is_read_as_pem_files_have_it() {
        let mut wrapped = vec![0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
        wrapped.extend(pair(1).public_key().as_ref());
        let plain = SignatureKey::new("k", &STANDARD.encode(pair(1).public_key()));
        assert_eq!(SignatureKey::new("k", &STANDARD.encode(wrapped)), plain);
        assert_eq!(SignatureKey::new("k", "AAAA"), Err(NotAKey));
    }
}
