//! Invoices of one account, or of all that a user has linked, newest first.

use komunala_domain::{
    Capability, ProviderId,
    ids::{AccountId, InvoiceId},
};

use crate::{
    Hub,
    failure::Failure,
    page::{Page, PageRequest, Query, TimeAndId},
    ports::{
        Call,
        accounts::AccountFilter,
        copies::{CopyAge, CopyKind, InvoiceCopy, InvoiceCursor},
    },
    scope::UserScope,
};

impl Hub {
    /// A page of invoices. What the hub has is answered; a provider that could not be asked and has no copy that is
    /// young enough is named.
    pub async fn list_invoices(
        &self,
        scope: &UserScope,
        call: Call,
        filter: AccountFilter,
        page: PageRequest,
    ) -> Result<Page<InvoiceCopy>, Failure> {
        let query = Query::new(&self.keys, scope, "ListInvoices", filter_text(&filter));
        let after = query.after(&page.token)?.map(|TimeAndId { time, id }| InvoiceCursor { issued: time, id });
        let limit = page.limit();
        let (ages, mut items) = self.copies.invoices_with_ages(scope, &filter, after, limit + 1).await?;
        if let (AccountFilter::One(provider, account), true) = (&filter, ages.is_empty()) {
            self.provider(scope.portal(), provider)?;
            return Err(self.why_not(scope, provider, *account).await);
        }
        let mut unreachable = Vec::new();
        if ages.iter().any(|age| !self.is_fresh_copy(age)) {
            let refreshed = self.refresh(scope.tenant(), call, CopyKind::Invoices, &ages).await;
            if let AccountFilter::One(provider, _) = &filter {
                self.billing(provider, Capability::Invoices)?;
            }
            unreachable = self.unreachable(&refreshed.failed)?;
            if refreshed.changed {
                items = self.copies.invoices(scope, &filter, after, limit + 1).await?;
            }
        }
        let page = query.page(items, limit, |copy| TimeAndId { time: copy.invoice.listed_on(), id: copy.id });
        Ok(Page { unreachable, ..page })
    }

    /// One invoice.
    pub async fn get_invoice(
        &self,
        scope: &UserScope,
        call: Call,
        provider: &ProviderId,
        account: AccountId,
        invoice: InvoiceId,
    ) -> Result<InvoiceCopy, Failure> {
        Ok(self.invoice_and_age(scope, call, provider, account, invoice).await?.0)
    }

    /// One invoice, and the age of its account's copy, which has the billing system's key of the account.
    pub(crate) async fn invoice_and_age(
        &self,
        scope: &UserScope,
        call: Call,
        provider: &ProviderId,
        account: AccountId,
        invoice: InvoiceId,
    ) -> Result<(InvoiceCopy, CopyAge), Failure> {
        let filter = AccountFilter::One(provider.clone(), account);
        let mut ages = self.copies.ages(scope, &filter, CopyKind::Invoices).await?;
        let refreshed = self.refresh(scope.tenant(), call, CopyKind::Invoices, &ages).await;
        let Some(age) = ages.pop() else { return Err(self.why_not(scope, provider, account).await) };
        let copy = self.copies.invoice(scope, account, invoice).await?;
        if copy.is_none() {
            self.require_usable("invoice", refreshed)?;
        }
        Ok((copy.ok_or(Failure::NotFound("invoice"))?, age))
    }
}

fn filter_text(filter: &AccountFilter) -> String {
    match filter {
        AccountFilter::All => "-".to_owned(),
        AccountFilter::OfProvider(provider) => provider.to_string(),
        AccountFilter::One(provider, account) => format!("{provider}/{account}"),
    }
}
