//! The way of a payer to the payment provider.
//!
//! Whoever asks for it first makes the payment provider ready; everybody else waits for what comes of that. Nobody is shown
//! a way before it is written down, so that however often the payment provider is asked, one way is used.

use std::time::{Duration, Instant};

use jiff::SignedDuration;
use komunala_domain::{
    ids::PaymentId,
    payment::{PaymentState, PaymentStep},
};

use super::start::{HOURS, StartedPayment};
use crate::{
    Hub,
    failure::Failure,
    ports::{
        Call,
        gateways::{Checkout, Forward, GatewayError},
        payments::{Learned, PaymentProgress, PaymentRow},
    },
    scope::TenantScope,
};

/// How often those who wait look.
const LOOK: Duration = Duration::from_millis(50);
/// How long a payment provider may take to get ready.
const PATIENCE: Duration = Duration::from_secs(10);
/// When the payment provider is asked for the first time what became of the payment.
pub(super) const FIRST_LOOK: SignedDuration = SignedDuration::from_secs(5);

impl Hub {
    /// A started payment, once its payer can go somewhere.
    pub(super) async fn forwarded(
        &self,
        scope: &TenantScope,
        call: Call,
        id: PaymentId,
    ) -> Result<StartedPayment, Failure> {
        let until = call.leaving_time_to_answer().at_most(PATIENCE).deadline;
        loop {
            let row = self.payments.payment(scope, id).await?.ok_or(Failure::NotFound("payment"))?;
            if row.state != PaymentState::Started {
                return self.with_redirect(row);
            }
            if let Some(row) = self.payments.take_payment(scope, id, self.clock.now()).await? {
                let row = self.prepare(scope, row, until).await?;
                return self.with_redirect(row);
            }
            if Instant::now() + LOOK >= until {
                return Err(Failure::GatewayUnavailable(row.channel));
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    fn with_redirect(&self, row: PaymentRow) -> Result<StartedPayment, Failure> {
        let (tenant, language) = (&row.tenant, row.order.language);
        let redirect_uri = match (&row.progress.forward, row.state.is_open()) {
            (Some(Forward::Link(link)), true) => Some(link.clone()),
            (Some(Forward::Form { .. }), true) => self.forward_uri(tenant, row.id, language),
            _ => self.outcome_uri(tenant, row.id, language),
        };
        let redirect_uri = redirect_uri.ok_or_else(|| Failure::ChannelNotOffered(row.channel.clone()))?;
        Ok(StartedPayment { row, redirect_uri })
    }

    /// Makes the payment provider ready for the payer of a payment that was taken in hand.
    async fn prepare(&self, scope: &TenantScope, row: PaymentRow, until: Instant) -> Result<PaymentRow, Failure> {
        // whoever took the payment before may have come to an end between the two looks
        if row.state != PaymentState::Started {
            self.let_go(scope, &row, None).await?;
            return Ok(row);
        }
        let prepared = tokio::time::timeout_at(until.into(), self.asked_to_prepare(&row)).await;
        let prepared = prepared.unwrap_or_else(|_| Err(GatewayError::Unavailable("no answer in time".to_owned())));
        let now = self.clock.now();
        match prepared {
            Ok(progress) => {
                let learned = Learned {
                    attempt: row.attempt,
                    step: Some(PaymentStep::Forwarded),
                    progress,
                    next: Some(now + FIRST_LOOK),
                    now,
                };
                let row = self.payments.learn(scope, row.id, &learned).await?;
                row.ok_or(Failure::NotFound("payment"))
            }
            Err(error) => {
                tracing::warn!(payment = %row.id, channel = %row.channel, %error, "a payment provider does not get ready");
                if let GatewayError::Refused(_) = error {
                    let (step, progress) = (Some(PaymentStep::Failed), row.progress.clone());
                    let learned = Learned { attempt: row.attempt, step, progress, next: None, now };
                    self.payments.learn(scope, row.id, &learned).await?;
                    return Err(Failure::PaymentRefused(row.channel));
                }
                self.let_go(scope, &row, Some(row.order.expires_at)).await?;
                Err(Failure::GatewayUnavailable(row.channel))
            }
        }
    }

    async fn asked_to_prepare(&self, row: &PaymentRow) -> Result<PaymentProgress, GatewayError> {
        let missing = || GatewayError::Unavailable("the settings do not name it any more".to_owned());
        let gateway = self.gateway_of(row).ok_or_else(missing)?;
        let return_uri = self.outcome_uri(&row.tenant, row.id, row.order.language).ok_or_else(missing)?;
        let checkout = Checkout {
            payment: row.id,
            amount: row.order.amount,
            description: &row.order.number,
            language: row.order.language,
            return_uri: &return_uri,
            hours: HOURS,
        };
        let ready = gateway.prepare(&checkout).await?;
        Ok(PaymentProgress { forward: Some(ready.forward), reference: ready.reference, ..row.progress.clone() })
    }
}
