//! `readings`: history and submission. The billing system knows no keys and no receipts, and appends a second reading of a
//! day, so that none may be handed in twice.

use komunala_adapter_sdk::{
    Decimal, Error,
    http::Transport,
    reading_types::{Reading, RegisterValue},
    readings::{ReadingPage, Readings, Receipt, ReceiptState, Submission},
    types::{DateRange, PageRequest},
    xml::Limits,
};

use crate::{
    Water,
    account::{PLACES, REGISTER},
    answer,
    billing::BillingSystem,
    reading::{self, same_day},
    value::{is_customer_number, position, write_date, write_decimal},
    window::Window,
};

impl<T: Transport> BillingSystem<T> {
    /// A page of the readings of an account's one supply point, at all meters it has had; the contract's `list-readings`.
    /// Of several on one day the last one holds.
    pub fn readings(
        &self,
        account: &str,
        supply_point: &str,
        range: &DateRange,
        page: &PageRequest,
    ) -> Result<ReadingPage, Error> {
        if supply_point != account {
            return Err(Error::NotFound);
        }
        let Some(window) = Window::of(range, page, self.settings.history_years)? else {
            return Ok(ReadingPage { items: Vec::new(), next: None });
        };
        let (first, last) = window.ends();
        let mut readings: Vec<Reading> = Vec::new();
        let mut states = self.states(account, &first, &last)?;
        // stable: the last one of a day is still the last
        states.sort_by_key(|reading| position(reading.date));
        for reading in states {
            match readings.iter_mut().rev().find(|known| same_day(known, &reading)) {
                Some(known) => *known = reading,
                None => readings.push(reading),
            }
        }
        let (items, next) = window.page(readings);
        Ok(ReadingPage { items, next })
    }

    /// Hands a reading in; the contract's `submit-reading`. One that is there already is not handed in again, so that
    /// repeating it is safe.
    pub fn submit(&self, submission: &Submission) -> Result<Receipt, Error> {
        let state = state(submission)?;
        if let Some(receipt) = self.find_receipt(submission)? {
            return Ok(receipt);
        }
        self.write(
            "PrijaviStanje",
            &[
                ("sifra", &submission.account),
                ("vodomer", &submission.meter),
                ("stanje", &write_decimal(state)),
                ("datum", &write_date(submission.date)),
            ],
        )?;
        Ok(POSTED)
    }

    /// Whether a reading is there; the contract's `find-receipt`. An equal state of the meter on that day is the one.
    pub fn find_receipt(&self, submission: &Submission) -> Result<Option<Receipt>, Error> {
        let state = state(submission)?;
        let day = write_date(submission.date);
        let of_the_day = self.states(&submission.account, &day, &day)?;
        let is_there = of_the_day.iter().any(|reading| {
            reading.meter == submission.meter
                && reading.date == submission.date
                && reading.registers.iter().any(|register| is_equal(register.value, state))
        });
        Ok(is_there.then_some(POSTED))
    }

    /// The states that were read on these days, in the billing system's order.
    fn states(&self, account: &str, first: &str, last: &str) -> Result<Vec<Reading>, Error> {
        if !is_customer_number(account) {
            return Err(Error::NotFound);
        }
        let parameters = [("sifra", account), ("od", first), ("do", last)];
        let found = self.read("VratiStanja", &parameters, &Limits::default())?;
        answer::each(found, "Ocitavanje", |row| reading::of(row, account))
    }
}

/// What is there is in the books at once, and has no number.
const POSTED: Receipt = Receipt { id: None, state: ReceiptState::Posted, reason: None };

/// The one state that is handed in: of the only register, with no more places than the billing system takes.
fn state(submission: &Submission) -> Result<Decimal, Error> {
    if submission.supply_point != submission.account {
        return Err(Error::rejected("supply-point", "unknown", "the account has one, under its own number"));
    }
    let [RegisterValue { code, value }] = submission.registers.as_slice() else {
        return Err(Error::rejected("registers", "unknown", "a water meter has one register"));
    };
    if code != REGISTER {
        return Err(Error::rejected(format_args!("registers.{code}"), "unknown", "a water meter has one register"));
    }
    let fits = value.unscaled >= 0 && shortened(*value).scale <= PLACES;
    if fits { Ok(shortened(*value)) } else { Err(Error::rejected("registers.total", "malformed", "too many places")) }
}

fn is_equal(one: Decimal, other: Decimal) -> bool {
    shortened(one) == shortened(other)
}

/// The same number without zeros at its end.
fn shortened(value: Decimal) -> Decimal {
    (0..value.scale).find_map(|scale| value.rescaled(scale)).unwrap_or(value)
}

impl Readings for Water {
    fn list_readings(
        account: String,
        supply_point: String,
        range: DateRange,
        page: PageRequest,
    ) -> Result<ReadingPage, Error> {
        BillingSystem::here()?.readings(&account, &supply_point, &range, &page)
    }

    fn submit_reading(submission: Submission, _key: String) -> Result<Receipt, Error> {
        BillingSystem::here()?.submit(&submission)
    }

    fn find_receipt(submission: Submission, _key: String) -> Result<Option<Receipt>, Error> {
        BillingSystem::here()?.find_receipt(&submission)
    }

    fn get_receipt(_id: String) -> Result<Receipt, Error> {
        // None was ever given.
        Err(Error::NotFound)
    }
}
