//! The account card, newest first.

use jiff::Timestamp;
use komunala_domain::{Capability, ProviderId, ids::AccountId};

use crate::{
    Hub,
    failure::Failure,
    page::{Page, PageRequest, Query, cut},
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
        let before = match query.position(&page.token)? {
            Some(position) => Some(position.parse().map_err(|_| Failure::PageTokenInvalid)?),
            None => None,
        };
        let age = self.young_copy(scope, call, provider, account, CopyKind::Ledger, Capability::Ledger).await?;
        let limit = page.limit();
        let mut items = self.copies.ledger(scope, account, before, limit + 1).await?;
        let next = cut(&mut items, limit, |row: &LedgerRow| row.position.to_string());
        let next_token = next.map(|position| query.token(&position)).unwrap_or_default();
        Ok((Page { items, next_token, unreachable: Vec::new() }, age.as_of))
    }
}
