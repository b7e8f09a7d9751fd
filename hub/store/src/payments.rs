//! Payments: a row each, held against the state that it has within the transaction, and events that are only ever added.

mod failpoints;
mod learn;
mod row;
mod start;
mod take;

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_app::{
    ports::{
        Payments, StoreError, Written,
        accounts::AccountFilter,
        payments::{Disbelief, Learned, NewPayment, PayersBill, PaymentCursor, PaymentRow},
    },
    scope::{PayerScope, SystemScope, TenantScope, UserScope},
};
use komunala_domain::ids::{AccountId, InvoiceId, LinkId, PaymentId};
use sea_orm::{Value, prelude::Uuid};

use crate::{
    Store,
    accounts::Reach,
    columns::uuid,
    copies::page,
    database::{Rows, Tx},
};

const WHAT: &str = "payment";

/// The payments of a bill that are looked at.
const OF_A_BILL: i64 = 100;

#[async_trait]
impl Payments for Store {
    async fn payers_bill(&self, scope: &PayerScope) -> Result<Option<PayersBill>, StoreError> {
        let tenant = scope.tenant().tenant();
        let values = vec![tenant.as_str().into(), scope.link().uuid().into(), scope.invoice().uuid().into()];
        let rows = self.database.select(tenant, "store.payers_bill", page::payers(), values).await?;
        let (ages, copies) = page::read(&rows)?;
        let found = ages.into_iter().zip(copies).next();
        Ok(found.map(|(age, copy)| PayersBill { copy, external_account: age.external_id }))
    }

    async fn link_to(&self, scope: &UserScope, account: AccountId) -> Result<Option<LinkId>, StoreError> {
        let Some(reach) = Reach::of_account(scope, account) else { return Ok(None) };
        let sql = format!(
            "SELECT l.id FROM links l JOIN accounts a ON a.id = l.account_id WHERE {} ORDER BY l.id",
            reach.condition()
        );
        let rows = self.database.select(scope.tenant().tenant(), "store.link_to", sql, reach.into_values()).await?;
        rows.first().map(|row| uuid("link", row, 0).map(LinkId::from_uuid)).transpose()
    }

    async fn start_payment(&self, scope: &TenantScope, new: &NewPayment) -> Result<Written<()>, StoreError> {
        let work = |tx| start::start(tx, scope.tenant(), new);
        let started = self.database.write(scope.tenant(), "store.start_payment", work).await?;
        failpoints::reach("store::payment_started");
        Ok(started)
    }

    async fn payment(&self, scope: &TenantScope, id: PaymentId) -> Result<Option<PaymentRow>, StoreError> {
        let sql = format!("SELECT {} FROM payments WHERE tenant = $1 AND id = $2", row::COLUMNS);
        let values = vec![scope.tenant().as_str().into(), id.uuid().into()];
        self.found(scope, "store.payment", sql, values).await.map(|rows| rows.into_iter().next())
    }

    async fn payments_of_bill(&self, scope: &TenantScope, invoice: InvoiceId) -> Result<Vec<PaymentRow>, StoreError> {
        let sql = format!(
            "SELECT {} FROM payments WHERE tenant = $1 AND invoice_id = $2 ORDER BY id DESC LIMIT $3 + 0",
            row::COLUMNS
        );
        let values = vec![scope.tenant().as_str().into(), invoice.uuid().into(), OF_A_BILL.into()];
        self.found(scope, "store.payments_of_bill", sql, values).await
    }

    async fn list_payments(
        &self,
        scope: &UserScope,
        filter: &AccountFilter,
        before: Option<PaymentCursor>,
        limit: u32,
    ) -> Result<Vec<PaymentRow>, StoreError> {
        let Some(reach) = Reach::of(scope, filter) else { return Ok(Vec::new()) };
        self.seen(scope, reach, "<", before.map_or(Uuid::max(), PaymentId::uuid), limit).await
    }

    async fn users_payment(
        &self,
        scope: &UserScope,
        account: AccountId,
        id: PaymentId,
    ) -> Result<Option<PaymentRow>, StoreError> {
        let Some(reach) = Reach::of_account(scope, account) else { return Ok(None) };
        Ok(self.seen(scope, reach, "=", id.uuid(), 1).await?.into_iter().next())
    }

    async fn take_payment(
        &self,
        scope: &TenantScope,
        id: PaymentId,
        now: Timestamp,
    ) -> Result<Option<PaymentRow>, StoreError> {
        let work = |tx| take::one(tx, scope.tenant(), id, now);
        let taken = self.database.write(scope.tenant(), "store.take_payment", work).await?;
        if taken.is_some() {
            failpoints::reach("store::payment_taken");
        }
        Ok(taken)
    }

    async fn due_payments(&self, _: &SystemScope, limit: u32, now: Timestamp) -> Result<Vec<PaymentRow>, StoreError> {
        let due = self.database.write(Rows::All, "store.due_payments", |tx| take::due(tx, limit, now)).await?;
        if !due.is_empty() {
            failpoints::reach("store::payments_due");
        }
        Ok(due)
    }

    async fn remind(&self, scope: &TenantScope, id: PaymentId, at: Timestamp) -> Result<(), StoreError> {
        let work = |tx| take::remind(tx, scope.tenant(), id, at);
        self.database.write(scope.tenant(), "store.remind_payment", work).await
    }

    async fn learn(
        &self,
        scope: &TenantScope,
        id: PaymentId,
        learned: &Learned,
    ) -> Result<Option<PaymentRow>, StoreError> {
        failpoints::before(learned.step);
        let work = |tx| learn::learn(tx, scope.tenant(), id, learned);
        let row = self.database.write(scope.tenant(), "store.learn_of_payment", work).await?;
        failpoints::after(learned.step);
        Ok(row)
    }

    async fn disbelieve(
        &self,
        scope: &TenantScope,
        id: PaymentId,
        why: Disbelief,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let work = |tx: Tx| learn::disbelieve(tx, scope.tenant(), id, why, now);
        self.database.write(scope.tenant(), "store.disbelieve_payment", work).await
    }
}

impl Store {
    async fn found(
        &self,
        scope: &TenantScope,
        operation: &'static str,
        sql: String,
        values: Vec<Value>,
    ) -> Result<Vec<PaymentRow>, StoreError> {
        let rows = self.database.select(scope.tenant(), operation, sql, values).await?;
        rows.iter().map(row::read).collect()
    }

    /// Payments of bills that the user sees, by how their ids compare. Bills of an account's earlier holder went with what
    /// was copied for them, and so nobody sees their payments any more.
    async fn seen(
        &self,
        scope: &UserScope,
        mut reach: Reach,
        compared: &str,
        id: Uuid,
        limit: u32,
    ) -> Result<Vec<PaymentRow>, StoreError> {
        let condition = reach.condition().to_owned();
        let id = reach.value(id);
        let limit = reach.limit(limit);
        let sql = format!(
            "SELECT {} FROM payments
             WHERE tenant = $1 AND id {compared} {id}
               AND account_id IN (SELECT l.account_id FROM links l JOIN accounts a ON a.id = l.account_id WHERE {condition})
               AND invoice_id IN (SELECT i.id FROM invoices i WHERE i.tenant = $1 AND i.account_id = payments.account_id)
             ORDER BY id DESC {limit}",
            row::COLUMNS
        );
        self.found(scope.tenant(), "store.payments", sql, reach.into_values()).await
    }
}
