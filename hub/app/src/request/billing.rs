//! Telling billing systems what customers ask: at once while the caller waits, and by a worker until it is told.
//!
//! The key is the request's id at every attempt: a billing system that has it already answers the same number, so an
//! answer that was lost is asked for by telling it again.

use std::time::Duration;

use jiff::SignedDuration;
use komunala_domain::{Capability, ExternalId, ids::ServiceRequestId};

use crate::{
    Hub,
    failure::Failure,
    ports::{
        BillingError, Call, StoreError,
        accounts::AccountFilter,
        billing::IdempotencyKey,
        service_requests::{BillingAnswer, NewRequest, Unsent},
    },
    scope::{SystemScope, UserScope},
};

/// How long a caller waits before a worker takes over.
const WAIT: Duration = Duration::from_secs(2);
/// How long a worker waits for a billing system.
const PATIENCE: Duration = Duration::from_secs(20);
/// How many requests a worker takes up at a time.
const BATCH: u32 = 50;
/// The first pause after a failure; it doubles with every further one.
const PAUSE: SignedDuration = SignedDuration::from_secs(15);
/// The longest pause between two attempts.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(1);

impl Hub {
    /// Tells billing systems of requests that are due; answers how many it tried. For a worker.
    pub async fn send_requests(&self, scope: &SystemScope) -> Result<usize, StoreError> {
        let unsent = self.service_requests.unsent(scope, BATCH, self.clock.now()).await?;
        for request in &unsent {
            self.tell_billing(scope, Call::within(PATIENCE), request).await?;
        }
        Ok(unsent.len())
    }

    /// Tells the billing system of a request that was just made. If that fails a worker goes on.
    pub(super) async fn tell_billing_now(
        &self,
        scope: &UserScope,
        call: Call,
        new: &NewRequest,
    ) -> Result<(), Failure> {
        let filter = AccountFilter::One(new.provider.clone(), new.account);
        let account = self.accounts.list(scope, &filter, None, 1).await?.into_iter().next();
        // whoever let the account go meanwhile is told for by the worker
        let Some(account) = account else { return Ok(()) };
        let unsent = Unsent {
            tenant: scope.tenant().tenant().clone(),
            provider: new.provider.clone(),
            account: account.external_id,
            id: new.id,
            letter: new.letter.clone(),
            tries: 0,
        };
        Ok(self.tell_billing(&self.system_scope(), call.at_most(WAIT), &unsent).await?)
    }

    async fn tell_billing(&self, scope: &SystemScope, call: Call, unsent: &Unsent) -> Result<(), StoreError> {
        let told = self.told(call, unsent).await;
        if let Err(error) = &told {
            tracing::warn!(request = %unsent.id, provider = %unsent.provider, %error,
                "a billing system did not take a customer's request");
        }
        let now = self.clock.now();
        let answer = match told {
            Ok(external_id) => BillingAnswer::Taken(external_id),
            Err(BillingError::Rejected { fields }) => {
                let reason = fields.first().map(|field| format!("{}: {}", field.code, field.message));
                BillingAnswer::Refused(reason.unwrap_or_default())
            }
            Err(error) if error.is_outage() => BillingAnswer::Later(now + pause(unsent.tries)),
            Err(error) => BillingAnswer::Refused(error.to_string()),
        };
        self.service_requests.told_billing(&scope.tenant(unsent.tenant.clone()), unsent.id, &answer, now).await
    }

    async fn told(&self, call: Call, unsent: &Unsent) -> Result<ExternalId, BillingError> {
        let billing = self.asked(&unsent.provider, Capability::Requests)?;
        billing.create_request(call, &unsent.account, &unsent.letter, &idempotency_key(unsent.id)).await
    }
}

/// The key of a request towards the billing system: the request's id.
pub(crate) fn idempotency_key(id: ServiceRequestId) -> IdempotencyKey {
    IdempotencyKey(id.to_string())
}

fn pause(tries: u32) -> SignedDuration {
    let doubled = PAUSE.checked_mul(1 << tries.min(8));
    doubled.map_or(LONGEST_PAUSE, |pause| pause.min(LONGEST_PAUSE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_doubles_up_to_an_hour() {
        assert_eq!(pause(0), SignedDuration::from_secs(15));
        assert_eq!(pause(3), SignedDuration::from_secs(120));
        assert_eq!(pause(8), LONGEST_PAUSE);
        assert_eq!(pause(u32::MAX), LONGEST_PAUSE);
    }
}
