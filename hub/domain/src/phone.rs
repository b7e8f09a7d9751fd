//! Phone numbers.

/// Why a text is no phone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a phone number such as +381601234567")]
pub struct NotAPhoneNumber;

/// A number as the whole world dials it (E.164): `+`, and 7 to 15 digits of which the first is not 0.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// The number with its `+`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for PhoneNumber {
    type Err = NotAPhoneNumber;

    fn from_str(text: &str) -> Result<Self, NotAPhoneNumber> {
        let digits = text.strip_prefix('+').ok_or(NotAPhoneNumber)?;
        let dialled = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
        if !dialled || !(7..=15).contains(&digits.len()) {
            return Err(NotAPhoneNumber);
        }
        Ok(Self(text.to_owned()))
    }
}

/// A number is personal data: it never reaches a log by accident.
impl std::fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PhoneNumber(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_as_the_whole_world_dials_it() {
        assert_eq!("+381601234567".parse::<PhoneNumber>().unwrap().as_str(), "+381601234567");
        for wrong in
            ["", "0601234567", "+0601234567", "+381 60 1234567", "+381601", "+3816012345678901", "+38160x234567"]
        {
            assert_eq!(wrong.parse::<PhoneNumber>(), Err(NotAPhoneNumber), "{wrong}");
        }
    }
}
