//! ISO 13616: the international bank account number.

use super::{NumberError, iso7064, without};

const FORM: &str = "an IBAN: a country, two check digits and 11 to 30 letters and digits";

/// The lengths of the countries that utilities of the region collect in (IBAN registry of SWIFT); of another country
/// only the general bounds are known here.
const LENGTHS: [(&str, usize); 9] =
    [("AT", 20), ("BA", 20), ("HR", 21), ("HU", 28), ("IT", 27), ("ME", 22), ("RS", 22), ("SI", 19), ("UA", 29)];

/// An account number with a country and right check digits, in capitals and without blanks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Iban(String);

impl Iban {
    /// The number without blanks.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// ISO 3166-1 alpha-2.
    pub fn country(&self) -> &str {
        &self.0[..2]
    }
}

impl std::str::FromStr for Iban {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        let number = without(text, &[' ']).to_ascii_uppercase();
        let bytes = number.as_bytes();
        let is_formed = (15..=34).contains(&bytes.len())
            && bytes[..2].iter().all(u8::is_ascii_uppercase)
            && bytes[2..4].iter().all(u8::is_ascii_digit)
            && bytes.iter().all(u8::is_ascii_alphanumeric);
        if !is_formed {
            return Err(NumberError::Form(FORM));
        }
        if LENGTHS.iter().any(|(country, length)| number.starts_with(country) && number.len() != *length) {
            return Err(NumberError::Form("an IBAN as long as its country has them"));
        }
        match iso7064::remainder(&format!("{}{}", &number[4..], &number[..4])) {
            Some(1) => Ok(Self(number)),
            _ => Err(NumberError::CheckDigits("ISO 13616")),
        }
    }
}

impl std::fmt::Display for Iban {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_account_is_known_however_its_groups_are_written() {
        for written in ["SI56 0292 2002 0148 350", "si56029220020148350", "UA673005280000026500504354077"] {
            let iban: Iban = written.parse().unwrap();
            assert_eq!(iban.as_str(), written.replace(' ', "").to_uppercase());
        }
        assert_eq!("NL86INGB0002445588".parse::<Iban>().unwrap().country(), "NL");
    }

    #[test]
    fn what_is_no_account_says_what_is_wrong_with_it() {
        let wrong = |text: &str| text.parse::<Iban>().unwrap_err();
        assert_eq!(wrong("SI57029220020148350"), NumberError::CheckDigits("ISO 13616"));
        for text in ["", "SI56", "5602922002014835056", "SI5602922002014835Č", &"S".repeat(35)] {
            assert_eq!(wrong(text), NumberError::Form(FORM), "{text}");
        }
        assert!(matches!(wrong("SI5602922002014835"), NumberError::Form(_)));
    }

    proptest! {
        #[test]
        fn a_digit_for_another_is_found(at in 2_usize..19, by in 1_u8..10) {
            let mut digits = *b"SI56029220020148350";
            digits[at] = b'0' + (digits[at] - b'0' + by) % 10;
            prop_assert!(std::str::from_utf8(&digits).unwrap().parse::<Iban>().is_err());
        }
    }
}
