//! Mail that came back, and addresses that no more mail is sent to.
//!
//! An address is kept as a keyed hash, and sealed under the key of whoever it belongs to.

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_domain::{
    ProviderId, Sha256, TenantId,
    ids::{MessageId, SuppressionId},
};

use super::StoreError;
use crate::scope::{DeskScope, SystemScope};

/// After so many mails in a row that came back for another reason than that there is nobody, an address counts as dead.
pub const SOFT_BOUNCES: u32 = 3;

/// What a returned mail says of its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BounceKind {
    /// There is nobody: nothing more is sent there, and bills go by post again.
    Hard,
    /// Not this time: the mailbox is full, a server was away for days, the mail was not liked.
    Soft,
}

/// A mail that came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounce {
    /// Which.
    pub message: MessageId,
    /// What that means.
    pub kind: BounceKind,
    /// The status that the other server gave (RFC 3463).
    pub status: EnhancedStatus,
    /// By what its report is known again, where it came with one: a report is noted once, however often it is handed in.
    pub report: Option<Sha256>,
}

/// A status of a mail: class, subject, detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnhancedStatus(pub u8, pub u16, pub u16);

impl std::fmt::Display for EnhancedStatus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// What became of a mail that came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noted {
    /// Nobody knows the message any more, or it was noted before.
    Nothing,
    /// It is sent once more, later.
    SentAgain,
    /// It is given up.
    GivenUp,
    /// It is given up, and no more is sent to its address; bills that went there go by post.
    Suppressed,
}

/// An address that no more mail is sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// Its id.
    pub id: SuppressionId,
    /// The address; `None` when whoever it belonged to was erased.
    pub address: Option<String>,
    /// On whose behalf the mail was that came back.
    pub provider: ProviderId,
    /// The status that the other server gave.
    pub status: String,
    /// Whether a server said that there is nobody; otherwise mail came back too often.
    pub is_hard: bool,
    /// Since when.
    pub since: Timestamp,
}

/// What a mail turned out to be that came to where mail comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returned {
    /// It is about a mail of the hub's.
    Bounce(Noted),
    /// It says of a mail of the hub's that it is on its way.
    Delay,
    /// It is something else.
    Other,
}

/// Reads mail that comes back, whichever way it comes in.
#[async_trait]
pub trait ReturnedMail: Send + Sync {
    /// Reads a mail, of which the beginning is enough, and writes down what follows from it.
    async fn read(&self, mail: &[u8]) -> Result<Returned, StoreError>;
}

/// Mail that came back, and what follows from it.
#[async_trait]
pub trait Bounces: Send + Sync {
    /// Takes note of a mail that came back. Where no more mail is sent to its address from now on, everything that
    /// follows is done in one transaction: the address is kept, its user's links go back to paper with the consent taken
    /// back, and billing systems are due to be told. Twice is the same as once.
    async fn bounced(&self, scope: &SystemScope, bounce: Bounce, now: Timestamp) -> Result<Noted, StoreError>;

    /// Addresses of a tenant that no more mail is sent to, the oldest first, behind `after`.
    async fn suppressions(
        &self,
        scope: &SystemScope,
        tenant: &TenantId,
        after: Option<SuppressionId>,
        limit: u32,
    ) -> Result<Vec<Suppression>, StoreError>;

    /// Lets mail be sent to an address again; that somebody did stands in the audit log. `false` where there is none such.
    async fn lift(&self, desk: &DeskScope, id: SuppressionId, now: Timestamp) -> Result<bool, StoreError>;
}
