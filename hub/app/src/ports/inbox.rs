//! Texts from phones: taken in durably while their gateway waits, and read afterwards.

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_domain::{
    ProviderId, TenantId,
    ids::{IncomingTextId, UserId},
};
use serde::{Deserialize, Serialize};

use super::{StoreError, outbox::NewMessage, text_gateways::IncomingText};
use crate::scope::{SystemScope, TenantScope};

/// A text that has just come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewIncoming {
    /// The id it gets.
    pub id: IncomingTextId,
    /// Whose gateway it came through.
    pub provider: ProviderId,
    /// The text.
    pub text: IncomingText,
    /// How many of one number are taken in an hour.
    pub per_hour: u32,
    /// Now.
    pub now: Timestamp,
}

/// How a text was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// It will be read.
    Now,
    /// It came before, by what its gateway calls it.
    Before,
    /// Its number wrote too much.
    TooMany,
}

/// A text that is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// Its id.
    pub id: IncomingTextId,
    /// The tenant.
    pub tenant: TenantId,
    /// Whose gateway it came through.
    pub provider: ProviderId,
    /// The text.
    pub text: IncomingText,
}

/// What somebody is answered who wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextReply {
    /// How to write.
    HowTo,
    /// No reading is taken today.
    NoReadingsToday,
    /// The meter showed more before.
    ReadingLower,
    /// The meter cannot show that.
    ReadingWrong,
    /// It is unusual, and waits for the word that confirms it.
    ReadingUnusual,
    /// The provider refused it.
    ReadingRefused,
}

/// The texts of phones.
#[async_trait]
pub trait Inbox: Send + Sync {
    /// Takes a text in, under a key of its own. One of the same name from the same gateway is the same text.
    async fn take_in(&self, scope: &TenantScope, new: &NewIncoming) -> Result<Admission, StoreError>;

    /// Texts that are to be read, the oldest first, leased for a minute to whoever gets them.
    async fn due(&self, scope: &SystemScope, limit: u32, now: Timestamp) -> Result<Vec<Incoming>, StoreError>;

    /// A text was read: nothing is left of what it said, and what its sender is answered is enqueued in the same transaction,
    /// under a key of its own. Twice is the same as once.
    async fn done(
        &self,
        scope: &TenantScope,
        id: IncomingTextId,
        reply: Option<&NewMessage>,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Users who gave this number as theirs; a few at most.
    async fn with_phone(
        &self,
        scope: &TenantScope,
        phone: &komunala_domain::PhoneNumber,
    ) -> Result<Vec<UserId>, StoreError>;
}
