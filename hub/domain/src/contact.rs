//! Where somebody is reached: the channels, and an address of one of them.

use crate::{EmailAddress, PhoneNumber};

/// A way on which messages reach people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// Mail, to an e-mail address.
    Email,
    /// Short messages, to a phone number.
    Sms,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 2] = [Self::Email, Self::Sms];

    /// Its name: one word in lower case.
    pub fn word(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
        }
    }
}

/// Why a word names no channel.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is none of the channels email, sms")]
pub struct UnknownChannel(pub String);

impl std::str::FromStr for Channel {
    type Err = UnknownChannel;

    fn from_str(word: &str) -> Result<Self, UnknownChannel> {
        let named = Self::ALL.into_iter().find(|channel| channel.word() == word);
        named.ok_or_else(|| UnknownChannel(word.chars().take(20).collect()))
    }
}

/// An address of a channel.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Contact {
    /// A mailbox.
    Email(EmailAddress),
    /// A phone.
    Phone(PhoneNumber),
}

/// Why a text is no address of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAContact {
    /// It should be a mailbox.
    #[error(transparent)]
    Email(#[from] crate::email::NotAnEmail),
    /// It should be a phone.
    #[error(transparent)]
    Phone(#[from] crate::phone::NotAPhoneNumber),
}

impl Contact {
    /// Reads an address of a channel.
    pub fn parse(channel: Channel, text: &str) -> Result<Self, NotAContact> {
        Ok(match channel {
            Channel::Email => Self::Email(text.parse()?),
            Channel::Sms => Self::Phone(text.parse()?),
        })
    }

    /// The channel that leads there.
    pub fn channel(&self) -> Channel {
        match self {
            Self::Email(_) => Channel::Email,
            Self::Phone(_) => Channel::Sms,
        }
    }

    /// The address as it is written: in lower case, or with a `+`.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Email(address) => address.as_str(),
            Self::Phone(number) => number.as_str(),
        }
    }

    /// The mailbox, where it is one.
    pub fn email(&self) -> Option<&EmailAddress> {
        match self {
            Self::Email(address) => Some(address),
            Self::Phone(_) => None,
        }
    }

    /// The phone, where it is one.
    pub fn phone(&self) -> Option<&PhoneNumber> {
        match self {
            Self::Phone(number) => Some(number),
            Self::Email(_) => None,
        }
    }
}

impl From<EmailAddress> for Contact {
    fn from(address: EmailAddress) -> Self {
        Self::Email(address)
    }
}

impl From<PhoneNumber> for Contact {
    fn from(number: PhoneNumber) -> Self {
        Self::Phone(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_takes_its_own_addresses_alone() {
        for (channel, own, other) in
            [(Channel::Email, "ana@example.rs", "+381601234567"), (Channel::Sms, "+381601234567", "ana@example.rs")]
        {
            let contact = Contact::parse(channel, own).unwrap();
            assert_eq!((contact.channel(), contact.as_str()), (channel, own));
            assert_eq!((contact.email().is_some(), contact.phone().is_some()), {
                let is_mail = channel == Channel::Email;
                (is_mail, !is_mail)
            });
            Contact::parse(channel, other).unwrap_err();
            assert_eq!(channel.word().parse(), Ok(channel));
        }
        "fax".parse::<Channel>().unwrap_err();
    }
}
