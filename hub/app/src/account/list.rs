//! The accounts that a user has linked.

use komunala_domain::{ProviderId, ids::AccountId};

use crate::{
    Hub,
    failure::Failure,
    page::{Page, PageRequest, Query},
    ports::{
        Call,
        accounts::{AccountFilter, LinkedAccount},
        copies::{CopyAge, CopyKind},
    },
    scope::UserScope,
};

impl Hub {
    /// The user's accounts in the order they were first linked by anybody.
    pub async fn list_accounts(
        &self,
        scope: &UserScope,
        call: Call,
        page: PageRequest,
    ) -> Result<Page<LinkedAccount>, Failure> {
        let query = Query::new(&self.keys, scope, "ListAccounts", String::new());
        let after = query.after(&page.token)?;
        let limit = page.limit();
        let (items, unreachable) = self.young_accounts(scope, call, &AccountFilter::All, after, limit + 1).await?;
        Ok(Page { unreachable, ..query.page(items, limit, |account| account.id) })
    }

    /// One account. Where the billing system never answered, or the link is suspended, there is nothing to show but that
    /// it is linked.
    pub async fn get_account(
        &self,
        scope: &UserScope,
        call: Call,
        provider: &ProviderId,
        account: AccountId,
    ) -> Result<LinkedAccount, Failure> {
        let filter = AccountFilter::One(provider.clone(), account);
        let (accounts, _) = self.young_accounts(scope, call, &filter, None, 1).await?;
        accounts.into_iter().next().ok_or(Failure::NotFound("account"))
    }

    /// The same, but an error where the link is suspended.
    pub(crate) async fn proven_account(
        &self,
        scope: &UserScope,
        call: Call,
        provider: &ProviderId,
        account: AccountId,
    ) -> Result<LinkedAccount, Failure> {
        let account = self.get_account(scope, call, provider, account).await?;
        if account.is_suspended { Err(Failure::LinkSuspended) } else { Ok(account) }
    }

    /// Why an account is not among those that the user may see: the link is suspended, or there is none.
    pub(crate) async fn why_not(&self, scope: &UserScope, provider: &ProviderId, account: AccountId) -> Failure {
        let filter = AccountFilter::One(provider.clone(), account);
        match self.accounts.list(scope, &filter, None, 1).await {
            Ok(accounts) if accounts.iter().any(|account| account.is_suspended) => Failure::LinkSuspended,
            Ok(_) => Failure::NotFound("account"),
            Err(error) => error.into(),
        }
    }

    pub(crate) async fn young_accounts(
        &self,
        scope: &UserScope,
        call: Call,
        filter: &AccountFilter,
        after: Option<AccountId>,
        limit: u32,
    ) -> Result<(Vec<LinkedAccount>, Vec<ProviderId>), Failure> {
        let accounts = self.accounts.list(scope, filter, after, limit).await?;
        let ages: Vec<_> = accounts.iter().filter(|account| !account.is_suspended).map(age).collect();
        if ages.iter().all(|age| self.is_fresh_copy(age)) {
            return Ok((accounts, Vec::new()));
        }
        let refreshed = self.refresh(scope.tenant(), call, CopyKind::Account, &ages).await;
        let unreachable = self.unreachable(&refreshed.failed)?;
        let accounts = match refreshed.changed {
            true => self.accounts.list(scope, filter, after, limit).await?,
            false => accounts,
        };
        Ok((accounts, unreachable))
    }
}

fn age(account: &LinkedAccount) -> CopyAge {
    CopyAge {
        account: account.id,
        provider: account.provider.clone(),
        external_id: account.external_id.clone(),
        as_of: account.copy.as_ref().map(|copy| copy.as_of),
    }
}
