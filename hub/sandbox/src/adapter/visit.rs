//! One call, from its turn in the queue to what is believed of the answer.

use std::{
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};

use komunala_app::ports::{BillingError, Call};
use tokio::sync::OwnedSemaphorePermit;
use tracing::Instrument;
use wasmtime::component::InstancePre;

use super::{Adapter, operation::Operation, tries::Tries};
use crate::{
    Limit, Refusal,
    answer::failure::failure,
    breaker::Verdict,
    bulkhead::Berth,
    call::{CallState, Death},
    contract::v0_1::types,
    store::{GuestState, Store},
};

/// A caller who waited at least so long has a say in whether the billing system is down; one who gave up sooner may
/// only have been in a hurry.
const PATIENT: Duration = Duration::from_secs(1);

/// What a document takes on its way beside its bytes.
const DOCUMENT_SLACK: u64 = 64 * 1024;

/// A guest about to be called.
pub(super) struct Visit<'a> {
    adapter: &'a Adapter,
    operation: Operation,
    arrived: Instant,
    deadline: Instant,
    /// Whether the adapter's own limit ends the call before its caller's deadline does.
    is_capped: bool,
    pub(super) call: Arc<CallState>,
    store: Store,
    // given back in this order, after the store: what waits for a slot finds one
    _slot: OwnedSemaphorePermit,
    _berth: Berth,
}

/// How a guest ended: its answer or its error, or no answer at all.
pub(super) type Ended<T> = wasmtime::Result<Result<T, types::Error>>;

impl<'a> Visit<'a> {
    pub(super) async fn new(
        adapter: &'a Adapter,
        call: Call,
        operation: Operation,
        arrived: Instant,
    ) -> Result<Self, BillingError> {
        let limits = &adapter.gate.grant.limits;
        let longest = if operation.is_bulk() { limits.bulk_call_ms } else { limits.call_ms };
        let longest = arrived + Duration::from_millis(longest);
        let deadline = call.deadline.min(longest);
        if deadline <= arrived {
            return Err(BillingError::DeadlineExceeded);
        }
        let berth = adapter.bulkhead.enter(deadline).await.map_err(|_| BillingError::Overloaded)?;
        // before the slot, which is shared with other adapters: nobody holds one and waits
        // an instance that is only begun asks nobody
        let own_turn = match operation != Operation::Start && limits.exclusive.covers(operation.is_write()) {
            true => Some(Arc::new(adapter.line.turn(deadline).await?)),
            false => None,
        };
        let turn = deadline.min(Instant::now() + Duration::from_millis(limits.queue_wait_ms));
        let slot = tokio::time::timeout_at(turn.into(), adapter.engine.slot()).await;
        let slot = slot.map_err(|_| BillingError::Overloaded)?;

        let state = Arc::new(CallState::new(Arc::clone(limits), Arc::clone(&adapter.log_rate), own_turn));
        let mut store = Store::new(&adapter.engine, &adapter.gate, &state, adapter.conditions)
            .map_err(|error| BillingError::Config { detail: format!("the sandbox of the adapter: {error:#}") })?;
        store.set_deadline(deadline);
        store.set_hostcall_fuel(match operation {
            operation if operation.is_document() => limits.document_bytes + DOCUMENT_SLACK,
            _ => limits.hostcall_fuel_bytes,
        });
        Ok(Self {
            adapter,
            operation,
            arrived,
            deadline,
            is_capped: longest < call.deadline,
            call: state,
            store,
            _slot: slot,
            _berth: berth,
        })
    }

    /// Where to instantiate the guest, and out of what.
    pub(super) fn guest(&mut self) -> (&mut wasmtime::Store<GuestState>, &'a InstancePre<GuestState>) {
        (self.store.inner(), &self.adapter.component.pre)
    }

    /// When and in which span the guest runs. Epochs do not stop a host call that does not return, so time is kept here
    /// as well.
    pub(super) fn watch(&self) -> Watch {
        Watch { deadline: self.deadline, span: self.adapter.telemetry.span(self.operation) }
    }

