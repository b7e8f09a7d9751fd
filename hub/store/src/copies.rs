//! The hub's copy of what billing systems say: invoices, account cards, balances, and how old each is.

pub(crate) mod age;
mod documents;
pub(crate) mod forget;
mod forms;
pub(crate) mod invoices;
mod ledger;
mod narrow;
pub(crate) mod page;

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_app::{
    ports::{
        Copies, StoreError,
        accounts::AccountFilter,
        copies::{
            CopyAge, CopyKind, DocumentCopy, FetchedDocument, InvoiceCopy, InvoiceCursor, InvoiceFilter, LedgerRow,
        },
    },
    scope::{TenantScope, UserScope},
};
use komunala_domain::{
    Balance, Invoice, LedgerEntry, Sha256,
    ids::{AccountId, InvoiceId},
};

use crate::{Store, accounts::Reach};

#[async_trait]
impl Copies for Store {
    async fn ages(
        &self,
        scope: &UserScope,
        filter: &AccountFilter,
        kind: CopyKind,
    ) -> Result<Vec<CopyAge>, StoreError> {
        let Some(reach) = Reach::of(scope, filter) else { return Ok(Vec::new()) };
        let (sql, values) = age::list(reach, kind);
        let rows = self.database.select(scope.tenant().tenant(), "store.ages", sql, values).await?;
        rows.iter().map(age::read).collect()
    }

    async fn invoices(
        &self,
        scope: &UserScope,
        filter: &AccountFilter,
        after: Option<InvoiceCursor>,
        limit: u32,
    ) -> Result<Vec<InvoiceCopy>, StoreError> {
        // the ages cost next to nothing beside the page
        let all = InvoiceFilter::default();
        self.invoices_with_ages(scope, filter, &all, after, limit).await.map(|(_, invoices)| invoices)
    }

    async fn invoices_with_ages(
        &self,
        scope: &UserScope,
        filter: &AccountFilter,
        only: &InvoiceFilter,
        after: Option<InvoiceCursor>,
        limit: u32,
    ) -> Result<(Vec<CopyAge>, Vec<InvoiceCopy>), StoreError> {
        let Some(reach) = Reach::of(scope, filter) else { return Ok((Vec::new(), Vec::new())) };
        let (sql, values) = page::invoices(reach, narrow::Json::of(&self.database), only, after, limit);
        let rows = self.database.select(scope.tenant().tenant(), "store.invoices_with_ages", sql, values).await?;
        page::read(&rows)
    }

    async fn invoice(
        &self,
        scope: &UserScope,
        account: AccountId,
        invoice: InvoiceId,
    ) -> Result<Option<InvoiceCopy>, StoreError> {
        let Some(reach) = Reach::of_account(scope, account) else { return Ok(None) };
        let (sql, values) = page::invoice(reach, invoice);
        let rows = self.database.select(scope.tenant().tenant(), "store.invoice", sql, values).await?;
        page::read(&rows).map(|(_, invoices)| invoices.into_iter().next())
    }

    async fn keep_invoices(
        &self,
        scope: &TenantScope,
        account: AccountId,
        invoices: &[Invoice],
        as_of: Timestamp,
    ) -> Result<(), StoreError> {
        let work = |tx| invoices::keep(tx, scope.tenant(), account, invoices, as_of);
        self.database.write(scope.tenant(), "store.keep_invoices", work).await
    }

    async fn keep_only(&self, scope: &TenantScope, account: AccountId, invoices: &[Invoice]) -> Result<(), StoreError> {
        let work = |tx| invoices::keep_only(tx, scope.tenant(), account, invoices);
        self.database.write(scope.tenant(), "store.keep_only_invoices", work).await
    }

    async fn document(
        &self,
        scope: &TenantScope,
        invoice: InvoiceId,
        media_type: &str,
    ) -> Result<Option<DocumentCopy>, StoreError> {
        let values = vec![scope.tenant().as_str().into(), invoice.uuid().into(), media_type.into()];
        let rows = self.database.select(scope.tenant(), "store.invoice_document", forms::FIND, values).await?;
        rows.first().map(forms::read).transpose()
    }

    async fn keep_documents(&self, scope: &TenantScope, fetched: &[FetchedDocument]) -> Result<Vec<bool>, StoreError> {
        let tenant = scope.tenant();
        self.database.write(tenant, "store.keep_documents", |tx| documents::keep(tx, tenant, fetched)).await
    }

    async fn own_documents(
        &self,
        scope: &TenantScope,
        documents: &[(AccountId, Sha256)],
    ) -> Result<Vec<bool>, StoreError> {
        if documents.is_empty() {
            return Ok(Vec::new());
        }
        let (sql, values) = documents::answered_for(scope.tenant(), documents.iter().map(|(_, document)| document));
        let rows = self.database.select(scope.tenant(), "store.own_documents", sql, values).await?;
        documents::own(&rows, documents)
    }

    async fn ledger(
        &self,
        scope: &UserScope,
        account: AccountId,
        before: Option<u32>,
        limit: u32,
    ) -> Result<Vec<LedgerRow>, StoreError> {
        let Some(reach) = Reach::of_account(scope, account) else { return Ok(Vec::new()) };
        let (sql, values) = ledger::list(reach, before, limit);
        let rows = self.database.select(scope.tenant().tenant(), "store.ledger", sql, values).await?;
        rows.iter().map(ledger::read).collect()
    }

    async fn keep_ledger(
        &self,
        scope: &TenantScope,
        account: AccountId,
        entries: &[LedgerEntry],
        as_of: Timestamp,
    ) -> Result<(), StoreError> {
        let work = |tx| ledger::keep(tx, scope.tenant(), account, entries, as_of);
        self.database.write(scope.tenant(), "store.keep_ledger", work).await
    }

    async fn balances(&self, scope: &UserScope, account: AccountId) -> Result<Vec<Balance>, StoreError> {
        let Some(reach) = Reach::of_account(scope, account) else { return Ok(Vec::new()) };
        let (sql, values) = ledger::balances(reach);
        let rows = self.database.select(scope.tenant().tenant(), "store.balances", sql, values).await?;
        rows.first().map_or(Ok(Vec::new()), ledger::read_balances)
    }

    async fn keep_balances(
        &self,
        scope: &TenantScope,
        account: AccountId,
        balances: &[Balance],
        as_of: Timestamp,
    ) -> Result<(), StoreError> {
        let work = |tx| ledger::keep_balances(tx, scope.tenant(), account, balances, as_of);
        self.database.write(scope.tenant(), "store.keep_balances", work).await
    }

    async fn invalidate(&self, scope: &TenantScope, account: AccountId, kind: CopyKind) -> Result<(), StoreError> {
        let work = |tx| age::forget(tx, scope.tenant(), account, kind);
        self.database.write(scope.tenant(), "store.invalidate", work).await
    }
}
