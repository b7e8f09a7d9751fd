//! Payments: a row each, and an event for everything that was learned of it, which is only ever added.
//!
//! Reports come twice, late and out of order, and several replicas look after the same payment. So a step is held against
//! the state that the payment has *within the transaction*; and who talks to a payment provider has taken the payment
//! first, under an attempt that others see.

use async_trait::async_trait;
use jiff::{Timestamp, civil::Date};
use komunala_domain::{
    ExternalId, Language, Money, ProviderId, TenantId,
    ids::{AccountId, InvoiceId, LinkId, PaymentId, UserId},
    payment::{Channel, PaymentState, PaymentStep},
};
use serde::{Deserialize, Serialize};

use super::{StoreError, WriteKey, Written, accounts::AccountFilter, copies::InvoiceCopy, gateways::Forward};
use crate::scope::{PayerScope, SystemScope, TenantScope, UserScope};

/// What is paid, to whom, and how: what never changes of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentOrder {
    /// The account, by the billing system's key.
    pub account: ExternalId,
    /// The bill, by the billing system's key.
    pub invoice: ExternalId,
    /// The bill's printed number.
    pub number: String,
    /// The bill's installment, from 1; `None` for the whole of it.
    pub installment: Option<usize>,
    /// The link of whoever pays.
    pub link: LinkId,
    /// The shop at the payment provider.
    pub merchant: String,
    /// What is paid.
    pub amount: Money,
    /// The payer's language.
    pub language: Language,
    /// Until when it can be paid.
    pub expires_at: Timestamp,
}

/// What is known of a payment's way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentProgress {
    /// How the payer gets to the payment provider.
    pub forward: Option<Forward>,
    /// What the payment provider calls it.
    pub reference: Option<String>,
    /// The local day of the payment.
    pub paid_on: Option<Date>,
    /// What the billing system calls it.
    pub billing_id: Option<ExternalId>,
}

/// A payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentRow {
    /// Its id; the order number at the payment provider and the key towards the billing system as well.
    pub id: PaymentId,
    /// The tenant.
    pub tenant: TenantId,
    /// The utility.
    pub provider: ProviderId,
    /// The account.
    pub account: AccountId,
    /// The bill.
    pub invoice: InvoiceId,
    /// The way it is paid.
    pub channel: Channel,
    /// How far it has come.
    pub state: PaymentState,
    /// When it was started.
    pub started_at: Timestamp,
    /// When its state changed last.
    pub updated_at: Timestamp,
    /// Who has it in hand: each taking counts one up.
    pub attempt: u32,
    /// How often it was looked after since its state changed.
    pub tries: u32,
    /// What is paid.
    pub order: PaymentOrder,
    /// What is known of its way.
    pub progress: PaymentProgress,
}

/// A payment to be started.
#[derive(Debug, Clone)]
pub struct NewPayment {
    /// Its id.
    pub id: PaymentId,
    /// The utility.
    pub provider: ProviderId,
    /// The account.
    pub account: AccountId,
    /// The bill.
    pub invoice: InvoiceId,
    /// The way it is paid.
    pub channel: Channel,
    /// What is paid.
    pub order: PaymentOrder,
    /// Who starts it, where they are signed in.
    pub user: Option<UserId>,
    /// The write's name.
    pub key: WriteKey,
    /// When.
    pub now: Timestamp,
}

/// Something that was learned of a payment, by whoever has it in hand.
#[derive(Debug, Clone)]
pub struct Learned {
    /// The attempt under which the payment was taken.
    pub attempt: u32,
    /// What was learned; `None` where nothing was.
    pub step: Option<PaymentStep>,
    /// What is known of its way from now on, as far as the step leads on.
    pub progress: PaymentProgress,
    /// When it is to be looked after again.
    pub next: Option<Timestamp>,
    /// When.
    pub now: Timestamp,
}

/// Why something that was said of a payment is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Disbelief {
    /// The signature is not the payment provider's.
    Forged,
    /// Another amount, or another currency.
    OtherAmount,
    /// Another shop.
    OtherShop,
    /// Another payment than the one that was asked for.
    OtherPayment,
    /// The billing system does not take the payment: somebody has to see to it.
    RefusedByBilling,
}

/// The bill behind a pay link.
#[derive(Debug, Clone)]
pub struct PayersBill {
    /// The bill.
    pub copy: InvoiceCopy,
    /// The account, by the billing system's key.
    pub external_account: ExternalId,
}

/// Where a page of payments begins: behind this payment, newest first.
pub type PaymentCursor = PaymentId;

/// The payments.
#[async_trait]
pub trait Payments: Send + Sync {
    /// The bill that a pay link is of, while the link between its user and the account counts.
    async fn payers_bill(&self, scope: &PayerScope) -> Result<Option<PayersBill>, StoreError>;

    /// The link by which a user has an account.
    async fn link_to(&self, scope: &UserScope, account: AccountId) -> Result<Option<LinkId>, StoreError>;

    /// Writes a payment down as [`PaymentState::Started`], with its request id.
    async fn start_payment(&self, scope: &TenantScope, new: &NewPayment) -> Result<Written<()>, StoreError>;

    /// A payment.
    async fn payment(&self, scope: &TenantScope, id: PaymentId) -> Result<Option<PaymentRow>, StoreError>;

    /// The payments of a bill, newest first, a hundred at most.
    async fn payments_of_bill(&self, scope: &TenantScope, invoice: InvoiceId) -> Result<Vec<PaymentRow>, StoreError>;

    /// A page of the payments of the bills that the user sees, newest first.
    async fn list_payments(
        &self,
        scope: &UserScope,
        filter: &AccountFilter,
        before: Option<PaymentCursor>,
        limit: u32,
    ) -> Result<Vec<PaymentRow>, StoreError>;

    /// A payment of a bill that the user sees.
    async fn users_payment(
        &self,
        scope: &UserScope,
        account: AccountId,
        id: PaymentId,
    ) -> Result<Option<PaymentRow>, StoreError>;

    /// Takes a payment in hand for half a minute; `None` while somebody else has it, or where there is none.
    async fn take_payment(
        &self,
        scope: &TenantScope,
        id: PaymentId,
        now: Timestamp,
    ) -> Result<Option<PaymentRow>, StoreError>;

    /// Takes payments in hand that are to be looked after.
    async fn due_payments(
        &self,
        scope: &SystemScope,
        limit: u32,
        now: Timestamp,
    ) -> Result<Vec<PaymentRow>, StoreError>;

    /// Has a payment looked after at this time, or sooner if it was to be sooner.
    async fn remind(&self, scope: &TenantScope, id: PaymentId, at: Timestamp) -> Result<(), StoreError>;

    /// Writes down what was learned, where it leads on from the state that the payment has by now; and lets go of it.
    /// Answers the payment as it is then. Copies that a posted or reversed payment makes stale go with it.
    async fn learn(
        &self,
        scope: &TenantScope,
        id: PaymentId,
        learned: &Learned,
    ) -> Result<Option<PaymentRow>, StoreError>;

    /// Notes once that something was said of a payment that is not believed.
    async fn disbelieve(
        &self,
        scope: &TenantScope,
        id: PaymentId,
        why: Disbelief,
        now: Timestamp,
    ) -> Result<(), StoreError>;
}
