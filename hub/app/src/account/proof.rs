//! Proving a customer: number and PIN of the paper bill, with failures counted before the billing system is asked.

use std::time::Duration;

use jiff::SignedDuration;
use komunala_domain::{Capability, CustomerNumber, ExternalId, Pin, Provider};

use crate::{
    Hub,
    failure::Failure,
    ports::{BillingError, Call, attempts::Budget, users::ProvenCopy},
    scope::TenantScope,
};

/// Wrong PINs for one customer number: a PIN of four digits then lasts years on average.
const PER_NUMBER: (u32, SignedDuration) = (5, SignedDuration::from_hours(1));
/// Wrong PINs at one provider, whoever comes: stops a walk over all numbers with one PIN.
const PER_PROVIDER: (u32, SignedDuration) = (1_000, SignedDuration::from_hours(1));

/// How long whoever proves an account waits for what the billing system says of it.
const WAIT: Duration = Duration::from_secs(2);

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
        provider: &Provider,
        number: &CustomerNumber,
        pin: &Pin,
    ) -> Result<ExternalId, Failure> {
        let billing = self.billing(&provider.id, Capability::Customers)?;
        let budgets = [
            self.budget(&["pin", provider.id.as_str(), number.as_str()], PER_NUMBER),
            self.budget(&["pin", provider.id.as_str()], PER_PROVIDER),
        ];
        self.begin_attempt(scope, &budgets).await?;
        let proven = billing.verify(call, number, pin).await;
        // only a wrong PIN counts: a billing system that is down must not use up anybody's tries
        if !matches!(proven, Err(BillingError::BadCredentials | BillingError::NotFound)) {
            self.attempts.succeeded(scope, &budgets).await?;
        }
        proven.map_err(|error| match error {
            BillingError::NotFound => Failure::CustomerNotProven,
            error => Failure::of_billing(&provider.id, "customer", error),
        })
    }

    /// Counts an attempt as failed until it turns out not to be.
    pub(super) async fn begin_attempt(&self, scope: &TenantScope, budgets: &[Budget]) -> Result<(), Failure> {
        self.attempts.begin(scope, budgets, self.clock.now()).await?.map_err(|wait| {
            self.note_stop(scope, budgets);
            Failure::TooManyAttempts { retry_after: wait.unsigned_abs() }
        })
    }

    /// A budget of failures for the subject that `parts` name.
    pub(super) fn budget(&self, parts: &[&str], (failures, window): (u32, SignedDuration)) -> Budget {
        let kind = parts.first().copied().unwrap_or_default().to_owned();
        Budget { kind, subject: self.keys.attempt_subject(parts), failures, window }
    }
}
