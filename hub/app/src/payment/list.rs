//! The payments that were made through the hub.

use komunala_domain::{
    ProviderId,
    ids::{AccountId, PaymentId},
};

use crate::{
    Hub,
    failure::Failure,
    page::{Page, PageRequest, Query},
    ports::{accounts::AccountFilter, payments::PaymentRow},
    scope::UserScope,
};

impl Hub {
    /// A page of payments of the bills that the user sees, whoever started them, newest first.
    pub async fn list_payments(
        &self,
        scope: &UserScope,
        filter: AccountFilter,
        page: PageRequest,
    ) -> Result<Page<PaymentRow>, Failure> {
        let query = Query::new(&self.keys, scope, "ListPayments", format!("{filter:?}"));
        let before = query.after(&page.token)?;
        let limit = page.limit();
        let payments = self.payments.list_payments(scope, &filter, before, limit + 1).await?;
        if let (AccountFilter::One(provider, account), true) = (&filter, payments.is_empty()) {
            self.require_account(scope, provider, *account).await?;
        }
        Ok(query.page(payments, limit, |row| row.id))
    }

    /// One of them.
    pub async fn get_payment(
        &self,
        scope: &UserScope,
        provider: &ProviderId,
        account: AccountId,
        id: PaymentId,
    ) -> Result<PaymentRow, Failure> {
        let found = self.payments.users_payment(scope, account, id).await?;
        found.filter(|row| row.provider == *provider).ok_or(Failure::NotFound("payment"))
    }

    async fn require_account(
        &self,
        scope: &UserScope,
        provider: &ProviderId,
        account: AccountId,
    ) -> Result<(), Failure> {
        self.provider(scope.portal(), provider).map_err(|_| Failure::NotFound("account"))?;
        match self.payments.link_to(scope, account).await? {
            Some(_) => Ok(()),
            None => Err(self.why_not(scope, provider, account).await),
        }
    }
}
