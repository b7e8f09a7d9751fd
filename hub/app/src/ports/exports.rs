//! Everything that the hub holds on a user, piece by piece.

use async_trait::async_trait;
use uuid::Uuid;

use super::StoreError;
use crate::scope::UserScope;

/// What there is of a user beside the profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// Accounts that are or were linked, and how the bills are wanted.
    Links,
    /// What was agreed to.
    Consents,
    /// Sessions that are kept.
    Sessions,
    /// Addresses that the user wanted to have instead, as long as they are kept.
    AddressChanges,
    /// Messages that were sent, or are to be.
    Messages,
    /// Readings of linked accounts that customers handed in.
    Readings,
    /// What the user asked, and what was said about it.
    Requests,
    /// Payments that the user started, signed in or with a pay link.
    Payments,
    /// What the user is told of, and where.
    Subscriptions,
    /// What was done with the user's data.
    Events,
}

impl Held {
    /// All there is.
    pub const ALL: [Self; 10] = [
        Self::Links,
        Self::Consents,
        Self::Sessions,
        Self::AddressChanges,
        Self::Messages,
        Self::Readings,
        Self::Requests,
        Self::Payments,
        Self::Subscriptions,
        Self::Events,
    ];

    /// What the part of an archive is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Links => "links",
            Self::Consents => "consents",
            Self::Sessions => "sessions",
            Self::AddressChanges => "address_changes",
            Self::Messages => "messages",
            Self::Readings => "readings",
            Self::Requests => "requests",
            Self::Payments => "payments",
            Self::Subscriptions => "subscriptions",
            Self::Events => "events",
        }
    }
}

/// One thing that is held.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// Where the next page goes on.
    pub id: Uuid,
    /// What it says: a JSON object.
    pub json: serde_json::Value,
}

/// What the hub holds on users.
#[async_trait]
pub trait Exports: Send + Sync {
    /// A page of what is held of a kind on the signed-in user, by id, behind `after`.
    async fn held(
        &self,
        scope: &UserScope,
        what: Held,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<Piece>, StoreError>;
}
