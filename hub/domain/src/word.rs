//! Ids that an operator chooses and people type: tenants, portals, providers.

use serde::{Deserialize, Serialize};

/// Why a text is no short word.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no short word: lower-case letters, digits and single dashes, starting with a letter, 2 to 40 characters"
)]
pub struct NotAWord(pub String);

fn is_short_word(text: &str) -> bool {
    (2..=40).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && !text.ends_with('-')
        && !text.contains("--")
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

macro_rules! word {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(std::sync::Arc<str>);

        impl $name {
            /// The word itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = NotAWord;

            fn from_str(text: &str) -> Result<Self, NotAWord> {
                if is_short_word(text) {
                    Ok(Self(text.into()))
                } else {
                    Err(NotAWord(text.chars().take(60).collect()))
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotAWord;

            fn try_from(text: String) -> Result<Self, NotAWord> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(word: $name) -> String {
                word.0.as_ref().to_owned()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

word! {
    /// A region or operator that several utilities share a portal in.
    TenantId
}
word! {
    /// A portal front end of a tenant.
    PortalId
}
word! {
    /// A utility, unique in a hub.
    ProviderId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_id_is_a_short_lower_case_word() {
        assert!("water-2".parse::<ProviderId>().is_ok());
        for wrong in ["", "a", "Water", "-water", "water-", "wa--ter", "wa/ter", "вода", &"x".repeat(41)] {
            assert!(wrong.parse::<ProviderId>().is_err(), "{wrong}");
        }
    }
}
