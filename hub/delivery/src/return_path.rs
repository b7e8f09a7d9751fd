//! Return paths that name the message they belong to (VERP), so that a bounce says which mail it is about whatever else
//! it says; and say nothing about a person.

use hmac::{Hmac, KeyInit as _, Mac as _};
use komunala_domain::{EmailAddress, ids::MessageId};
use lettre::Address;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;
use uuid::Uuid;

use crate::message::MessageError;

/// Bytes of a message's id, and of the keyed hash that only the hub can make of it.
const ID: usize = 16;
const TAG: usize = 8;

/// How return paths are made: `bounce+TOKEN@domain`.
///
/// The token is of hexadecimal digits, since servers on the way may write an address in small letters, and fits the 64
/// characters before an `@` for any name of up to 15.
#[derive(Debug, Clone)]
pub struct ReturnPaths {
    /// The address that bounces come to; the token goes behind its name and a plus sign.
    pub address: EmailAddress,
    /// The key of the tokens. It must stay the same over restarts and be the same on every replica.
    pub key: SecretString,
}

impl ReturnPaths {
    /// The return path of a message, the same at every attempt.
    pub(crate) fn address_of(&self, message: MessageId) -> Result<Address, MessageError> {
        let (name, domain) = self.address.as_str().rsplit_once('@').ok_or(MessageError::Address("return path"))?;
        let token = [message.uuid().as_bytes().as_slice(), &self.tag(message)].concat();
        let address = Address::new(format!("{name}+{}", hex::encode(token)), domain);
        address.map_err(|_| MessageError::Address("return path"))
    }

    /// The message that an address was made for; `None` for any other address.
    pub fn message_of(&self, address: &str) -> Option<MessageId> {
        let (own, own_domain) = self.address.as_str().rsplit_once('@')?;
        let (name, domain) = address.trim().trim_matches(['<', '>']).rsplit_once('@')?;
        let (name, token) = name.split_at_checked(own.len())?;
        if !name.eq_ignore_ascii_case(own) || !domain.eq_ignore_ascii_case(own_domain) {
            return None;
        }
        let token = hex::decode(token.strip_prefix('+')?).ok().filter(|token| token.len() == ID + TAG)?;
        let (id, tag) = token.split_at(ID);
        let message = MessageId::from_uuid(Uuid::from_slice(id).ok()?);
        // forging one would only suppress the address of a message whose random id is known
        (self.tag(message) == tag).then_some(message)
    }

    /// What a report is known by that came back to one of them. It names people, so a plain digest would not do.
    pub(crate) fn mark_of(&self, identity: &[u8]) -> komunala_domain::Sha256 {
        komunala_domain::Sha256(self.digest(b"report", identity))
    }

    fn tag(&self, message: MessageId) -> [u8; TAG] {
        let digest = self.digest(b"return path", message.uuid().as_bytes());
        let mut tag = [0; TAG];
        tag.copy_from_slice(&digest[..TAG]);
        tag
    }

    fn digest(&self, purpose: &[u8], of: &[u8]) -> [u8; 32] {
        let key = self.key.expose_secret().as_bytes();
        let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
        mac.update(purpose);
        mac.update(of);
        mac.finalize().into_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(key: &str) -> ReturnPaths {
        ReturnPaths { address: "Bounce@bounces.example.rs".parse().unwrap(), key: key.into() }
    }

    #[test]
    fn a_return_path_names_its_message_whatever_servers_did_to_it() {
        let message = MessageId::new();
        let address = paths("key").address_of(message).unwrap();
        assert!(address.user().len() <= 64, "{address}");
        for seen in [address.to_string(), address.to_string().to_uppercase(), format!(" <{address}>")] {
            assert_eq!(paths("key").message_of(&seen), Some(message), "{seen}");
        }
    }

    #[test]
    fn nobody_else_can_make_one() {
        let message = MessageId::new();
        let address = paths("key").address_of(message).unwrap().to_string();
        assert_eq!(paths("another key").message_of(&address), None);
        for other in [
            "bounce@bounces.example.rs".to_owned(),
            "bounce+@bounces.example.rs".to_owned(),
            format!("bounce+{}@bounces.example.rs", "0".repeat(48)),
            address.replace("bounces.example.rs", "example.rs"),
            address.replace('+', "+0"),
            "ð@x".to_owned(),
            String::new(),
        ] {
            assert_eq!(paths("key").message_of(&other), None, "{other}");
        }
    }
}
