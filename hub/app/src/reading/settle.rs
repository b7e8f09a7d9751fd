//! Finding out what became of submitted readings whose answer was lost, or which are not booked yet.

use std::time::Duration;

use jiff::SignedDuration;
use komunala_domain::{Capability, ids::ReadingId, reading::ReadingState};

use super::submit::idempotency_key;
use crate::{
    Hub,
    ports::{BillingError, Call, StoreError, billing::Receipt, readings::Unsettled},
    scope::{SystemScope, TenantScope},
};

/// How long a worker waits for a billing system.
const PATIENCE: Duration = Duration::from_secs(20);
/// How many readings a worker takes up at a time.
const BATCH: u32 = 50;
/// The longest pause between two questions about the same reading.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(1);

impl Hub {
    /// Asks billing systems about submitted readings that are due; answers how many. For a worker.
    pub async fn settle_readings(&self, scope: &SystemScope) -> Result<usize, StoreError> {
        let unsettled = self.readings.unsettled(scope, BATCH, self.clock.now()).await?;
        for reading in &unsettled {
            self.settle(&scope.tenant(reading.tenant.clone()), reading).await?;
        }
        Ok(unsettled.len())
    }

    async fn settle(&self, scope: &TenantScope, unsettled: &Unsettled) -> Result<(), StoreError> {
        match self.ask_about(unsettled).await {
            Err(error) if error.is_outage() => self.ask_later(scope, unsettled.id, unsettled, &error).await,
            outcome => self.settle_submission(scope, unsettled.id, outcome).await.map(|_| ()),
        }
    }

    /// By its key first; only what never arrived is handed in again, under the same key.
    async fn ask_about(&self, unsettled: &Unsettled) -> Result<Receipt, BillingError> {
        let billing = self.asked(&unsettled.provider, Capability::Readings)?;
        let (call, key) = (Call::within(PATIENCE), idempotency_key(unsettled.id));
        match billing.reading_receipt(call, &unsettled.account, &unsettled.reading, &key).await? {
            Some(receipt) => Ok(receipt),
            None => billing.submit_reading(call, &unsettled.account, &unsettled.reading, &key).await,
        }
    }

    async fn ask_later(
        &self,
        scope: &TenantScope,
        id: ReadingId,
        unsettled: &Unsettled,
        error: &BillingError,
    ) -> Result<(), StoreError> {
        let pause = SignedDuration::from_secs(15_i64 << unsettled.tries.min(8)).min(LONGEST_PAUSE);
        tracing::warn!(reading = %id, provider = %unsettled.provider, %error, "a reading is still unsettled");
        let state = match unsettled.state {
            ReadingState::Received if error.leaves_write_unknown() => ReadingState::Unknown,
            state => state,
        };
        self.readings.settle(scope, id, state, None, Some(self.clock.now() + pause)).await
    }
}
