//! What bills ask for today, each in its provider's zone.

use jiff::civil::Date;
use komunala_domain::{
    ProviderId,
    invoice::{InvoiceState, Payable},
};

use crate::{Hub, failure::Failure, ports::copies::InvoiceCopy};

/// What a bill asks for today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Whether it asks for money, and in time.
    pub state: InvoiceState,
    /// What can be paid of it, as a whole; none where nothing can.
    pub payable: Option<Payable>,
    /// The first day on which it may be seen, as long as that has not come: nothing else is told of it before.
    pub awaited: Option<Date>,
}

impl Hub {
    /// Refuses what shows a bill before the day on which it may be seen.
    pub(super) fn require_shown(&self, copy: &InvoiceCopy) -> Result<(), Failure> {
        match self.standings(std::slice::from_ref(copy)).first().and_then(|standing| standing.awaited) {
            Some(until) => Err(Failure::NotAvailableYet { until: Some(until) }),
            None => Ok(()),
        }
    }

    /// What each of the bills asks for today. A provider that is served no more has no day: its bills' due days are told
    /// by the calendar of Greenwich.
    pub fn standings(&self, invoices: &[InvoiceCopy]) -> Vec<Standing> {
        let roster = self.roster();
        let mut last: Option<(&ProviderId, Date)> = None;
        let standing = |copy| {
            let InvoiceCopy { provider, invoice, .. }: &InvoiceCopy = copy;
            // bills of one provider mostly stand together
            let today = match last {
                Some((same, today)) if same == provider => today,
                _ => roster.directory.provider(provider).map_or_else(
                    || self.clock.now().to_zoned(jiff::tz::TimeZone::UTC).date(),
                    |provider| self.today(provider),
                ),
            };
            last = Some((provider, today));
            Standing {
                state: invoice.state(today),
                payable: invoice.payable(today, None).ok(),
                awaited: invoice.awaited(today),
            }
        };
        invoices.iter().map(standing).collect()
    }
}
