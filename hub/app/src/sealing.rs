//! Sealing what the database keeps: ciphertext that opens at its own place alone, and hashes to find it by.
//!
//! All of it is AES-256-GCM with random nonces. A key never meets so many of them that two could be equal (NIST SP
//! 800-38D, 8.3): each person, each message to somebody who has no key any more, each imported file, and each account and
//! document that is copied has one of its own.

mod copies;
mod key;
mod links;
mod lookups;
mod masters;

pub use copies::CopyKeys;
pub use key::{DATA_KEY_BYTES, NotSealedHere, SealingKey, column};
pub use links::{Link, Links};
pub use lookups::Lookups;
pub use masters::{MasterId, MasterIdError, MasterKey, MasterKeys, MasterKeysError, Unwrap, WrappedKey};
