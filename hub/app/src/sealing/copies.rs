//! Keys of what the hub copied from billing systems and what names people in it: accounts and documents.
//!
//! It is the utility's and not the person's: who has an account linked does not own it alone, and erasing a user must not
//! take it from the others. So these keys are derived, and a copy is erased by deleting it.

use std::sync::Arc;

use komunala_domain::{Sha256, TenantId};
use uuid::Uuid;

use super::SealingKey;
use crate::credentials::{Keys, RootSecret};

/// Derives a key for each account and each document, so that none seals much.
#[derive(Clone)]
pub struct CopyKeys(Arc<Keys>);

impl CopyKeys {
    /// Derives what the keys are derived from.
    pub fn new(root: &RootSecret) -> Self {
        Self(Arc::new(Keys::derive(root)))
    }

    /// The key of what a billing system says of an account.
    pub fn account(&self, account: Uuid) -> SealingKey {
        self.key(&format!("copies/account/{account}"))
    }

    /// The key of a tenant's document.
    pub fn document(&self, tenant: &TenantId, digest: Sha256) -> SealingKey {
        self.key(&format!("copies/document/{tenant}/{digest}"))
    }

    fn key(&self, label: &str) -> SealingKey {
        SealingKey::new(&self.0.subkey(label))
    }
}

impl std::fmt::Debug for CopyKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CopyKeys(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_account_and_every_document_has_a_key_of_its_own() {
        let keys = CopyKeys::new(&RootSecret::new(vec![7; 32]).unwrap());
        let (ruma, sid): (TenantId, TenantId) = ("ruma".parse().unwrap(), "sid".parse().unwrap());
        let sealed = keys.account(Uuid::from_u128(1)).seal(b"place", b"Ana".to_vec());
        assert!(keys.account(Uuid::from_u128(1)).open(b"place", sealed.clone()).is_ok());
        assert!(keys.account(Uuid::from_u128(2)).open(b"place", sealed).is_err());
        let sealed = keys.document(&ruma, Sha256([1; 32])).seal(b"place", b"%PDF".to_vec());
        assert!(keys.document(&ruma, Sha256([1; 32])).open(b"place", sealed.clone()).is_ok());
        assert!(keys.document(&sid, Sha256([1; 32])).open(b"place", sealed.clone()).is_err());
        assert!(keys.document(&ruma, Sha256([2; 32])).open(b"place", sealed).is_err());
    }
}
