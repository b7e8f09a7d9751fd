//! Submitting a reading: held against the rules, taken in durably, handed to the billing system under its own key.

use jiff::{SignedDuration, civil::Date};
use komunala_domain::{
    Capability, Reading,
    ids::ReadingId,
    reading::{Finding, ReadingSource, ReadingState, Severity, rules::Earlier},
};
use uuid::Uuid;

use super::{check::TakenReading, meters::MeterInPlace};
use crate::{
    Hub,
    failure::Failure,
    ports::{
        BillingError, Call, StoreError, WriteKey, Written,
        billing::{IdempotencyKey, Receipt, ReceiptState},
        copies::CopyKind,
        readings::{NewReading, ReadingCopy},
    },
    scope::{TenantScope, UserScope},
};

/// When the billing system is asked what became of a reading whose answer was lost.
pub(super) const ASK_AGAIN: SignedDuration = SignedDuration::from_secs(15);
/// When it is asked whether an accepted reading is booked.
pub(super) const ASK_WHETHER_POSTED: SignedDuration = SignedDuration::from_hours(1);
/// How far back the rules look for an earlier state.
const EARLIER_READINGS: u32 = 200;

/// Asks to submit a reading.
#[derive(Debug)]
pub struct SubmitReading {
    /// The reading.
    pub taken: TakenReading,
    /// Whether soft findings are accepted.
    pub confirmed: bool,
    /// The caller's name of this write.
    pub request_id: Uuid,
}

/// What became of a submitted reading.
#[derive(Debug, Clone)]
pub struct Submitted {
    /// The reading; without an id while it waits for a confirmation, since nothing was taken in.
    pub copy: Option<ReadingCopy>,
    /// How far it has come.
    pub state: ReadingState,
    /// What was found about it.
    pub findings: Vec<Finding>,
}

impl Hub {
    /// Submits a reading.
    pub async fn submit_reading(
        &self,
        scope: &UserScope,
        call: Call,
        request: SubmitReading,
    ) -> Result<Submitted, Failure> {
        let taken = &request.taken;
        self.provider(scope.portal(), &taken.provider)?;
        let billing = self.billing(&taken.provider, Capability::Readings)?;
        let key = self.submission_key(scope, &request);
        if let Some(answer) = self.requests.answered(scope.tenant(), &key).await? {
            return self.submitted_before(scope, &answer).await;
        }
        let (place, findings) = self.examined(scope, call, taken).await?;
        let Some(place) = place else { return Err(Failure::ReadingRejected(findings)) };
        if findings.iter().any(|finding| finding.code.severity() == Severity::Hard) {
            return Err(Failure::ReadingRejected(findings));
        }
        if !findings.is_empty() && !request.confirmed {
            return Ok(Submitted { copy: None, state: ReadingState::NeedsConfirmation, findings });
        }

        let id = ReadingId::new();
        let reading = Reading {
            supply_point: place.point.external_id.clone(),
            serial_number: place.meter.serial_number.clone(),
            date: taken.date,
            registers: taken.registers.clone(),
            source: ReadingSource::Customer,
        };
        let new = NewReading {
            id,
            account: taken.account,
            point: taken.point,
            meter: taken.meter,
            reading: reading.clone(),
            key,
            now: self.clock.now(),
        };
        if let Written::Before(answer) = self.readings.submit(scope, new).await? {
            return self.submitted_before(scope, &answer).await;
        }
        let outcome = billing.submit_reading(call, &place.external_account, &reading, &idempotency_key(id)).await;
        let settled = self.settle_submission(scope.tenant(), id, outcome).await?;
        self.copies.invalidate(scope.tenant(), taken.account, CopyKind::Readings).await?;
        if let Settled::Refused(reason) = settled {
            return Err(Failure::ReadingRefused { reason });
        }
        let submitted = self.submitted_before(scope, &id.to_string()).await?;
        Ok(Submitted { findings, ..submitted })
    }

    /// Writes down what the billing system said to a submission.
    pub(super) async fn settle_submission(
        &self,
        scope: &TenantScope,
        id: ReadingId,
        outcome: Result<Receipt, BillingError>,
    ) -> Result<Settled, StoreError> {
        let now = self.clock.now();
        let (state, reason, ask_again) = match outcome {
            Ok(Receipt { state: ReceiptState::Posted, .. }) => (ReadingState::Posted, None, None),
            Ok(Receipt { state: ReceiptState::Accepted, .. }) => {
                (ReadingState::Accepted, None, Some(now + ASK_WHETHER_POSTED))
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
        self.readings.settle(scope, id, state, reason.as_deref(), ask_again).await?;
        Ok(match reason {
            Some(reason) => Settled::Refused(reason),
            None => Settled::Standing,
        })
    }

    async fn submitted_before(&self, scope: &UserScope, answer: &str) -> Result<Submitted, Failure> {
        let damaged = || Failure::Internal("the answer of a submission names no reading".to_owned());
        let id = answer.parse().map_err(|_| damaged())?;
        let copy = self.readings.get(scope, id).await?.ok_or(Failure::NotFound("reading"))?;
        Ok(Submitted { state: copy.state, copy: Some(copy), findings: Vec::new() })
    }

    /// The latest state of each register on an earlier day. Where the billing system cannot be asked, what the hub
    /// has must do: the billing system holds the reading against its own rules anyway.
    pub(super) async fn earlier_states(
        &self,
        scope: &UserScope,
        call: Call,
        place: &MeterInPlace,
        date: Date,
    ) -> Result<Vec<Earlier>, Failure> {
        let young = self.young_copy(scope, call, &place.provider, place.account, CopyKind::Readings).await;
        match young {
            Ok(_) | Err(Failure::ProviderUnavailable { .. } | Failure::Overloaded) => {}
            Err(failure) => return Err(failure),
        }
        let readings = self.readings.list(scope, place.id, None, EARLIER_READINGS).await?;
        let counting = readings.into_iter().filter(|copy| {
            copy.reading.date < date
                && !matches!(copy.state, ReadingState::Rejected)
                && copy.reading.source != ReadingSource::Estimate
        });
        let mut earlier: Vec<Earlier> = Vec::new();
        for copy in counting {
            for state in copy.reading.registers {
                // newest first: the first one of a register is the latest
                if earlier.iter().all(|known| known.code != state.code) {
                    earlier.push(Earlier { code: state.code, date: copy.reading.date, value: state.value });
                }
            }
        }
        Ok(earlier)
    }

    fn submission_key(&self, scope: &UserScope, request: &SubmitReading) -> WriteKey {
        let states: Vec<_> =
            request.taken.registers.iter().map(|state| format!("{}={}", state.code, state.value.normalize())).collect();
        let fingerprint = self.keys.fingerprint(&[
            &scope.user().to_string(),
            &request.taken.meter.to_string(),
            &request.taken.date.to_string(),
            &states.join(" "),
            if request.confirmed { "confirmed" } else { "" },
        ]);
        WriteKey { method: "SubmitReading", request_id: request.request_id, fingerprint }
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
