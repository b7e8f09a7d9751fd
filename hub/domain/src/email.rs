//! E-mail addresses of portal users.

use serde::{Deserialize, Serialize};

/// Why a text is no usable e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an e-mail address")]
pub struct NotAnEmail;

/// An address that mail can be sent to: one `@`, no blanks, no control characters, ASCII in the local part,
/// at most 254 bytes (RFC 5321, 4.5.3.1).
///
/// Two addresses are the same user when they differ only in case: the whole address is kept in lower case.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

impl EmailAddress {
    /// The address in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the `@`.
    pub fn local_part(&self) -> &str {
        self.0.rsplit_once('@').expect("checked when it was made").0
    }

    /// What stands behind the `@`.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').expect("checked when it was made").1
    }
}

fn is_local_part(local: &str) -> bool {
    const SPECIALS: &[u8] = b"!#$%&'*+-/=?^_`{|}~.";
    (1..=64).contains(&local.len())
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.bytes().all(|b| b.is_ascii_alphanumeric() || SPECIALS.contains(&b))
}

fn is_domain(domain: &str) -> bool {
    domain.len() <= 253
        && domain.contains('.')
        && domain.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        })
}

impl std::str::FromStr for EmailAddress {
    type Err = NotAnEmail;

    fn from_str(text: &str) -> Result<Self, NotAnEmail> {
        let (local, domain) = text.rsplit_once('@').ok_or(NotAnEmail)?;
        if text.len() > 254 || !is_local_part(local) || !is_domain(domain) {
            return Err(NotAnEmail);
        }
        Ok(Self(text.to_ascii_lowercase()))
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = NotAnEmail;

    fn try_from(text: String) -> Result<Self, NotAnEmail> {
        text.parse()
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> String {
        address.0
    }
}

/// An address is personal data: it never reaches a log by accident.
impl std::fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EmailAddress(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_kept_in_lower_case() {
        assert_eq!("Ana.Petrovic@Example.RS".parse::<EmailAddress>().unwrap().as_str(), "ana.petrovic@example.rs");
    }

    #[test]
    fn line_breaks_blanks_and_half_addresses_are_refused() {
        for wrong in [
            "",
            "ana",
            "ana@",
            "@example.rs",
            "ana@example",
            "a na@example.rs",
            "ana@example.rs\r\nRCPT TO:<x@y.z>",
            "ana\0@example.rs",
            "ana@@example.rs",
            ".ana@example.rs",
            "ana@-example.rs",
            "ана@example.rs",
        ] {
            assert!(wrong.parse::<EmailAddress>().is_err(), "{wrong:?}");
        }
        assert!(format!("{}@example.rs", "a".repeat(65)).parse::<EmailAddress>().is_err());
    }
}
