//! The hub accepts the answers: the same calls through the port that a hub uses, which checks every value.

mod exchange;

use std::time::Duration;

use jiff::Timestamp;
use komunala_app::ports::{
    BillingError, BillingSystem, Call, IntervalSource, OutageSource,
    billing::{BadRecord, ChangeKind},
};
use komunala_domain::{
    Capability, CustomerNumber, ExternalId, Pin,
    document::PDF,
    interval::{Direction, Measure, Selection, Span},
};

use super::{questions::verdict, run::Run};
use crate::{Subjects, report::Verdict};

/// Records of a feed that are looked at.
const RECORDS: u32 = 100;

/// The patience of a hub's worker.
pub(super) fn call() -> Call {
    Call::within(Duration::from_secs(30))
}

/// The series that the subjects name, and the time of it.
pub(super) fn span(subjects: &Subjects) -> Option<(Selection, Span)> {
    let moment = |path| subjects.text(path)?.parse::<Timestamp>().ok();
    let selection = Selection { measure: Measure::Amount, direction: Direction::Consumed };
    Some((selection, Span { first: moment("intervals.first")?, last: moment("intervals.last")? }))
}

pub(super) async fn tried(run: &mut Run<'_>) -> Verdict {
    let adapter = &run.adapter;
    let offers = |capability| adapter.capabilities().has(capability);
    let subject = |path: &str| run.subjects.text(path).and_then(|text| ExternalId::try_from(text.to_owned()).ok());
    let mut seen = Seen::default();

    if offers(Capability::Customers)
        && let (Some(number), Some(pin)) = (run.subjects.text("customer.number"), run.subjects.text("customer.pin"))
        && let (Ok(number), Ok(pin)) = (CustomerNumber::parse(number), Pin::parse(pin))
    {
        seen.note("customers.verify", adapter.verify(call(), &number, &pin).await);
    }
    if let Some(account) = subject("customer.account") {
        if offers(Capability::Customers) {
            seen.note("customers.get-account", adapter.account(call(), &account).await);
        }
        if offers(Capability::Invoices) {
            seen.note("invoices.list-invoices", adapter.invoices(call(), &account, None, None).await);
        }
        if let (true, Some(invoice)) = (offers(Capability::Invoices), subject("invoice.id")) {
            seen.note("invoices.get-invoice", adapter.invoice(call(), &account, &invoice).await);
        }
        if let (true, Some(invoice)) = (offers(Capability::Documents), subject("invoice.id")) {
            seen.note("documents.fetch-document", adapter.document(call(), &account, &invoice, PDF).await);
        }
        if offers(Capability::Ledger) {
            seen.note("ledger.list-entries", adapter.ledger(call(), &account, None).await);
        }
        if offers(Capability::Balance) {
            seen.note("balance.get-balances", adapter.balance(call(), &account).await);
        }
        if let (true, Some(point)) = (offers(Capability::Readings), subject("reading.supply_point")) {
            seen.note("readings.list-readings", adapter.readings(call(), &account, &point, None).await);
        }
        if offers(Capability::Delivery) {
            seen.note("delivery.get-channel", adapter.delivery(call(), &account).await);
        }
        if let (true, Some(point)) = (offers(Capability::Intervals), subject("intervals.supply_point"))
            && let Some((amounts, span)) = span(run.subjects)
        {
            let states = Selection { measure: Measure::State, ..amounts };
            for selection in [amounts, states] {
                let asked = adapter.intervals(call(), &account, &point, selection, span, None).await;
                seen.note("intervals.list-intervals", asked);
            }
        }
    }
    if offers(Capability::Changes) {
        for kind in [ChangeKind::Account, ChangeKind::Invoice, ChangeKind::Reading] {
            let page = adapter.changes(call(), kind, None, RECORDS).await;
            seen.put_aside("changes", page.as_ref().map_or(&[][..], |page| &page.problems));
            seen.note("changes", page);
        }
    }
    if offers(Capability::Outages) {
        let page = adapter.outages(call(), None, RECORDS).await;
        seen.put_aside("outages", page.as_ref().map_or(&[][..], |page| &page.problems));
        seen.note("outages.outages-since", page);
    }
    if offers(Capability::Files) {
        exchange::noted(run, &mut seen).await;
    }
    verdict(seen.failures, seen.right, "answers passed the hub's own check")
}

#[derive(Default)]
struct Seen {
    failures: Vec<String>,
    right: usize,
}

impl Seen {
    /// Records that a hub leaves out of a page because they break the contract.
    fn put_aside(&mut self, feed: &str, records: &[BadRecord]) {
        self.failures.extend(records.iter().map(|bad| format!("{feed}: {}: {}", bad.field, bad.problem)));
    }

    fn note<T>(&mut self, operation: &str, result: Result<T, BillingError>) {
        match result {
            Ok(_) => self.right += 1,
            // the billing system has no such feed, or keeps no states
            Err(BillingError::NotFound) if operation == "changes" => {}
            Err(BillingError::Rejected { .. }) if operation == "intervals.list-intervals" => {}
            Err(BillingError::InvalidAnswer { field, problem }) => {
                self.failures.push(format!("{operation}: the hub refuses the answer, because {field} {problem}"));
            }
            Err(error) => self.failures.push(format!("{operation}: {error}")),
        }
    }
}
