//! ISO 11649: the creditor reference, which begins with RF.

use super::{NumberError, iso7064, without};

const FORM: &str = "a creditor reference: RF, two check digits and 1 to 21 letters and digits";

/// A reference that its payee can match, with right check digits, in capitals and without blanks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CreditorReference(String);

impl CreditorReference {
    /// The reference without blanks.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Puts `RF` and the check digits before a number.
    pub fn with_check_digits(number: &str) -> Result<Self, NumberError> {
        let control = iso7064::control(&format!("{number}RF")).ok_or(NumberError::Form(FORM))?;
        format!("RF{control:02}{number}").parse()
    }
}

impl std::str::FromStr for CreditorReference {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        let reference = without(text, &[' ']).to_ascii_uppercase();
        let is_formed = (5..=25).contains(&reference.len())
            && reference.starts_with("RF")
            && reference.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && reference.bytes().skip(2).take(2).all(|byte| byte.is_ascii_digit());
        if !is_formed {
            return Err(NumberError::Form(FORM));
        }
        match iso7064::remainder(&format!("{}{}", &reference[4..], &reference[..4])) {
            Some(1) => Ok(Self(reference)),
            _ => Err(NumberError::CheckDigits("ISO 11649")),
        }
    }
}

impl std::fmt::Display for CreditorReference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_example_of_the_standard_holds() {
        assert_eq!("RF18 5390 0754 7034".parse::<CreditorReference>().unwrap().as_str(), "RF18539007547034");
        let wrong = |text: &str| text.parse::<CreditorReference>().unwrap_err();
        assert_eq!(wrong("RF19539007547034"), NumberError::CheckDigits("ISO 11649"));
        for text in ["", "RF18", "RX18539007547034", "RFč8539007547034", "RF18-539007547034"] {
            assert_eq!(wrong(text), NumberError::Form(FORM), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_gets_check_digits_is_a_reference_and_with_another_digit_it_is_none(
            number in "[0-9]{1,21}", at in any::<prop::sample::Index>(), by in 1_u8..10,
        ) {
            let reference = CreditorReference::with_check_digits(&number).unwrap();
            prop_assert_eq!(&reference.as_str()[4..], &number);
            let mut other = reference.as_str().to_owned().into_bytes();
            let at = 2 + at.index(other.len() - 2);
            other[at] = b'0' + (other[at] - b'0' + by) % 10;
            prop_assert!(std::str::from_utf8(&other).unwrap().parse::<CreditorReference>().is_err());
        }
    }
}
