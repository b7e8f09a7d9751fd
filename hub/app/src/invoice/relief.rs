//! Privileges and subsidies beside a balance.
//!
//! Where several legal entities bill, a customer wants to see beside each debt what was taken off it. Billing systems
//! that do not say so with the balance say it on the bills, so the latest bill of each issuer speaks for it.

use komunala_domain::{
    Balance, Invoice, ProviderId, Relief,
    ids::AccountId,
    invoice::{InvoiceKind, SubtotalKind},
};

use crate::{
    Hub,
    failure::Failure,
    ports::{Call, accounts::AccountFilter, copies::CopyKind},
    scope::UserScope,
};

/// Among how many of an account's newest invoices the latest bill of each issuer is looked for.
const RECENT: u32 = 16;

impl Hub {
    /// Adds what the latest bills show to balances that say nothing of reliefs themselves. Without bills they stay as
    /// they are: the debt is what was asked for.
    pub(super) async fn add_reliefs(
        &self,
        scope: &UserScope,
        call: Call,
        provider: &ProviderId,
        account: AccountId,
        balances: &mut [Balance],
    ) -> Result<(), Failure> {
        let is_silent = |balance: &Balance| balance.privileges.is_empty() && balance.subsidies.is_empty();
        if !balances.iter().any(|balance| balance.issuer.is_some() && is_silent(balance)) {
            return Ok(());
        }
        let bills = self.young_copy(scope, call, provider, account, CopyKind::Invoices).await;
        match bills {
            Ok(_) => {}
            Err(Failure::StoreUnavailable(cause)) => return Err(Failure::StoreUnavailable(cause)),
            Err(_) => return Ok(()),
        }
        let filter = AccountFilter::One(provider.clone(), account);
        let recent = self.copies.invoices(scope, &filter, None, RECENT).await?;
        for balance in balances.iter_mut().filter(|balance| is_silent(balance)) {
            if let Some(bill) = latest_bill(recent.iter().map(|copy| &copy.invoice), balance) {
                balance.privileges = Relief::on(bill, SubtotalKind::Privilege);
                balance.subsidies = Relief::on(bill, SubtotalKind::Subsidy);
            }
        }
        Ok(())
    }
}

/// The newest ordinary bill of the balance's issuer; `invoices` are newest first.
fn latest_bill<'a>(mut invoices: impl Iterator<Item = &'a Invoice>, balance: &Balance) -> Option<&'a Invoice> {
    let code = |issuer: &Option<komunala_domain::balance::Issuer>| issuer.as_ref().map(|issuer| issuer.code.clone());
    let wanted = code(&balance.issuer);
    invoices.find(|invoice| invoice.kind == InvoiceKind::Invoice && code(&invoice.issuer) == wanted)
}
