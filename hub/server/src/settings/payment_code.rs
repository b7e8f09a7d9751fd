//! How a provider's bills become payment codes.

use std::collections::BTreeMap;

use komunala_domain::{
    PaymentCodes,
    payment_code::{PayeeDetails, Scheme},
    text,
};
use serde::Deserialize;

/// What codes say of the payee and bills do not, and the scheme they are written in.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PaymentCodeSection {
    /// `nbs-ips`, `upn-qr`, `nbu-003`, `nbu-002` or `epc069-12`; left out, the one that is customary in the provider's
    /// country and currency.
    pub scheme: Option<Scheme>,
    /// Street and number.
    pub payee_street: Option<String>,
    /// Postal code and place.
    pub payee_place: Option<String>,
    /// The payee's number in the state's register (Ukraine).
    pub payee_code: Option<String>,
    /// The same per issuer, by the issuer's code on its bills, where a provider bills for several legal entities.
    pub payee_codes: BTreeMap<String, String>,
}

/// The longest line of an address, in bytes; each scheme has a bound of its own, in characters, which the code is held to.
const LONGEST_LINE: usize = 140;
/// The longest number in a state's register, in bytes.
const LONGEST_CODE: usize = 10;

impl PaymentCodeSection {
    pub(super) fn codes(&self, wrong: &mut impl FnMut(&str, String)) -> PaymentCodes {
        let mut line = |field: &str, value: &str, max| {
            if let Err(error) = text::single_line(value, max) {
                wrong(&format!("provider.payment_code.{field}"), error.to_string());
            }
        };
        for (field, value, max) in [
            ("payee_street", &self.payee_street, LONGEST_LINE),
            ("payee_place", &self.payee_place, LONGEST_LINE),
            ("payee_code", &self.payee_code, LONGEST_CODE),
        ] {
            if let Some(value) = value {
                line(field, value, max);
            }
        }
        for (issuer, code) in &self.payee_codes {
            line(&format!("payee_codes.{issuer}"), code, LONGEST_CODE);
        }
        PaymentCodes {
            scheme: self.scheme,
            payee: PayeeDetails {
                street: self.payee_street.clone(),
                place: self.payee_place.clone(),
                code: self.payee_code.clone(),
                codes: self.payee_codes.clone(),
            },
        }
    }
}
