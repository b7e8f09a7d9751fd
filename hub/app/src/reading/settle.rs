//! Finding out what became of submitted readings whose answer was lost, or which are not booked yet.

use std::time::Duration;

use jiff::SignedDuration;
use komunala_domain::{Capability, ids::ReadingId, reading::ReadingState};

use super::hand_in::{ASK_WHETHER_POSTED, idempotency_key};
use crate::{
    Hub,
    ports::{
        BillingError, Call, StoreError,
        billing::Receipt,
        readings::{Settlement, Unsettled},
    },
    scope::{SystemScope, TenantScope},
};

/// How long a worker waits for a billing system.
const PATIENCE: Duration = Duration::from_secs(20);
/// How many readings a worker takes up at a time.
const BATCH: u32 = 50;
/// The first pause after a billing system that could not be asked; it doubles with every further one.
const PAUSE: SignedDuration = SignedDuration::from_secs(15);
/// The longest pause between two questions about a reading that nobody knows to have arrived.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(1);
/// The longest pause between two questions whether a reading is booked: books are closed once a month.
const LONGEST_UNTIL_POSTED: SignedDuration = SignedDuration::from_hours(24);

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
            outcome => {
                let pause = doubled(ASK_WHETHER_POSTED, unsettled.tries, LONGEST_UNTIL_POSTED);
                self.settle_submission(scope, unsettled.id, outcome, pause).await.map(|_| ())
            }
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
        tracing::warn!(reading = %id, provider = %unsettled.provider, %error, "a reading is still unsettled");
        let state = match unsettled.state {
            ReadingState::Received if error.leaves_write_unknown() => ReadingState::Unknown,
            state => state,
        };
        let now = self.clock.now();
        let ask_again = Some(now + doubled(PAUSE, unsettled.tries, LONGEST_PAUSE));
        self.readings.settle(scope, id, &Settlement { state, reason: None, ask_again, now }).await
    }
}

/// A pause that doubles with every try, up to a longest one.
fn doubled(pause: SignedDuration, tries: u32, longest: SignedDuration) -> SignedDuration {
    pause.checked_mul(1 << tries.min(8)).map_or(longest, |doubled| doubled.min(longest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_answer_is_asked_for_within_seconds_and_a_booking_within_a_day() {
        let lost = |tries| doubled(PAUSE, tries, LONGEST_PAUSE).as_secs();
        assert_eq!([lost(0), lost(1), lost(8), lost(u32::MAX)], [15, 30, 3600, 3600]);
        let booked = |tries| doubled(ASK_WHETHER_POSTED, tries, LONGEST_UNTIL_POSTED).as_hours();
        assert_eq!([booked(0), booked(1), booked(4), booked(5), booked(u32::MAX)], [1, 2, 16, 24, 24]);
    }
}
