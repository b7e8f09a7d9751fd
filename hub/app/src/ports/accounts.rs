//! Customer accounts and the users who linked them.

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_domain::{
    BillDelivery, CustomerAccount, ExternalId, PostalChannel, ProviderId, SupplyPoint, TenantId, ids::AccountId,
    ids::MessageId, ids::MeterId, ids::SupplyPointId, ids::UserId,
};

use super::{StoreError, WriteKey, Written, consents::NewConsent, users::NewLink};
use crate::scope::{SystemScope, TenantScope, UserScope};

/// An account that the signed-in user has linked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedAccount {
    /// The hub's id.
    pub id: AccountId,
    /// The provider.
    pub provider: ProviderId,
    /// The billing system's key.
    pub external_id: ExternalId,
    /// The link counts for nothing until the account is proved again; of such an account nothing else is shown.
    pub is_suspended: bool,
    /// How this user wants the bill.
    pub delivery: BillDelivery,
    /// Why the bill goes by post again, where the user did not choose that in the portal.
    pub paper_because: Option<PaperCause>,
    /// What the billing system was told last, once it acknowledged it.
    pub postal_told: Option<PostalChannel>,
    /// What it should be told: follows from the choices of all active links.
    pub postal_wanted: PostalChannel,
    /// What the billing system knows of the account, once it was asked.
    pub copy: Option<AccountCopy>,
}

/// The hub's copy of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountCopy {
    /// The account; its supply points stand in `points`, in the same order.
    pub account: CustomerAccount,
    /// The hub's ids of the account's supply points and their meters.
    pub points: Vec<PointIds>,
    /// When the billing system said so.
    pub as_of: Timestamp,
}

/// The hub's ids of a supply point and its meters, in the order of the account's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PointIds {
    /// The supply point.
    pub point: SupplyPointId,
    /// Its meters.
    pub meters: Vec<MeterId>,
}

impl AccountCopy {
    /// The supply points with their ids.
    pub fn supply_points(&self) -> impl Iterator<Item = (&PointIds, &SupplyPoint)> {
        self.points.iter().zip(&self.account.supply_points)
    }
}

/// How a user wants the bill.
#[derive(Debug, Clone)]
pub struct DeliveryChoice {
    /// By e-mail or on paper.
    pub delivery: BillDelivery,
    /// What that agrees to, or takes back.
    pub consent: NewConsent,
}

/// Why a bill goes by post again that its user wanted by mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaperCause {
    /// Mail to the user's address comes back.
    Bounced,
    /// Whoever reads the user's mail wanted no more bills there.
    Unsubscribed,
}

impl PaperCause {
    /// How the consent that is taken back says it.
    pub fn mechanism(self) -> &'static str {
        match self {
            Self::Bounced => "bounce",
            Self::Unsubscribed => "one-click",
        }
    }
}

/// Which of a user's accounts are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountFilter {
    /// All that the user has linked through this portal's providers.
    All,
    /// All of one provider.
    OfProvider(ProviderId),
    /// One.
    One(ProviderId, AccountId),
}

/// An account whose billing system does not know yet whether to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untold {
    /// The tenant.
    pub tenant: TenantId,
    /// The account.
    pub id: AccountId,
    /// Its provider.
    pub provider: ProviderId,
    /// The billing system's key.
    pub external_id: ExternalId,
    /// What it is to be told.
    pub wanted: PostalChannel,
}

/// Why the proof that links of an account stand on does not hold any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lapse {
    /// The account has another PIN.
    OtherPin,
    /// The account has another holder, who is shown nothing that was copied for the earlier one.
    OtherHolder,
    /// The account was closed; nothing is kept of it.
    Closed,
}

/// The day from which links count only if they were proved since.
#[derive(Debug, Clone, Copy)]
pub struct CutOver<'a> {
    /// The provider whose accounts it is about.
    pub provider: &'a ProviderId,
    /// When it begins.
    pub at: Timestamp,
}

/// Accounts and links. Only active links of confirmed users count, and none that is suspended.
///
/// Links are suspended when the proof they stand on [lapses](Lapse): whoever has one is told by mail in the same
/// transaction ([`LinkSuspended`](super::outbox::Content::LinkSuspended)), and paper comes again where nobody else wants
/// e-mail. Linking the account anew lets the same link go on.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// The user's accounts that the filter means and the portal shows, in the order of their ids, after `after`; those
    /// whose link is suspended too, without their copies.
    async fn list(
        &self,
        scope: &UserScope,
        filter: &AccountFilter,
        after: Option<AccountId>,
        limit: u32,
    ) -> Result<Vec<LinkedAccount>, StoreError>;

    /// Ties the user to an account, with consents and request id, and answers it. Linking what is linked already
    /// changes the delivery choice. Everybody else who has it linked gets a
    /// [`LinkedByAnother`](super::outbox::Content::LinkedByAnother) message in their own language, enqueued in the
    /// same transaction: subject is the account's and the new link's id, it does not expire.
    async fn link(
        &self,
        scope: &UserScope,
        new: NewLink,
        key: WriteKey,
        now: Timestamp,
    ) -> Result<Written<AccountId>, StoreError>;

    /// Ends the tie; `false` when there is none.
    async fn unlink(&self, scope: &UserScope, account: AccountId, now: Timestamp) -> Result<bool, StoreError>;

    /// Changes how the user wants the bill, and writes the consent down; `None` when the provider's account is not linked or the portal does not
    /// show it. What the billing system should be told is worked out again from all active links.
    async fn set_delivery(
        &self,
        scope: &UserScope,
        account: (&ProviderId, AccountId),
        choice: DeliveryChoice,
        key: WriteKey,
        now: Timestamp,
    ) -> Result<Option<Written<()>>, StoreError>;

    /// Lets a user's bills of one account go by post again, takes the consent back, and tells them by a mail of this id
    /// ([`BackToPaper`](super::outbox::Content::BackToPaper)); `false` when they do already, or there is no such link.
    async fn back_to_paper(
        &self,
        scope: &TenantScope,
        (user, account): (UserId, AccountId),
        cause: PaperCause,
        mail: MessageId,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Keeps what the billing system says of an account. Where that is [another holder](komunala_domain::holder) than
    /// before, the proof of its links lapses.
    async fn keep(
        &self,
        scope: &TenantScope,
        account: AccountId,
        copy: &CustomerAccount,
        as_of: Timestamp,
    ) -> Result<(), StoreError>;

    /// Notes that the billing system acknowledged what it was told.
    async fn told(
        &self,
        scope: &TenantScope,
        account: AccountId,
        channel: PostalChannel,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Notes that the billing system will be told, and has yet to acknowledge it: nothing is due until something else
    /// is wanted.
    async fn queued(&self, scope: &TenantScope, account: AccountId, channel: PostalChannel) -> Result<(), StoreError>;

    /// Notes that telling failed; it is due again at `retry_at`.
    async fn telling_failed(
        &self,
        scope: &TenantScope,
        account: AccountId,
        retry_at: Timestamp,
    ) -> Result<(), StoreError>;

    /// Accounts whose billing system is yet to be told, and due.
    async fn untold(&self, scope: &SystemScope, limit: u32, now: Timestamp) -> Result<Vec<Untold>, StoreError>;

    /// Suspends the links of up to `limit` accounts that were proved before a cut-over, and tells whoever has one that
    /// counts ([`CutOver`](super::outbox::Content::CutOver)); answers of how many accounts.
    async fn cut_over(
        &self,
        scope: &TenantScope,
        cut_over: CutOver<'_>,
        limit: u32,
        now: Timestamp,
    ) -> Result<u32, StoreError>;
}
