//! Serbian account numbers, as the National Bank of Serbia (NBS) orders them: bank, account, two check digits.

use super::{NumberError, iso7064};

const FORM: &str = "an account of 18 digits, or written bank-account-check (3, 1 to 13 and 2 digits)";

/// An account of eighteen digits: three of the bank, thirteen of the account, two of check.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NbsAccount(String);

impl NbsAccount {
    /// The eighteen digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reads eighteen digits, or the written form, whose middle is padded with zeros: `265-1234-88`.
impl std::str::FromStr for NbsAccount {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        let text = text.trim();
        let digits = match text.split('-').collect::<Vec<_>>()[..] {
            [whole] => whole.to_owned(),
            [bank, account, check] if bank.len() == 3 && !account.is_empty() && check.len() == 2 => {
                format!("{bank}{account:0>13}{check}")
            }
            _ => return Err(NumberError::Form(FORM)),
        };
        if digits.len() != 18 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NumberError::Form(FORM));
        }
        match iso7064::remainder(&digits) {
            Some(1) => Ok(Self(digits)),
            _ => Err(NumberError::CheckDigits("the NBS, modulo 97")),
        }
    }
}

impl std::fmt::Display for NbsAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn accounts_are_read_as_digits_and_as_written() {
        for (written, digits) in [
            ("265-1234-88", "265000000000123488"),
            ("160-123456789-56", "160000012345678956"),
            ("840000071711184351", "840000071711184351"),
            ("115038169338697697", "115038169338697697"),
            ("845000000040484987", "845000000040484987"),
        ] {
            assert_eq!(written.parse::<NbsAccount>().unwrap().as_str(), digits);
        }
        let wrong = |text: &str| text.parse::<NbsAccount>().unwrap_err();
        assert!(matches!(wrong("123456789012345678"), NumberError::CheckDigits(_)));
        for text in ["", "265--88", "26-1234-88", "265-1234-8", "265-12345678901234-88", "265-12x4-88", "265-1-2-88"] {
            assert_eq!(wrong(text), NumberError::Form(FORM), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_digit_for_another_is_found(at in 0_usize..18, by in 1_u8..10) {
            let mut digits = *b"840000071711184351";
            digits[at] = b'0' + (digits[at] - b'0' + by) % 10;
            prop_assert!(std::str::from_utf8(&digits).unwrap().parse::<NbsAccount>().is_err());
        }
    }
}
