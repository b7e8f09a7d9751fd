//! The hub's own ids: opaque, prefixed, ordered by time of creation (UUID version 7, RFC 9562).
//!
//! Written form: a prefix that names the kind, `_`, and 32 lower-case hexadecimal digits: `acc_0192…`.
//! A customer number or any other external id never stands in one.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Why a text is no id of the kind that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an id of the form {prefix}_ and 32 hexadecimal digits")]
pub struct NotAnId {
    /// The prefix that was expected.
    pub prefix: &'static str,
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Uuid);

        impl $name {
            /// The prefix of the written form.
            pub const PREFIX: &'static str = $prefix;

            /// A new id that sorts after every earlier one.
            #[allow(clippy::new_without_default, reason = "a default id would be a different one each time")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }

            /// The id that a store keeps as `uuid`.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// What a store keeps.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0.simple())
            }
        }

        impl std::str::FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let wrong = NotAnId { prefix: $prefix };
                let digits = text.strip_prefix(concat!($prefix, "_")).ok_or(wrong.clone())?;
                // Uuid also reads braces, urns and dashes: one id has one name
                if digits.len() != 32 || digits.bytes().any(|b| !matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
                    return Err(wrong);
                }
                Uuid::try_parse(digits).map(Self).map_err(|_| wrong)
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotAnId;

            fn try_from(text: String) -> Result<Self, NotAnId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.to_string()
            }
        }
    };
}

id! {
    /// A person's account with a tenant's portals.
    UserId, "usr"
}
id! {
    /// A signed-in device: one family of refresh tokens.
    SessionId, "ses"
}
id! {
    /// A customer account of a provider.
    AccountId, "acc"
}
id! {
    /// The tie between a user and a customer account.
    LinkId, "lnk"
}
id! {
    /// A supply point (delivery point, metering point) of a customer account.
    SupplyPointId, "pt"
}
id! {
    /// A meter at a supply point.
    MeterId, "mtr"
}
id! {
    /// An invoice.
    InvoiceId, "inv"
}
id! {
    /// A meter reading.
    ReadingId, "rdg"
}
id! {
    /// An interruption of supply.
    OutageId, "out"
}
id! {
    /// Somebody's wish to be told of what happens at a supply point.
    SubscriptionId, "sub"
}
id! {
    /// An address or phone that notices go to.
    SubscriberId, "sbr"
}
id! {
    /// A row of the account card.
    LedgerEntryId, "led"
}
id! {
    /// A message on its way to somebody.
    MessageId, "msg"
}
id! {
    /// Something that a user was told.
    NotificationId, "ntf"
}
id! {
    /// A text that came from a phone.
    IncomingTextId, "txt"
}
id! {
    /// An address that no more mail is sent to.
    SuppressionId, "sup"
}
id! {
    /// A pending confirmation of an e-mail address.
    VerificationId, "ver"
}
id! {
    /// What somebody agreed to, or no longer does.
    ConsentId, "cns"
}
id! {
    /// A document or photo that somebody handed in.
    AttachmentId, "att"
}
id! {
    /// What somebody asked of a provider, and what was said about it.
    ServiceRequestId, "req"
}
id! {
    /// One thing that was said about a request.
    EntryId, "ent"
}
id! {
    /// A payment that was started through the hub.
    PaymentId, "pay"
}
id! {
    /// The bills of a provider and month on their way to its customers.
    BillRunId, "brn"
}
id! {
    /// A key of a portal: its name, not the key itself.
    PortalKeyId, "key"
}
id! {
    /// A mailed code or link that is yet to be given back: for a new password or a new address.
    ChallengeId, "chl"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_from_its_written_form() {
        let id = AccountId::new();
        assert_eq!(id.to_string().parse::<AccountId>(), Ok(id));
    }

    #[test]
    fn an_id_of_another_kind_or_spelling_is_refused() {
        let id = AccountId::new().to_string();
        assert!(id.parse::<InvoiceId>().is_err());
        assert!(id.to_uppercase().parse::<AccountId>().is_err());
        assert!(format!("{id}0").parse::<AccountId>().is_err());
        assert!("acc_".parse::<AccountId>().is_err());
    }
}
