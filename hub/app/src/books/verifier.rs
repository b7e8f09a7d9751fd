//! Checking a PIN against a verifier that came in a file.
//!
//! A PIN has four digits: whoever holds a salt and a plain hash tries them all within a blink. So the hash is never
//! kept; what is kept is its HMAC under a pepper that is not in the database.

use aws_lc_rs::digest;
use komunala_domain::{
    CustomerAccount, Pin,
    account::{Category, Premises},
};
use serde::{Deserialize, Serialize};

use super::{
    keys::BookKeys,
    row::{CustomerRow, Row},
};
use crate::ports::files::{PinVerifier, VerifierScheme};

/// A verifier as it is kept.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct WrappedVerifier {
    scheme: Scheme,
    /// In hexadecimal.
    salt: String,
    /// In hexadecimal.
    wrapped: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Scheme {
    Sha256SaltPin,
}

impl std::fmt::Debug for WrappedVerifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WrappedVerifier(…)")
    }
}

impl WrappedVerifier {
    /// Wraps what a file says.
    pub(super) fn wrap(keys: &BookKeys, verifier: PinVerifier) -> Self {
        let scheme = match verifier.scheme {
            VerifierScheme::Sha256SaltPin => Scheme::Sha256SaltPin,
        };
        Self { scheme, salt: hex::encode(verifier.salt), wrapped: hex::encode(keys.wrap(&verifier.hash)) }
    }

    /// Whether this is the PIN.
    pub(super) fn is_pin(&self, keys: &BookKeys, pin: &Pin) -> bool {
        match self.scheme {
            Scheme::Sha256SaltPin => {
                let mut context = digest::Context::new(&digest::SHA256);
                // what the hub wrote is hexadecimal; anything else matches nothing
                context.update(&hex::decode(&self.salt).unwrap_or_default());
                context.update(pin.expose().as_bytes());
                keys.is_wrapped(context.finish().as_ref(), &hex::decode(&self.wrapped).unwrap_or_default())
            }
        }
    }

    /// A verifier that no PIN passes, for whoever has none: nobody shall learn from the time that an answer takes
    /// whether a number exists.
    fn decoy() -> Self {
        let mut wrapped = [0; 32];
        // where there is no randomness, zeros are as hard to find
        let _ = aws_lc_rs::rand::fill(&mut wrapped);
        Self { scheme: Scheme::Sha256SaltPin, salt: hex::encode([0; 8]), wrapped: hex::encode(wrapped) }
    }
}

impl CustomerRow {
    /// Whether this is the customer's PIN; nobody's is for a customer without one, after as much work.
    pub(super) fn is_proven_by(&self, keys: &BookKeys, pin: &Pin) -> bool {
        let decoy = WrappedVerifier::decoy();
        let is_pin = self.pin.as_ref().unwrap_or(&decoy).is_pin(keys, pin);
        is_pin && self.pin.is_some()
    }

    /// A customer who is nobody, with as much to read as most have.
    pub(super) fn decoy() -> Row {
        let text = || "an invented name and address".to_owned();
        let account = CustomerAccount {
            external_id: text().try_into().expect("a short text is an id"),
            customer_number: "0000000000".to_owned(),
            category: Category::Household,
            name: Some(text()),
            premises: Premises { address: Some(text()), ..Premises::default() },
            supply_points: Vec::new(),
        };
        Row::Customer(Box::new(Self { account, pin: Some(WrappedVerifier::decoy()), delivery: None }))
    }
}
