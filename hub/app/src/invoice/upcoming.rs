//! Bills that are not there yet: what a provider's bill calendar says of the period that is still open.

use std::collections::BTreeSet;

use jiff::Timestamp;
use komunala_domain::{
    Period, Provider, ProviderId,
    bill_calendar::OpenPeriod,
    ids::AccountId,
    invoice::{Invoice, InvoiceKind},
    reading::window::day_at,
};

use crate::{
    Hub,
    failure::Failure,
    ports::{
        Call,
        accounts::AccountFilter,
        copies::{CopyAge, CopyKind},
    },
    scope::UserScope,
};

/// Among how many of an account's newest invoices the bills of the last two months are looked for.
const RECENT: u32 = 16;

/// The next bill of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpcomingInvoice {
    /// The provider.
    pub provider: ProviderId,
    /// The account.
    pub account: AccountId,
    /// The month it will bill, and from when on it will be there.
    pub open: OpenPeriod,
    /// When the billing system last said which bills there are.
    pub as_of: Timestamp,
}

impl Hub {
    /// The next bill of each account whose provider has a bill calendar. Accounts of which the hub knows no bills have
    /// none: what is not known cannot be awaited.
    pub async fn upcoming_invoices(
        &self,
        scope: &UserScope,
        filter: &AccountFilter,
    ) -> Result<Vec<UpcomingInvoice>, Failure> {
        let roster = self.roster();
        let mut shown = roster.directory.providers().filter(|provider| scope.portal().shows(&provider.id));
        if !shown.any(|provider| provider.bill_calendar.is_some() && means(filter, &provider.id)) {
            return Ok(Vec::new());
        }
        let mut upcoming = Vec::new();
        for age in self.copies.ages(scope, filter, CopyKind::Invoices).await? {
            upcoming.extend(self.upcoming(scope, &age).await?);
        }
        Ok(upcoming)
    }

    /// The next bill of an account, if it is the one of `period`.
    pub async fn get_upcoming_invoice(
        &self,
        scope: &UserScope,
        call: Call,
        provider: &ProviderId,
        account: AccountId,
        period: Period,
    ) -> Result<UpcomingInvoice, Failure> {
        let age = self.young_copy(scope, call, provider, account, CopyKind::Invoices).await?;
        let upcoming = self.upcoming(scope, &age).await?;
        upcoming.filter(|upcoming| upcoming.open.period == period).ok_or(Failure::NotFound("invoice"))
    }

    async fn upcoming(&self, scope: &UserScope, age: &CopyAge) -> Result<Option<UpcomingInvoice>, Failure> {
        let roster = self.roster();
        let Some((provider, as_of)) = roster.directory.provider(&age.provider).zip(age.as_of) else {
            return Ok(None);
        };
        let Some(calendar) = provider.bill_calendar else { return Ok(None) };
        let today = self.today(provider);
        let mut recent = Vec::new();
        if today.day() < calendar.from_day() {
            let filter = AccountFilter::One(age.provider.clone(), age.account);
            recent = self.copies.invoices(scope, &filter, None, RECENT).await?;
        }
        let open = calendar.next(today, |period| is_billed(period, recent.iter().map(|copy| &copy.invoice)));
        let (provider, account) = (age.provider.clone(), age.account);
        Ok(open.map(|open| UpcomingInvoice { provider, account, open, as_of }))
    }

    /// The day it is for a provider.
    pub(crate) fn today(&self, provider: &Provider) -> jiff::civil::Date {
        day_at(self.clock.now(), &provider.time_zone)
    }
}

fn means(filter: &AccountFilter, provider: &ProviderId) -> bool {
    match filter {
        AccountFilter::All => true,
        AccountFilter::OfProvider(named) | AccountFilter::One(named, _) => named == provider,
    }
}

/// Whether everybody who billed the month before has billed `period` too: where several legal entities bill, the second
/// bill may come days after the first.
fn is_billed<'a>(period: Period, invoices: impl Iterator<Item = &'a Invoice> + Clone) -> bool {
    let issuers = |period: Option<Period>| -> BTreeSet<Option<&str>> {
        let bills = invoices.clone().filter(|invoice| invoice.kind == InvoiceKind::Invoice);
        let of_period = bills.filter(|invoice| period.is_some() && invoice.period == period);
        of_period.map(|invoice| invoice.issuer.as_ref().map(|issuer| issuer.code.as_str())).collect()
    };
    let billed = issuers(Some(period));
    !billed.is_empty() && issuers(period.previous()).is_subset(&billed)
}

#[cfg(test)]
mod tests {
    use komunala_domain::{Money, balance::Issuer, invoice::DocumentHint};

    use super::*;

    fn bill(period: &str, issuer: Option<&str>, kind: InvoiceKind) -> Invoice {
        Invoice {
            external_id: "1".parse().unwrap(),
            number: "1".into(),
            kind,
            period: Some(period.parse().unwrap()),
            issued: Some("2024-08-10".parse().unwrap()),
            issuer: issuer.map(|code| Issuer { code: code.into(), name: None }),
            supply_points: vec![],
            lines: vec![],
            meter_reads: vec![],
            subtotals: vec![],
            total: Money { minor: 1, currency: "UAH".parse().unwrap() },
            installments: vec![],
            discounts: vec![],
            buckets: None,
            payment: None,
            document: DocumentHint::Unknown,
        }
    }

    #[test]
    fn a_month_is_billed_once_everybody_who_bills_has_billed_it() {
        let july = "2024-07".parse().unwrap();
        let both = |period| ["NETWORK", "SUPPLIER"].map(|issuer| bill(period, Some(issuer), InvoiceKind::Invoice));
        let mut bills = both("2024-06").to_vec();
        assert!(!is_billed(july, bills.iter()));
        bills.push(bill("2024-07", Some("NETWORK"), InvoiceKind::Invoice));
        bills.push(bill("2024-07", Some("SUPPLIER"), InvoiceKind::CreditNote));
        assert!(!is_billed(july, bills.iter()));
        bills.push(bill("2024-07", Some("SUPPLIER"), InvoiceKind::Invoice));
        assert!(is_billed(july, bills.iter()));
    }

    #[test]
    fn the_first_bill_of_a_new_customer_is_enough() {
        let bills = [bill("2024-07", None, InvoiceKind::Invoice)];
        assert!(is_billed("2024-07".parse().unwrap(), bills.iter()));
    }
}
