//! Keyed hashes that rows are found by, where the value itself must not stand in the database.

use aws_lc_rs::hmac;
use komunala_domain::{EmailAddress, PhoneNumber, TenantId};

use crate::credentials::{Keys, RootSecret};

/// Makes the hashes that people are found by: a dump of the database does not tell whether an address is in it.
#[derive(Clone)]
pub struct Lookups(hmac::Key);

impl Lookups {
    /// Derives the key.
    pub fn new(root: &RootSecret) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, &Keys::derive(root).subkey("lookups")))
    }

    /// The hash of an address, which is normalised already, of one tenant.
    pub fn email(&self, tenant: &TenantId, email: &EmailAddress) -> [u8; 32] {
        self.hash(["email", tenant.as_str(), email.as_str()])
    }

    /// The hash of a phone number of one tenant.
    pub fn phone(&self, tenant: &TenantId, phone: &PhoneNumber) -> [u8; 32] {
        self.hash(["phone", tenant.as_str(), phone.as_str()])
    }

    fn hash(&self, parts: [&str; 3]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            context.update(part.as_bytes());
            // no tenant, no address and no number holds a zero byte
            context.update(&[0]);
        }
        context.sign().as_ref().try_into().expect("HMAC-SHA-256 has 32 bytes")
    }
}

impl std::fmt::Debug for Lookups {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Lookups(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_or_a_number_is_found_by_another_hash_in_another_tenant_and_under_another_key() {
        let lookups = |root| Lookups::new(&RootSecret::new(vec![root; 32]).unwrap());
        let (ruma, sid): (TenantId, TenantId) = ("ruma".parse().unwrap(), "sid".parse().unwrap());
        let ana: EmailAddress = "ana@example.rs".parse().unwrap();
        let hash = lookups(1).email(&ruma, &ana);
        assert_eq!(hash, lookups(1).email(&ruma, &ana));
        assert_ne!(hash, lookups(1).email(&sid, &ana));
        assert_ne!(hash, lookups(2).email(&ruma, &ana));
        let phone: PhoneNumber = "+381601234567".parse().unwrap();
        let hash = lookups(1).phone(&ruma, &phone);
        assert_eq!(hash, lookups(1).phone(&ruma, &phone));
        assert_ne!(hash, lookups(1).phone(&sid, &phone));
        assert_ne!(hash, lookups(2).phone(&ruma, &phone));
    }
}
