//! Proving a customer: number and PIN of the paper bill, with failures counted before the billing system is asked.

use std::time::Duration;

use komunala_domain::{Capability, CustomerNumber, ExternalId, Pin, Provider, account::Category};

use super::tries::Prover;
use crate::{
    Hub,
    failure::Failure,
    ports::{BillingError, Call, users::ProvenCopy},
    scope::{PortalScope, TenantScope},
};

/// How long whoever proves an account waits for what the billing system says of it.
const WAIT: Duration = Duration::from_secs(2);

/// Refuses an account of a business where the portal is for households alone. Asked only of an account that was proved:
/// without the PIN nobody learns what it is.
pub(super) fn fits(scope: &PortalScope, provider: &Provider, copy: Option<&ProvenCopy>) -> Result<(), Failure> {
    if !scope.households_only() {
        return Ok(());
    }
    match copy.map(|copy| copy.account.category) {
        Some(Category::Household) => Ok(()),
        Some(Category::Business) => Err(Failure::HouseholdsOnly),
        None => {
            let cause = BillingError::Unavailable { retry_after: None };
            Err(Failure::ProviderUnavailable { provider: provider.id.clone(), retry_after: None, cause })
        }
    }
}

impl Hub {
    /// What the billing system says of an account that was just proved; `None` where it does not say in time. With it a
    /// new holder's link is not taken for one of the earlier holder's when the hub hears of the change.
    pub(super) async fn proven_copy(
        &self,
        call: Call,
        provider: &Provider,
        account: &ExternalId,
    ) -> Option<ProvenCopy> {
        let call = call.leaving_time_to_answer().at_most(WAIT);
        let billing = self.billing(&provider.id, Capability::Customers).ok()?;
        let asked_at = self.clock.now();
        let as_of = billing.stated_at(call).await.ok()?.unwrap_or(asked_at);
        let account = billing.account(call, account).await.ok()?;
        Some(ProvenCopy { account, as_of })
    }

    /// The account that number and PIN prove. An unknown number and a wrong PIN are one answer.
    pub(super) async fn prove(
        &self,
        scope: &TenantScope,
        call: Call,
        prover: Prover,
        provider: &Provider,
        (number, pin): (&CustomerNumber, &Pin),
    ) -> Result<ExternalId, Failure> {
        let billing = self.billing(&provider.id, Capability::Customers)?;
        let budgets = self.pin_budgets(prover, &provider.id, number);
        self.begin_attempt(scope, &budgets).await?;
        // early enough to take the attempt back; and a billing system that repeats the PIN in an error is not repeated
        let proven = billing.verify(call.leaving_time_to_answer(), number, pin).await;
        let proven = proven.map_err(|error| error.without(pin.expose()));
        // only a wrong PIN counts: a billing system that is down must not use up anybody's tries
        if !matches!(proven, Err(BillingError::BadCredentials | BillingError::NotFound)) {
            self.attempts.succeeded(scope, &budgets).await?;
        }
        proven.map_err(|error| match error {
            BillingError::NotFound => Failure::CustomerNotProven,
            error => Failure::of_billing(&provider.id, "customer", error),
        })
    }
}
