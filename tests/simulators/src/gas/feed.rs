//! Walking the feed of changes from a cursor on.

use super::billing;
use super::change::{Change, ChangePage, Cursor, FIRST_PASS, Subject};
use super::customer::Customer;
use super::point::points;
use super::reading::generated_in;
use super::refusal::Refusal;
use super::system::GasSystem;
use super::written::AccountEvent;
use crate::month::Month;

/// How many months back the feed begins where there is no cursor.
const MONTHS_BACK: i32 = 3;

/// The version of what has never changed. One below it is what a switch sends as outdated.
const FIRST_VERSION: usize = 2;

impl GasSystem {
    /// The page of at most `size` entries after `since`.
    pub(super) fn changes(&self, subject: Subject, since: Option<&str>, size: usize) -> Result<ChangePage, Refusal> {
        let mut cursor = match since {
            Some(text) => Cursor::parse(text, subject).ok_or_else(Refusal::bad_cursor)?,
            None => self.beginning(subject),
        };
        let disturbance = self.switches.settings();
        // Entries that a switch doubles count too.
        let copies = disturbance.copies_in_feed();
        let room = (size / copies).max(1);
        let mut page = ChangePage::default();
        self.walk_months(&mut cursor, room, &mut page);
        self.walk_log(&mut cursor, room, &mut page);
        disturbance.disturb_feed(&mut page.upserts);
        page.next = cursor.to_string();
        Ok(page)
    }

    fn beginning(&self, subject: Subject) -> Cursor {
        let month = match subject {
            Subject::Account => FIRST_PASS,
            Subject::Invoice | Subject::Reading => Month::of(self.today()).plus(-MONTHS_BACK),
        };
        Cursor { subject, month, place: 0, entries: 0, log: 0 }
    }

    fn walk_months(&self, cursor: &mut Cursor, room: usize, page: &mut ChangePage) {
        let last = match cursor.subject {
            // A month is fed once nothing comes to it any more, for the walk does not turn back.
            Subject::Invoice => self.last_complete(),
            Subject::Account | Subject::Reading => Month::of(self.today()).plus(-1),
        };
        while cursor.month <= last {
            for customer in (cursor.place..).map_while(|place| self.settings.population.at(place)) {
                cursor.place = customer.place;
                for change in self.changes_in(cursor.subject, customer, cursor.month).into_iter().skip(cursor.entries) {
                    if page.len() == room {
                        return;
                    }
                    page.push(change);
                    cursor.entries += 1;
                }
                cursor.entries = 0;
                cursor.place += 1;
            }
            cursor.place = 0;
            // After the first pass the feed goes on with the last full months: what changed during the pass comes again.
            cursor.month = if cursor.month == FIRST_PASS { last } else { cursor.month.plus(1) };
        }
    }

    /// What a month brought to a customer.
    fn changes_in(&self, subject: Subject, customer: Customer, month: Month) -> Vec<Change> {
        if !self.is_open(customer) {
            let gone = subject == Subject::Account && month == FIRST_PASS;
            return gone.then(|| Change::Tombstone(customer.account_id())).into_iter().collect();
        }
        match subject {
            Subject::Invoice => {
                let invoices = self.issue(customer, month);
                let withdrawn = billing::withdrawn(customer, month.plus(-1));
                let upserts = invoices.iter().map(|invoice| Change::upsert(invoice, FIRST_VERSION));
                upserts.chain(withdrawn.map(Change::Tombstone)).collect()
            }
            Subject::Account => {
                let swapped = |customer| points(customer).iter().any(|point| point.swap_in(month).is_some());
                let changed = month == FIRST_PASS || swapped(customer);
                changed
                    .then(|| Change::upsert(&self.account(customer), self.account_version(customer)))
                    .into_iter()
                    .collect()
            }
            Subject::Reading => {
                let readings = points(customer).into_iter().flat_map(|point| generated_in(point, month));
                readings.map(|reading| Change::upsert(&reading, FIRST_VERSION)).collect()
            }
        }
    }

    /// An account changes when a meter of it does, or its holder.
    fn account_version(&self, customer: Customer) -> usize {
        let today = self.today();
        let swaps =
            points(customer).iter().filter_map(|point| point.meter(today)).map(|meter| meter.generation).sum::<i32>();
        let holders = self.written().count(customer, AccountEvent::NextHolder);
        FIRST_VERSION + usize::try_from(swaps).unwrap_or(0) + holders
    }

    /// What was written since the start. A later entry about the same object has a higher version.
    fn walk_log(&self, cursor: &mut Cursor, room: usize, page: &mut ChangePage) {
        let written = self.written();
        let log: Vec<Change> = match cursor.subject {
            Subject::Invoice => Vec::new(),
            Subject::Account => {
                let entries = written.account_log[cursor.log.min(written.account_log.len())..].to_vec();
                drop(written);
                let change = |(customer, event): (Customer, AccountEvent)| match event {
                    AccountEvent::Closed => Change::Tombstone(customer.account_id()),
                    AccountEvent::NextHolder => Change::upsert(&self.account(customer), self.account_version(customer)),
                };
                entries.into_iter().map(change).collect()
            }
            Subject::Reading => {
                let later = written.reading_log.iter().enumerate().skip(cursor.log);
                later.map(|(index, reading)| Change::upsert(reading, FIRST_VERSION + 1 + index)).collect()
            }
        };
        for change in log {
            if page.len() == room {
                return;
            }
            page.push(change);
            cursor.log += 1;
        }
    }
}
