//! Amounts in minor units, by the exponents of ISO 4217.

use crate::{decimal::DecimalError, types::Decimal};

/// Why a text is no amount of a currency. Carries no part of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// The text is no number.
    #[error(transparent)]
    Decimal(#[from] DecimalError),
    /// Digits beyond the currency's smallest unit.
    #[error("an amount with more places than its currency has")]
    TooPrecise,
    /// Not three capital letters.
    #[error("not an ISO 4217 currency code")]
    Currency,
}

/// How many places the minor unit of a currency has.
///
/// ISO 4217 knows two almost everywhere; the exceptions are listed, so a code that ISO does not know has two as well.
pub fn exponent(currency: &str) -> Result<u8, AmountError> {
    if currency.len() != 3 || !currency.bytes().all(|letter| letter.is_ascii_uppercase()) {
        return Err(AmountError::Currency);
    }
    Ok(match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "UYI" | "VND"
        | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        "CLF" | "UYW" => 4,
        _ => 2,
    })
}

/// Reads an amount in major units with a point, `4312.07` of a currency with two places being 431207.
pub fn minor_units(text: &str, exponent: u8) -> Result<i64, AmountError> {
    text.parse::<Decimal>()?.minor_units(exponent)
}

/// Writes minor units as major units with a point and all places.
#[must_use]
pub fn format_minor_units(amount: i64, exponent: u8) -> String {
    Decimal::new(amount, exponent).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_follow_the_exponent_of_their_currency() {
        assert_eq!(minor_units("4312.07", exponent("RSD").unwrap()), Ok(431_207));
        assert_eq!(minor_units("-31.3", exponent("EUR").unwrap()), Ok(-3130));
        assert_eq!(minor_units("500", exponent("JPY").unwrap()), Ok(500));
        assert_eq!(minor_units("1.500", exponent("KWD").unwrap()), Ok(1500));
        assert_eq!(format_minor_units(431_207, 2), "4312.07");
    }

    #[test]
    fn half_a_para_is_refused_and_not_rounded() {
        assert_eq!(minor_units("0.005", 2), Err(AmountError::TooPrecise));
        assert_eq!(minor_units("0.500", 2), Ok(50));
    }

    #[test]
    fn a_currency_is_three_capital_letters() {
        for code in ["rsd", "RS", "DINAR", "R D", ""] {
            assert_eq!(exponent(code), Err(AmountError::Currency));
        }
    }
}
