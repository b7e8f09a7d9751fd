//! The billing system: what follows from the seed and today, and what was written on top of it.

use std::fmt::Write as _;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::ToSpan;
use jiff::civil::Date;

use super::bill::{Bill, issued, last_billed};
use super::card::{Row, books};
use super::customer::{Customer, Kind, Population};
use super::document;
use super::fault::Fault;
use super::meter::meters;
use super::print::{escaped, hundredths, read_day, read_hundredths};
use super::reading::{Reading, Source, generated};
use super::written::Written;
use crate::clock::Clock;
use crate::month::Month;
use crate::switches::Switches;

/// The billing system.
#[derive(Debug)]
pub(super) struct WaterSystem {
    pub(super) population: Population,
    pub(super) pdf_size: Option<usize>,
    pub(super) clock: Clock,
    pub(super) switches: Switches,
    written: Mutex<Written>,
}

/// Days that were asked for.
pub(super) type Days = std::ops::RangeInclusive<Date>;

impl WaterSystem {
    pub(super) fn new(population: Population, pdf_size: Option<usize>, clock: Clock, switches: Switches) -> Self {
        Self { population, pdf_size, clock, switches, written: Mutex::default() }
    }

    pub(super) fn written(&self) -> MutexGuard<'_, Written> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn customer(&self, number: &str) -> Result<Customer, Fault> {
        self.population.by_number(number).ok_or(Fault::UNKNOWN_CUSTOMER)
    }

    pub(super) fn verify(&self, number: &str, pin: &str) -> Result<(), Fault> {
        if self.customer(number)?.pin() == pin { Ok(()) } else { Err(Fault::WRONG_PIN) }
    }

    /// The customer as it is answered.
    pub(super) fn describe(&self, customer: Customer) -> String {
        let kind = if customer.kind() == Kind::Business { "PRAVNO_LICE" } else { "DOMACINSTVO" };
        let delivery = if self.written().is_by_email(customer) { "E" } else { "P" };
        let mut mounted = String::new();
        for meter in meters(customer, self.clock.today()).iter().filter(|meter| meter.is_mounted()) {
            let (number, digits) = (&meter.number, meter.digits);
            write!(mounted, "<Vodomer><Broj>{number}</Broj><Cifara>{digits}</Cifara></Vodomer>")
                .expect("writing to a string does not fail");
        }
        format!(
            "<Potrosac><Sifra>{}</Sifra><Ime>{}</Ime><Adresa>{}</Adresa><Vrsta>{kind}</Vrsta><Povrsina>{}</Povrsina>\
             <Dostava>{delivery}</Dostava><Vodomeri>{mounted}</Vodomeri></Potrosac>",
            customer.number(),
            escaped(&customer.name()),
            escaped(&customer.address()),
            hundredths(customer.area()),
        )
    }

    /// The last month whose bills are out: by the calendar, or by the switch.
    fn last_billed(&self) -> Month {
        let by_calendar = last_billed(self.clock.today());
        let open_from = self.switches.settings().open_from;
        open_from.map_or(by_calendar, |open| by_calendar.min(open.plus(-1)))
    }

    pub(super) fn bills(&self, customer: Customer, days: &Days) -> Vec<Bill> {
        let mut bills = books(customer, self.clock.today(), self.last_billed()).bills;
        bills.retain(|bill| days.contains(&issued(bill.period)));
        bills
    }

    pub(super) fn rows(&self, customer: Customer, days: &Days) -> Vec<Row> {
        let mut rows = books(customer, self.clock.today(), self.last_billed()).rows;
        rows.retain(|row| days.contains(&row.date));
        rows
    }

    /// The PDF in base64; empty where there is none.
    pub(super) fn pdf(&self, number: &str) -> Result<String, Fault> {
        let customer = self.customer(number.rsplit('-').next().unwrap_or_default());
        let customer = customer.map_err(|_| Fault::UNKNOWN_BILL)?;
        let bills = books(customer, self.clock.today(), self.last_billed()).bills;
        let bill = bills.into_iter().find(|bill| bill.number == number).ok_or(Fault::UNKNOWN_BILL)?;
        let late = self.switches.settings().late_pdfs_from.is_some_and(|from| bill.period >= from);
        Ok(if bill.has_pdf() && !late { document::base64(&bill, self.pdf_size) } else { String::new() })
    }

    /// By date; of one day in the order in which they came.
    pub(super) fn readings(&self, customer: Customer) -> Vec<Reading> {
        let mut readings = generated(customer, self.clock.today());
        readings.extend(self.written().readings_of(customer).cloned());
        readings.sort_by_key(|reading| reading.date);
        readings
    }

    pub(super) fn hand_in(&self, number: &str, meter: &str, state: &str, date: &str) -> Result<(), Fault> {
        let customer = self.customer(number)?;
        let today = self.clock.today();
        let date = read_day(date).filter(|date| *date <= today).ok_or(Fault::WRONG_DATE)?;
        let state = read_hundredths(state).ok_or(Fault::MALFORMED)?;
        if !meters(customer, today).iter().any(|mounted| mounted.is_mounted() && mounted.number == meter) {
            return Err(Fault::UNKNOWN_METER);
        }
        if date < Month::of(today).plus(-1).day(1) {
            return Err(Fault::TOO_LATE);
        }
        let before = self.readings(customer).into_iter().rfind(|known| known.meter == meter && known.date <= date);
        if before.is_some_and(|before| state < before.state) {
            return Err(Fault::LOWER);
        }
        let reading = Reading { meter: meter.to_owned(), state, date, source: Source::Customer };
        self.written().hand_in(customer, reading, today);
        Ok(())
    }

    pub(super) fn deliver(&self, number: &str, channel: &str) -> Result<(), Fault> {
        let customer = self.customer(number)?;
        let by_email = match channel {
            "E" => true,
            "P" => false,
            _ => return Err(Fault::MALFORMED),
        };
        self.written().deliver(customer, by_email, self.clock.today());
        Ok(())
    }
}

/// Both ends included, at most 24 months apart.
pub(super) fn days(from: &str, to: &str) -> Result<Days, Fault> {
    let (from, to) = read_day(from).zip(read_day(to)).ok_or(Fault::WRONG_DATE)?;
    let farthest = from.checked_add(24.months()).map_err(|_| Fault::WRONG_DATE)?;
    if from <= to && to <= farthest { Ok(from..=to) } else { Err(Fault::WRONG_DATE) }
}
