//! Model 97 of Serbian payment references: ISO 7064 MOD 97-10, with the control in front.

use super::{iso7064, without};

/// Why a text is no reference of model 97.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Model97Error {
    /// It has something else than letters, digits, blanks and dashes, or nothing behind its control.
    #[error("must be two digits of control, then letters and digits")]
    Form,
    /// The two digits in front are not those of the rest.
    #[error("its control digits are wrong by model 97")]
    Control,
}

/// Puts the control in front of a reference: two digits, whatever their value.
pub fn with_control(reference: &str) -> Result<String, Model97Error> {
    let rest = without(reference, &[' ', '-']);
    let control = iso7064::control(&rest).filter(|_| !rest.is_empty()).ok_or(Model97Error::Form)?;
    Ok(format!("{control:02}{rest}"))
}

/// Checks a reference with its control in front, as printed on a bill.
pub fn verify(reference: &str) -> Result<(), Model97Error> {
    let reference = without(reference, &[' ', '-']);
    let (control, rest) = reference.split_at_checked(2).ok_or(Model97Error::Form)?;
    if !control.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Model97Error::Form);
    }
    if with_control(rest)?.starts_with(control) { Ok(()) } else { Err(Model97Error::Control) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn references_of_bills_are_told_from_mistyped_ones() {
        for right in ["20-12345", "20 123-45", "28-12345a", "28-12345A", "163220000111111111000"] {
            assert_eq!(verify(right), Ok(()), "{right}");
        }
        assert_eq!(verify("20-123456"), Err(Model97Error::Control));
        for text in ["", "2", "20", "20-", "2x-12345", "20-12345č"] {
            assert_eq!(verify(text), Err(Model97Error::Form), "{text}");
        }
    }

    #[test]
    fn a_control_below_ten_keeps_its_zero() {
        let single = (0..1000).map(|number| with_control(&number.to_string()).unwrap());
        let padded: Vec<_> = single.filter(|reference| reference.starts_with('0')).collect();
        assert!(!padded.is_empty() && padded.iter().all(|reference| verify(reference).is_ok()));
    }

    proptest! {
        #[test]
        fn a_digit_for_another_is_found(rest in "[0-9]{1,20}", at in any::<prop::sample::Index>(), by in 1_u8..10) {
            let mut reference = with_control(&rest).unwrap().into_bytes();
            let at = at.index(reference.len());
            reference[at] = b'0' + (reference[at] - b'0' + by) % 10;
            prop_assert!(verify(std::str::from_utf8(&reference).unwrap()).is_err());
        }
    }
}
