//! A key that seals, and the place that a sealed value belongs to.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use uuid::Uuid;

/// The length of a key.
pub const DATA_KEY_BYTES: usize = 32;

/// A value was not sealed under this key for this place, or was changed since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it was not sealed here")]
pub struct NotSealedHere;

/// A key that seals values. Its bytes are wiped when it is dropped: AWS-LC cleanses whatever it frees.
pub struct SealingKey(RandomizedNonceKey);

impl SealingKey {
    /// Takes the key's bytes; wiping them is up to the caller.
    pub fn new(bytes: &[u8; DATA_KEY_BYTES]) -> Self {
        Self(RandomizedNonceKey::new(&AES_256_GCM, bytes).expect("32 bytes are a key of AES-256"))
    }

    /// Seals a value for a place: ciphertext, tag, nonce.
    pub fn seal(&self, place: &[u8], mut value: Vec<u8>) -> Vec<u8> {
        let nonce = self
            .0
            .seal_in_place_append_tag(Aad::from(place), &mut value)
            .expect("a value is shorter than the 64 GiB that AES-GCM takes");
        value.extend_from_slice(nonce.as_ref());
        value
    }

    /// Opens a value at its place. One that was moved from another place does not open.
    pub fn open(&self, place: &[u8], mut sealed: Vec<u8>) -> Result<Vec<u8>, NotSealedHere> {
        let split = sealed.len().checked_sub(NONCE_LEN).ok_or(NotSealedHere)?;
        let (body, nonce) = sealed.split_at_mut(split);
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| NotSealedHere)?;
        let length = self.0.open_in_place(nonce, Aad::from(place), body).map_err(|_| NotSealedHere)?.len();
        sealed.truncate(length);
        Ok(sealed)
    }
}

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealingKey(…)")
    }
}

/// The place of a value in a database: neither rows nor columns nor tables can be swapped.
pub fn column(table: &str, column: &str, row: Uuid) -> Vec<u8> {
    // names hold no zero byte, and the row's length is fixed: no two places read alike
    [table.as_bytes(), &[0], column.as_bytes(), &[0], row.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_opens_at_its_own_place_alone() {
        let key = SealingKey::new(&[7; 32]);
        let (row, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let sealed = key.seal(&column("users", "sealed", row), b"Ana".to_vec());
        assert!(!sealed.windows(3).any(|bytes| bytes == b"Ana"));
        assert_eq!(key.open(&column("users", "sealed", row), sealed.clone()), Ok(b"Ana".to_vec()));
        for elsewhere in [column("users", "sealed", other), column("users", "phone", row), column("u", "sealed", row)] {
            assert_eq!(key.open(&elsewhere, sealed.clone()), Err(NotSealedHere));
        }
    }

    #[test]
    fn a_value_that_was_changed_or_sealed_under_another_key_does_not_open() {
        let key = SealingKey::new(&[7; 32]);
        let sealed = key.seal(b"place", b"Ana".to_vec());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(key.open(b"place", changed), Err(NotSealedHere), "byte {at}");
        }
        assert_eq!(SealingKey::new(&[8; 32]).open(b"place", sealed), Err(NotSealedHere));
        assert_eq!(key.open(b"place", vec![0; 11]), Err(NotSealedHere));
    }

    #[test]
    fn the_same_value_never_looks_the_same() {
        let key = SealingKey::new(&[7; 32]);
        assert_ne!(key.seal(b"place", b"Ana".to_vec()), key.seal(b"place", b"Ana".to_vec()));
    }
}
