//! Invoices of one account, or of all that a user has linked, newest first.

use komunala_domain::{
    Capability, Period, ProviderId,
    ids::{AccountId, InvoiceId, SupplyPointId},
    invoice::InvoiceState,
};

use crate::{
    Hub,
    failure::Failure,
    page::{Page, PageRequest, Query, TimeAndId},
    ports::{
        Call,
        accounts::AccountFilter,
        copies::{CopyAge, CopyKind, InvoiceCopy, InvoiceCursor, InvoiceFilter},
    },
    scope::UserScope,
};

/// Which of the invoices of accounts are asked for; all of them where nothing is said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WantedInvoices {
    /// Those of one supply point, which is of the one account that is asked for.
    pub point: Option<SupplyPointId>,
    /// Those of this month or a later one.
    pub first: Option<Period>,
    /// Those of this month or an earlier one.
    pub last: Option<Period>,
    /// Those in this state today.
    pub state: Option<InvoiceState>,
}

impl WantedInvoices {
    /// Whether the bill of a month is meant.
    pub(super) fn means(&self, period: Period) -> bool {
        self.first.is_none_or(|first| first <= period) && self.last.is_none_or(|last| period <= last)
    }
}

impl Hub {
    /// A page of invoices. What the hub has is answered; a provider that could not be asked and has no copy that is
    /// young enough is named.
    pub async fn list_invoices(
        &self,
        scope: &UserScope,
        call: Call,
        filter: AccountFilter,
        wanted: WantedInvoices,
        page: PageRequest,
    ) -> Result<Page<InvoiceCopy>, Failure> {
        let query = Query::new(&self.keys, scope, "ListInvoices", filter_text(&filter, &wanted));
        let after = query.after(&page.token)?.map(|TimeAndId { time, id }| InvoiceCursor { issued: time, id });
        let limit = page.limit();
        let only = self.only(scope, call, &filter, &wanted).await?;
        let (ages, mut items) = self.copies.invoices_with_ages(scope, &filter, &only, after, limit + 1).await?;
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
                (_, items) = self.copies.invoices_with_ages(scope, &filter, &only, after, limit + 1).await?;
            }
        }
        let page = query.page(items, limit, |copy| TimeAndId { time: copy.invoice.listed_on(), id: copy.id });
        Ok(Page { unreachable, ..page })
    }

    /// What is wanted, as the copy is asked for it.
    async fn only(
        &self,
        scope: &UserScope,
        call: Call,
        filter: &AccountFilter,
        wanted: &WantedInvoices,
    ) -> Result<InvoiceFilter, Failure> {
        if wanted.first.zip(wanted.last).is_some_and(|(first, last)| last < first) {
            let problem = "must not be before start_period".to_owned();
            return Err(Failure::InvalidField { field: "end_period", problem });
        }
        let mut only =
            InvoiceFilter { first: wanted.first, last: wanted.last, state: wanted.state, ..InvoiceFilter::default() };
        if let (Some(point), AccountFilter::One(provider, account)) = (wanted.point, filter) {
            only.point = Some(Box::pin(self.place(scope, call, (provider, *account, point))).await?.point.external_id);
        }
        if wanted.state.is_some() {
            let roster = self.roster();
            let shown = roster.directory.providers().filter(|provider| scope.portal().shows(&provider.id));
            only.today = shown.map(|provider| (provider.id.clone(), self.today(provider))).collect();
        }
        Ok(only)
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

fn filter_text(filter: &AccountFilter, wanted: &WantedInvoices) -> String {
    let accounts = match filter {
        AccountFilter::All => "-".to_owned(),
        AccountFilter::OfProvider(provider) => provider.to_string(),
        AccountFilter::One(provider, account) => format!("{provider}/{account}"),
    };
    if *wanted == WantedInvoices::default() { accounts } else { format!("{accounts} {wanted:?}") }
}
