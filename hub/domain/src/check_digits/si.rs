//! Slovenian payment references: SI, a model of two digits, and up to three parts with dashes between.
//!
//! Of the models, 11 and 12 have check digits that are looked at here, 99 has nothing behind it, and the others are passed
//! on.

use super::{NumberError, without};

const FORM: &str = "a reference SI, a model of two digits, and at most 22 digits with at most two dashes";

/// A reference with its model, without blanks: `SI129990029934988`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SiReference(String);

impl SiReference {
    /// The most digits and dashes behind the model.
    pub const MAX: usize = 22;

    /// The reference without blanks.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for SiReference {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        let reference = without(text, &[' ']).to_ascii_uppercase();
        let (model, rest) =
            reference.strip_prefix("SI").and_then(|rest| rest.split_at_checked(2)).ok_or(NumberError::Form(FORM))?;
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(model) || rest.len() > Self::MAX {
            return Err(NumberError::Form(FORM));
        }
        if model == "99" {
            return if rest.is_empty() { Ok(Self(reference)) } else { Err(NumberError::Form("SI99 and nothing more")) };
        }
        let parts: Vec<&str> = rest.split('-').collect();
        if parts.len() > 3 || !parts.iter().copied().all(is_number) {
            return Err(NumberError::Form(FORM));
        }
        let checked = match (model, parts.len()) {
            ("11", 2..) => &parts[..2],
            ("11", _) => return Err(NumberError::Form("SI11 and two or three parts")),
            ("12", 1) => &parts[..1],
            ("12", _) => return Err(NumberError::Form("SI12 and one part")),
            _ => &[],
        };
        if checked.iter().all(|part| ends_in_its_control(part)) {
            Ok(Self(reference))
        } else {
            Err(NumberError::CheckDigits(if model == "11" { "SI11, modulo 11" } else { "SI12, modulo 11" }))
        }
    }
}

impl std::fmt::Display for SiReference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether the last digit is 11 less the remainder modulo 11 of the others, weighted 2, 3, 4 and so on from the right;
/// 10 and 11 are written 0.
fn ends_in_its_control(part: &str) -> bool {
    let mut digits = part.chars().rev().filter_map(|digit| digit.to_digit(10));
    let Some(control) = digits.next() else { return false };
    let sum: u32 = (2..).zip(digits).map(|(weight, digit)| weight * digit).sum();
    control == Some(11 - sum % 11).filter(|control| *control < 10).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_model_has_its_rule() {
        for right in
            ["SI129990029934988", "SI12 9990 0299 34988", "SI99", "SI00 6100000-202610", "si00 1-2-3", "SI05 77"]
        {
            assert_eq!(right.parse::<SiReference>().unwrap().as_str(), right.replace(' ', "").to_uppercase());
        }
        let wrong = |text: &str| text.parse::<SiReference>().unwrap_err();
        assert!(matches!(wrong("SI129990029934989"), NumberError::CheckDigits(_)));
        for text in [
            "",
            "SI",
            "SI0",
            "SIX0 1",
            "SI00",
            "SI00 1--2",
            "SI00 1-2-3-4",
            "SI00 12a",
            "SI991",
            "SI121-2",
            "SI111",
            "12 3",
        ] {
            assert!(matches!(wrong(text), NumberError::Form(_)), "{text}");
        }
        assert!(format!("SI00{}", "1".repeat(22)).parse::<SiReference>().is_ok());
        assert!(format!("SI00{}", "1".repeat(23)).parse::<SiReference>().is_err());
    }

    #[test]
    fn model_11_guards_its_first_two_parts() {
        // 11 - (1·2) = 9; 11 - (2·2) = 7
        assert!("SI11 19-27-5".parse::<SiReference>().is_ok());
        assert!("SI11 19-27".parse::<SiReference>().is_ok());
        for text in ["SI11 18-27-5", "SI11 19-28-5"] {
            assert!(matches!(text.parse::<SiReference>(), Err(NumberError::CheckDigits(_))), "{text}");
        }
    }

    #[test]
    fn a_digit_for_another_is_found_unless_its_weight_is_eleven() {
        let reference = *b"9990029934988";
        for at in 0..reference.len() {
            let weight = reference.len() - at;
            for by in 1..10 {
                let mut other = reference;
                other[at] = b'0' + (other[at] - b'0' + by) % 10;
                let found = !ends_in_its_control(std::str::from_utf8(&other).unwrap());
                assert_eq!(found, weight != 11, "{at} by {by}");
            }
        }
    }

    proptest! {
        #[test]
        fn a_reference_is_found_again_in_what_it_writes(text in "SI00[0-9]{1,6}(-[0-9]{1,6}){0,2}") {
            let reference: SiReference = text.parse().unwrap();
            prop_assert_eq!(reference.as_str(), &text);
        }
    }
}
