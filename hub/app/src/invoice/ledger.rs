//! The account card, newest first.

use jiff::Timestamp;
use komunala_domain::{ProviderId, ids::AccountId};

use crate::{
    Hub,
    failure::Failure,
    page::{Page, PageRequest, Query},
    ports::{
        Call,
        copies::{CopyKind, LedgerRow},
    },
    scope::UserScope,
};

impl Hub {
    /// A page of the account card, and when the billing system said so.
    pub async fn list_ledger_entries(
        &self,
        scope: &UserScope,
        call: Call,
        provider: &ProviderId,
        account: AccountId,
        page: PageRequest,
    ) -> Result<(Page<LedgerRow>, Option<Timestamp>), Failure> {
        let query = Query::new(&self.keys, scope, "ListLedgerEntries", account.to_string());
        let before = query.after(&page.token)?;
        let age = self.young_copy(scope, call, provider, account, CopyKind::Ledger).await?;
        let limit = page.limit();
        let items = self.copies.ledger(scope, account, before, limit + 1).await?;
        Ok((query.page(items, limit, |row| row.position), age.as_of))
    }
}
