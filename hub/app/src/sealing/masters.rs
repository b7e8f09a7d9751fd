//! Master keys: they wrap the keys of persons, and stand neither in the database nor in the key store.

use aws_lc_rs::rand;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::key::{DATA_KEY_BYTES, SealingKey};
use crate::credentials::{Keys, RootSecret};

/// The name of a master key: 1 to 32 lower-case letters, digits and dashes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MasterId(String);

/// Why a text names no master key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the name of a master key has 1 to 32 lower-case letters, digits and dashes")]
pub struct MasterIdError;

impl std::str::FromStr for MasterId {
    type Err = MasterIdError;

    fn from_str(text: &str) -> Result<Self, MasterIdError> {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let right = (1..=32).contains(&text.len()) && text.bytes().all(fits);
        right.then(|| Self(text.to_owned())).ok_or(MasterIdError)
    }
}

impl std::fmt::Display for MasterId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A master key and its name.
#[derive(Debug)]
pub struct MasterKey {
    id: MasterId,
    key: SealingKey,
}

impl MasterKey {
    /// Takes the secret as it stands in its file.
    pub fn new(id: MasterId, secret: &RootSecret) -> Self {
        let bytes = Zeroizing::new(Keys::derive(secret).subkey("master"));
        Self { id, key: SealingKey::new(&bytes) }
    }
}

/// Why there are no usable master keys.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MasterKeysError {
    /// None at all.
    #[error("there is no master key")]
    None,
    /// Two bear the same name.
    #[error("two master keys are called {0}")]
    Twice(MasterId),
}

/// The master keys: the first wraps, every one unwraps.
#[derive(Debug)]
pub struct MasterKeys(Vec<MasterKey>);

/// A person's key as the key store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedKey {
    /// Which master key wrapped it.
    pub master: String,
    /// The key, sealed.
    pub wrapped: Vec<u8>,
}

/// Why a wrapped key did not come out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unwrap {
    /// The master key that wrapped it is not configured.
    #[error("it is wrapped by the master key {0}, which is not configured")]
    Unknown(String),
    /// The master key of that name did not wrap it, or it was changed.
    #[error("the master key {0} did not wrap it")]
    Foreign(String),
}

impl MasterKeys {
    /// Takes the keys, the one that wraps first.
    pub fn new(keys: Vec<MasterKey>) -> Result<Self, MasterKeysError> {
        if keys.is_empty() {
            return Err(MasterKeysError::None);
        }
        for (at, key) in keys.iter().enumerate() {
            if keys[..at].iter().any(|earlier| earlier.id == key.id) {
                return Err(MasterKeysError::Twice(key.id.clone()));
            }
        }
        Ok(Self(keys))
    }

    /// The name of the key that wraps.
    pub fn current(&self) -> &MasterId {
        &self.0[0].id
    }

    /// Makes a key for a subject: the key itself, and how it is kept.
    pub fn generate(&self, subject: Uuid) -> (SealingKey, WrappedKey) {
        let mut bytes = Zeroizing::new([0; DATA_KEY_BYTES]);
        rand::fill(&mut *bytes).expect("the system has randomness");
        (SealingKey::new(&bytes), self.wrap(subject, &bytes))
    }

    /// A subject's key.
    pub fn unwrap(&self, subject: Uuid, wrapped: &WrappedKey) -> Result<SealingKey, Unwrap> {
        Ok(SealingKey::new(&*self.bytes(subject, wrapped)?))
    }

    /// The same key, wrapped by the key that wraps now.
    pub fn rewrap(&self, subject: Uuid, wrapped: &WrappedKey) -> Result<WrappedKey, Unwrap> {
        Ok(self.wrap(subject, &*self.bytes(subject, wrapped)?))
    }

    fn wrap(&self, subject: Uuid, bytes: &[u8; DATA_KEY_BYTES]) -> WrappedKey {
        let MasterKey { id, key } = &self.0[0];
        WrappedKey { master: id.to_string(), wrapped: key.seal(&place(subject), bytes.to_vec()) }
    }

    fn bytes(&self, subject: Uuid, wrapped: &WrappedKey) -> Result<Zeroizing<[u8; DATA_KEY_BYTES]>, Unwrap> {
        let master = self.0.iter().find(|master| master.id.0 == wrapped.master);
        let master = master.ok_or_else(|| Unwrap::Unknown(wrapped.master.clone()))?;
        let opened = master.key.open(&place(subject), wrapped.wrapped.clone()).map(Zeroizing::new);
        let bytes = opened.ok().and_then(|bytes| <[u8; DATA_KEY_BYTES]>::try_from(bytes.as_slice()).ok());
        bytes.map(Zeroizing::new).ok_or_else(|| Unwrap::Foreign(wrapped.master.clone()))
    }
}

fn place(subject: Uuid) -> Vec<u8> {
    super::column("subject_keys", "wrapped", subject)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn master(id: &str, secret: u8) -> MasterKey {
        MasterKey::new(id.parse().unwrap(), &RootSecret::new(vec![secret; 32]).unwrap())
    }

    #[test]
    fn a_key_comes_out_under_every_master_key_that_is_configured() {
        let subject = Uuid::from_u128(1);
        let (key, kept) = MasterKeys::new(vec![master("old", 1)]).unwrap().generate(subject);
        let sealed = key.seal(b"place", b"Ana".to_vec());
        let both = MasterKeys::new(vec![master("new", 2), master("old", 1)]).unwrap();
        let again = both.rewrap(subject, &kept).unwrap();
        assert_eq!((kept.master.as_str(), again.master.as_str()), ("old", "new"));
        for kept in [kept.clone(), again] {
            let key = both.unwrap(subject, &kept).unwrap();
            assert_eq!(key.open(b"place", sealed.clone()), Ok(b"Ana".to_vec()));
        }
        let new = MasterKeys::new(vec![master("new", 2)]).unwrap();
        assert_eq!(new.unwrap(subject, &kept).unwrap_err(), Unwrap::Unknown("old".to_owned()));
    }

    #[test]
    fn a_wrapped_key_belongs_to_its_subject() {
        let masters = MasterKeys::new(vec![master("one", 1)]).unwrap();
        let (_, kept) = masters.generate(Uuid::from_u128(1));
        assert_eq!(masters.unwrap(Uuid::from_u128(2), &kept).unwrap_err(), Unwrap::Foreign("one".to_owned()));
    }

    #[test]
    fn names_that_would_not_tell_keys_apart_are_refused() {
        assert_eq!(MasterKeys::new(Vec::new()).unwrap_err(), MasterKeysError::None);
        let twice = MasterKeys::new(vec![master("one", 1), master("one", 2)]).unwrap_err();
        assert_eq!(twice, MasterKeysError::Twice("one".parse().unwrap()));
        assert!("One".parse::<MasterId>().is_err());
        assert!("".parse::<MasterId>().is_err());
    }
}
