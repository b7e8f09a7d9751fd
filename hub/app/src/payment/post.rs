//! Telling billing systems of payments. The key is the payment's id at every attempt: a lost answer is asked for by telling
//! it again.

use std::time::Duration;

use komunala_domain::{
    Capability,
    payment::{Payment, PaymentStep},
};

use super::settle::pause;
use crate::{
    Hub,
    ports::{
        BillingError, Call, StoreError,
        billing::IdempotencyKey,
        payments::{Disbelief, Learned, PaymentProgress, PaymentRow},
        problems::NewProblem,
    },
    scope::TenantScope,
};

/// How long a worker waits for a billing system.
const PATIENCE: Duration = Duration::from_secs(20);
/// The longest reference that billing systems take, in characters.
const LONGEST_REFERENCE: usize = 64;

impl Hub {
    /// Tells the billing system of a payment that is paid. One that takes no payments learns of it from the bank: then
    /// paid is all that it comes to here.
    pub(super) async fn post(&self, scope: &TenantScope, row: PaymentRow) -> Result<PaymentRow, StoreError> {
        let Some(billing) = self.offering(&row.provider) else {
            let later = self.clock.now() + pause(row.tries);
            return self.let_go(scope, &row, Some(later)).await;
        };
        if !billing.capabilities().has(Capability::Payments) {
            return self.let_go(scope, &row, None).await;
        }
        let own = row.id.to_string();
        let reference = row.progress.reference.as_ref().unwrap_or(&own);
        let today = self.roster().directory.provider(&row.provider).map(|provider| self.today(provider));
        let Some(paid_on) = row.progress.paid_on.or(today) else { return Ok(row) };
        let payment = Payment {
            invoice: row.order.invoice.clone(),
            amount: row.order.amount,
            paid_on,
            reference: reference.chars().take(LONGEST_REFERENCE).collect(),
        };
        let call = Call::within(PATIENCE);
        let told = billing.record_payment(call, &row.order.account, &payment, &IdempotencyKey(own)).await;
        let now = self.clock.now();
        match told {
            Ok(billing_id) => {
                let progress = PaymentProgress { billing_id: Some(billing_id), ..row.progress.clone() };
                let step = Some(PaymentStep::Posted);
                let learned = Learned { attempt: row.attempt, step, progress, next: None, now };
                Ok(self.payments.learn(scope, row.id, &learned).await?.unwrap_or(row))
            }
            Err(error) => {
                tracing::warn!(payment = %row.id, provider = %row.provider, %error,
                    "a billing system did not take note of a payment");
                if !error.is_outage() {
                    self.tell_operators(scope, &row, &error).await?;
                }
                self.let_go(scope, &row, Some(now + pause(row.tries))).await
            }
        }
    }

    /// Money was taken that the billing system does not want to know of: somebody has to see to it.
    async fn tell_operators(
        &self,
        scope: &TenantScope,
        row: &PaymentRow,
        error: &BillingError,
    ) -> Result<(), StoreError> {
        let now = self.clock.now();
        self.payments.disbelieve(scope, row.id, Disbelief::RefusedByBilling, now).await?;
        let problem = NewProblem {
            source: "payments",
            subject: row.id.to_string(),
            field: String::new(),
            detail: format!("the billing system does not take a payment that was made: {error}"),
        };
        self.problems.record(scope, &row.provider, &[problem], now).await
    }
}
