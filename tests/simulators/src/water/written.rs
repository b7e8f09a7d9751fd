//! What was written since the start.

use std::collections::HashMap;

use jiff::civil::Date;

use super::customer::Customer;
use super::reading::Reading;

/// What was written since the start.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// Everything that was handed in, in its order; a second one on a day is one more.
    pub(super) readings: Vec<(Customer, Reading)>,
    /// Whose bills are not printed any more, and whose are again.
    deliveries: HashMap<Customer, bool>,
    /// Whose data changed, and when.
    pub(super) touched: Vec<(Date, Customer)>,
}

impl Written {
    pub(super) fn hand_in(&mut self, customer: Customer, reading: Reading, today: Date) {
        self.readings.push((customer, reading));
        self.touched.push((today, customer));
    }

    pub(super) fn deliver(&mut self, customer: Customer, by_email: bool, today: Date) {
        self.deliveries.insert(customer, by_email);
        self.touched.push((today, customer));
    }

    pub(super) fn is_by_email(&self, customer: Customer) -> bool {
        self.deliveries.get(&customer).copied().unwrap_or(false)
    }

    pub(super) fn readings_of(&self, customer: Customer) -> impl Iterator<Item = &Reading> {
        self.readings.iter().filter(move |(whose, _)| *whose == customer).map(|(_, reading)| reading)
    }
}
