//! What the billing system has, asked past its interface: for whoever must know what is right.

use std::sync::Arc;

use super::change::{Cursor, FIRST_PASS, Subject};
use super::customer::{Customer, Population};
use super::point::points;
use super::system::GasSystem;
use crate::month::Month;

/// A handle on the books of a running simulator; copies see the same books.
#[derive(Debug, Clone)]
pub struct Books(pub(super) Arc<GasSystem>);

impl Books {
    /// All customers, special ones included.
    pub fn population(&self) -> Population {
        self.0.settings.population
    }

    /// The newest month all of whose bills are out.
    pub fn newest_period(&self) -> Month {
        self.0.last_complete()
    }

    /// The numbers of everything that was issued to a customer for a month, monthly bills first; nothing to one whose
    /// account is closed.
    pub fn issued(&self, customer: Customer, period: Month) -> Vec<String> {
        if !self.0.is_open(customer) {
            return Vec::new();
        }
        self.0.issued(customer, period).into_iter().map(|invoice| invoice.invoice_no).collect()
    }

    /// The PDF of an invoice, as long as there is one, whatever the switches spoil.
    pub fn pdf(&self, invoice_no: &str) -> Option<Vec<u8>> {
        self.0.pdf(invoice_no).ok()
    }

    /// The ids of a customer's delivery points.
    pub fn points(&self, customer: Customer) -> Vec<String> {
        points(customer).into_iter().map(|point| point.id()).collect()
    }

    /// Where somebody stands in the feed, by kind, who has read everything but the bills of a month and of later ones.
    pub fn read_before(&self, period: Month) -> [(&'static str, String); 3] {
        let this_month = Month::of(self.0.today());
        let behind = |subject, month| Cursor { subject, month, place: 0, entries: 0, log: 0 }.to_string();
        debug_assert!(this_month > FIRST_PASS, "the first pass over all accounts is behind");
        [
            ("account", behind(Subject::Account, this_month)),
            ("invoice", behind(Subject::Invoice, period)),
            ("reading", behind(Subject::Reading, this_month)),
        ]
    }
}
