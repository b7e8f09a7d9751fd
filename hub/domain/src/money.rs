//! Money: integer minor units of an ISO 4217 currency. No amount ever passes through a float.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Why a text is no currency code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no ISO 4217 currency code of three capital letters")]
pub struct NotACurrency(pub String);

/// An ISO 4217 currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency {
    code: [u8; 3],
    // follows from the code; kept, because it leaves room for "no amount" inside of an amount: bills have many of those
    exponent: Exponent,
}

/// How many decimal places a minor unit stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Exponent {
    None,
    Two,
    Three,
}

// written out: by way of a String each of the hundreds of amounts of a page would allocate for three letters
impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Code;

        impl de::Visitor<'_> for Code {
            type Value = Currency;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an ISO 4217 currency code")
            }

            fn visit_str<E: de::Error>(self, code: &str) -> Result<Currency, E> {
                code.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Code)
    }
}

impl Exponent {
    /// ISO 4217, table A.1. A match and no list to search: every amount that is read passes here.
    const fn of(code: [u8; 3]) -> Self {
        match &code {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF" | b"UGX"
            | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => Self::None,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => Self::Three,
            _ => Self::Two,
        }
    }
}

impl Currency {
    /// The Serbian dinar.
    pub const RSD: Self = Self::of(*b"RSD");
    /// The euro.
    pub const EUR: Self = Self::of(*b"EUR");
    /// The Ukrainian hryvnia.
    pub const UAH: Self = Self::of(*b"UAH");

    /// What three capital letters stand for.
    const fn of(code: [u8; 3]) -> Self {
        Self { code, exponent: Exponent::of(code) }
    }

    /// The three letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.code).expect("made of ASCII letters only")
    }

    /// How many decimal places the minor unit stands for.
    pub fn exponent(&self) -> u32 {
        match self.exponent {
            Exponent::None => 0,
            Exponent::Two => 2,
            Exponent::Three => 3,
        }
    }
}

impl std::str::FromStr for Currency {
    type Err = NotACurrency;

    fn from_str(text: &str) -> Result<Self, NotACurrency> {
        match text.as_bytes() {
            &[a, b, c] if [a, b, c].iter().all(u8::is_ascii_uppercase) => Ok(Self::of([a, b, c])),
            _ => Err(NotACurrency(text.chars().take(8).collect())),
        }
    }
}

impl std::fmt::Display for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

/// An amount in minor units (paras, kopiykas, cents) of a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Integer minor units; negative is a credit.
    pub minor: i64,
    /// The currency whose minor units they are.
    pub currency: Currency,
}

impl Money {
    /// The sign and the digits of a decimal point number in the currency's exponent, as `-12.30 RSD`.
    pub fn to_plain_string(self) -> String {
        let unit = 10_u64.pow(self.currency.exponent());
        let sign = if self.minor < 0 { "-" } else { "" };
        let (whole, part) = (self.minor.unsigned_abs() / unit, self.minor.unsigned_abs() % unit);
        match self.currency.exponent() {
            0 => format!("{sign}{whole} {}", self.currency),
            places => format!("{sign}{whole}.{part:0width$} {}", self.currency, width = places as usize),
        }
    }
}

impl std::fmt::Display for Money {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.to_plain_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_that_is_missing_takes_no_more_room_than_one_that_is_there() {
        assert_eq!(size_of::<Option<Money>>(), size_of::<Money>());
    }

    #[test]
    fn an_amount_is_written_with_the_exponent_of_its_currency() {
        let amount = |minor, code: &str| Money { minor, currency: code.parse().unwrap() }.to_string();
        assert_eq!(amount(431_207, "RSD"), "4312.07 RSD");
        assert_eq!(amount(-5, "EUR"), "-0.05 EUR");
        assert_eq!(amount(120, "JPY"), "120 JPY");
        assert_eq!(amount(1_005, "KWD"), "1.005 KWD");
        assert_eq!(amount(i64::MIN, "UAH"), "-92233720368547758.08 UAH");
    }
}
