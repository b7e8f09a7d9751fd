//! The way that every reading goes, whichever channel brought it: taken in durably, handed to the billing system under its
//! own key, and what that said written down.

use jiff::SignedDuration;
use komunala_domain::{
    Reading,
    ids::ReadingId,
    reading::{ReadingSource, ReadingState},
};

use super::meters::MeterInPlace;
use crate::{
    Hub,
    failure::Failure,
    ports::{
        BillingError, BillingSystem, Call, StoreError,
        billing::{IdempotencyKey, Receipt, ReceiptState},
        copies::CopyKind,
        readings::{NewReading, Settlement, TakenIn},
    },
    scope::{DeskScope, TenantScope, UserScope},
};

/// When the billing system is asked what became of a reading whose answer was lost.
const ASK_AGAIN: SignedDuration = SignedDuration::from_secs(15);
/// When it is asked whether an accepted reading is booked.
pub(super) const ASK_WHETHER_POSTED: SignedDuration = SignedDuration::from_hours(1);

/// Who hands a reading in.
#[derive(Debug, Clone, Copy)]
pub(crate) enum By<'a> {
    /// A customer, through a portal.
    Customer(&'a UserScope),
    /// A customer, by a text from their phone.
    Phone(&'a UserScope),
    /// Staff, for a customer.
    Desk(&'a DeskScope),
}

impl<'a> By<'a> {
    fn tenant(self) -> &'a TenantScope {
        match self {
            Self::Customer(scope) | Self::Phone(scope) => scope.tenant(),
            Self::Desk(scope) => scope.tenant(),
        }
    }

    /// Who the hub says read the meter.
    fn source(self) -> ReadingSource {
        match self {
            Self::Customer(_) => ReadingSource::Customer,
            Self::Phone(_) => ReadingSource::Sms,
            Self::Desk(_) => ReadingSource::Operator,
        }
    }
}

/// How handing a reading in went.
pub(crate) enum HandedIn {
    /// It stands, under this id.
    Standing(ReadingId),
    /// It was handed in before; this is what was answered then.
    Before(String),
}

impl Hub {
    /// Hands in a reading that has passed its rules.
    pub(crate) async fn hand_in(
        &self,
        by: By<'_>,
        call: Call,
        place: &MeterInPlace,
        new: NewReading,
    ) -> Result<HandedIn, Failure> {
        let billing = self.billing(&place.provider, komunala_domain::Capability::Readings)?;
        let taken = match by {
            By::Customer(scope) | By::Phone(scope) => self.readings.submit(scope, &new).await?,
            By::Desk(scope) => self.readings.enter(scope, &new).await?,
        };
        match taken {
            TakenIn::Now => {}
            TakenIn::Before(answer) => return Ok(HandedIn::Before(answer)),
            TakenIn::NoPhoto(_) => return Err(Failure::NotFound("attachment")),
            TakenIn::NoPicture(_) => {
                let problem = "must be pictures: JPEG, PNG or WebP".to_owned();
                return Err(Failure::InvalidField { field: "attachments", problem });
            }
        }
        let settled = self.tell_reading(by.tenant(), call, &*billing, place, &new).await?;
        self.copies.invalidate(by.tenant(), new.account, CopyKind::Readings).await?;
        match settled {
            Settled::Standing => Ok(HandedIn::Standing(new.id)),
            Settled::Refused(reason) => Err(Failure::ReadingRefused { reason }),
        }
    }

    async fn tell_reading(
        &self,
        scope: &TenantScope,
        call: Call,
        billing: &dyn BillingSystem,
        place: &MeterInPlace,
        new: &NewReading,
    ) -> Result<Settled, StoreError> {
        let key = idempotency_key(new.id);
        let outcome = billing.submit_reading(call, &place.external_account, &new.reading, &key).await;
        self.settle_submission(scope, new.id, outcome, ASK_WHETHER_POSTED).await
    }

    /// Writes down what the billing system said to a submission.
    pub(super) async fn settle_submission(
        &self,
        scope: &TenantScope,
        id: ReadingId,
        outcome: Result<Receipt, BillingError>,
        until_posted: SignedDuration,
    ) -> Result<Settled, StoreError> {
        let now = self.clock.now();
        let (state, reason, ask_again) = match outcome {
            Ok(Receipt { state: ReceiptState::Posted, .. }) => (ReadingState::Posted, None, None),
            Ok(Receipt { state: ReceiptState::Accepted, .. }) => {
                (ReadingState::Accepted, None, Some(now + until_posted))
            }
            Ok(Receipt { state: ReceiptState::Rejected, reason, .. }) => {
                (ReadingState::Rejected, Some(reason.unwrap_or_default()), None)
            }
            Err(BillingError::Rejected { fields }) => {
                let reason = fields.first().map(|field| format!("{}: {}", field.code, field.message));
                (ReadingState::Rejected, Some(reason.unwrap_or_default()), None)
            }
            Err(error @ (BillingError::Conflict { .. } | BillingError::NotFound | BillingError::NotOffered(_))) => {
                (ReadingState::Rejected, Some(error.to_string()), None)
            }
            // it is not there for certain: the worker hands it in under the same key
            Err(error) if !error.leaves_write_unknown() => (ReadingState::Received, None, Some(now + ASK_AGAIN)),
            Err(_) => (ReadingState::Unknown, None, Some(now + ASK_AGAIN)),
        };
        let settlement = Settlement { state, reason: reason.clone(), ask_again, now };
        self.readings.settle(scope, id, &settlement).await?;
        self.bells.ring();
        Ok(match reason {
            Some(reason) => Settled::Refused(reason),
            None => Settled::Standing,
        })
    }
}

/// Whether a submission still stands.
pub(super) enum Settled {
    Standing,
    Refused(String),
}

/// The key of a submission towards the billing system: the reading's id.
pub(super) fn idempotency_key(id: ReadingId) -> IdempotencyKey {
    IdempotencyKey(id.to_string())
}

/// What the billing system is told of a meter.
pub(crate) fn of_meter(place: &MeterInPlace, by: By<'_>, taken: &super::TakenReading) -> Reading {
    Reading {
        supply_point: place.point.external_id.clone(),
        serial_number: place.meter.serial_number.clone(),
        date: taken.date,
        registers: taken.registers.clone(),
        source: by.source(),
    }
}