    /// Tells what became of the call.
    pub(super) fn leave<W, T>(
        self,
        watch: &Watch,
        ended: Option<Ended<W>>,
        tries: &mut Tries,
        check: impl FnOnce(W) -> Result<T, BillingError>,
    ) -> Result<T, BillingError> {
        let _in_span = watch.span.enter();
        let result = match ended {
            None => Err(self.late()),
            Some(Err(error)) => Err(match Death::of(&error, &self.call) {
                Death::Late => self.late(),
                Death::Refused(refusal) => self.refused(refusal),
                Death::Crashed(detail) => BillingError::Trapped { detail },
            }),
            Some(Ok(Err(declared))) => Err(match (failure(declared), self.call.refusals.first()) {
                // what it was denied is the cause of what it reports
                (error, Some(refusal)) if error.is_outage() => self.refused(refusal.clone()),
                (error, _) => error,
            }),
            Some(Ok(Ok(answer))) => match self.call.was_cut_short() {
                Some(limit) => Err(self.refused(Refusal::limit(&self.call.limits, limit))),
                None => check(answer),
            },
        };
        if let Some(refusal) = self.call.refusals.first() {
            self.adapter.telemetry.denied(self.operation, refusal);
        }
        let now = Instant::now();
        // a busy system that is asked again in a moment is neither down nor proved to be there
        let verdict = if tries.goes_on(&result) { Verdict::Unclear } else { verdict(&result, now - self.arrived) };
        self.adapter.breakers[self.operation as usize].report(verdict, now);
        self.adapter.telemetry.ended(self.operation, &result, now - self.arrived);
        result
    }

    fn late(&self) -> BillingError {
        if self.is_capped {
            let limit = if self.operation.is_bulk() { Limit::BulkDeadline } else { Limit::Deadline };
            self.refused(Refusal::limit(&self.call.limits, limit))
        } else {
            BillingError::DeadlineExceeded
        }
    }

    fn refused(&self, refusal: Refusal) -> BillingError {
        let refusal = match refusal {
            // the fuel of this operation is the document's size
            Refusal::Limit { limit: Limit::HostcallFuel, .. } if self.operation.is_document() => {
                Refusal::limit(&self.call.limits, Limit::Document)
            }
            refusal => refusal,
        };
        let error = match &refusal {
            Refusal::Credential(detail) => BillingError::Config { detail: detail.clone() },
            refusal => BillingError::Limit { limit: refusal.name() },
        };
        self.call.refusals.note(refusal);
        error
    }
}

/// Keeps time over a guest.
pub(super) struct Watch {
    deadline: Instant,
    span: tracing::Span,
}

impl Watch {
    /// Runs the guest until it ends or its time is up, which is none.
    pub(super) async fn over<W>(&self, guest: impl Future<Output = Ended<W>>) -> Option<Ended<W>> {
        tokio::time::timeout_at(self.deadline.into(), guest.instrument(self.span.clone())).await.ok()
    }
}

/// What a result says about whether the billing system is there.
fn verdict<T>(result: &Result<T, BillingError>, took: Duration) -> Verdict {
    match result {
        Err(
            BillingError::Unavailable { .. }
            | BillingError::Upstream { .. }
            | BillingError::OutcomeUnknown
            | BillingError::Trapped { .. },
        ) => Verdict::Failed,
        Err(BillingError::DeadlineExceeded) if took < PATIENT => Verdict::Unclear,
        Err(BillingError::DeadlineExceeded) => Verdict::Failed,
        Err(BillingError::Limit { limit }) if [Limit::Deadline.name(), Limit::BulkDeadline.name()].contains(limit) => {
            Verdict::Failed
        }
        // one customer's data, or the operator's settings
        Err(
            BillingError::Limit { .. }
            | BillingError::Config { .. }
            | BillingError::InvalidAnswer { .. }
            | BillingError::RateLimited { .. }
            | BillingError::Overloaded
            | BillingError::BreakerOpen { .. }
            | BillingError::NotOffered(_),
        ) => Verdict::Unclear,
        Ok(_)
        | Err(
            BillingError::NotFound
            | BillingError::BadCredentials
            | BillingError::NotAvailableYet { .. }
            | BillingError::Rejected { .. }
            | BillingError::Conflict { .. },
        ) => Verdict::Healthy,
    }
}
