//! `readings`: the daily states as history, and the customer's own.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan, civil};
use komunala_adapter_sdk::{
    Date, Decimal, Error,
    http::{Request, Transport},
    intervals::{Direction, Measure, Quality, Selection},
    reading_types::{Reading, ReadingSource, RegisterValue},
    readings::{ReadingPage, Readings, Receipt, Submission},
    types::{DateRange, Instant, PageRequest},
};
use serde::Serialize;

use crate::{
    AccountKey, Electricity,
    account::{HIGH, LOW, TOTAL},
    billing::{BillingSystem, JSON},
    format::Block,
    reading_type::ReadingType,
    receipt::WireReceipt,
};

/// The most readings of a page.
const MAX_SIZE: u16 = 200;
/// How far back the history goes where nobody says: what one request may cover.
const USUAL_DAYS: i32 = 399;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireSubmission<'a> {
    merilno_mesto: &'a str,
    stevec: &'a str,
    datum: Date,
    stanja: Vec<WireState>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireState {
    reading_type: String,
    value: Decimal,
}

impl<T: Transport> BillingSystem<T> {
    /// A page of a metering point's daily states, oldest first; the contract's `list-readings`. Without a first day it
    /// begins 399 days ago. A cursor is a day, and how many of its readings were given out.
    pub fn readings(
        &self,
        account: &str,
        point: &str,
        range: &DateRange,
        page: &PageRequest,
        today: civil::Date,
    ) -> Result<ReadingPage, Error> {
        let key = AccountKey::parse(account)?;
        let point = key.point(point)?;
        let size = page.size_up_to(MAX_SIZE)?;
        let last = range.last.map(civil).transpose()?.map_or(today, |last| last.min(today));
        let (day, given) = match &page.cursor {
            Some(cursor) => place(cursor)?,
            None => match range.first.map(civil).transpose()? {
                Some(first) => (first, 0),
                None => (last.checked_sub(USUAL_DAYS.days()).unwrap_or(last), 0),
            },
        };
        if day > last {
            return Ok(ReadingPage { items: Vec::new(), next: None });
        }
        let until = day.checked_add(i32::from(size - 1).days()).unwrap_or(last).min(last);
        let states = ReadingType::of(Selection { measure: Measure::State, direction: Direction::Consumed });
        let blocks = self.meter_readings(point, &states, day, until)?;
        let readings = self.by_day(point, blocks)?;

        let size = usize::from(size);
        let rest: Vec<(civil::Date, Reading)> = readings
            .into_iter()
            .filter(|(of, _)| (day..=until).contains(of))
            .enumerate()
            .filter(|(place, (of, _))| *of > day || *place >= given)
            .map(|(_, reading)| reading)
            .collect();
        let next = match rest.get(size) {
            // a meter was swapped, and the page is full within a day or before the last one
            Some((cut, _)) => {
                let of_day = rest[..size].iter().filter(|(of, _)| of == cut).count();
                Some((*cut, of_day + if *cut == day { given } else { 0 }))
            }
            None => until.tomorrow().ok().filter(|next| *next <= last).map(|next| (next, 0)),
        };
        Ok(ReadingPage {
            items: rest.into_iter().take(size).map(|(_, reading)| reading).collect(),
            next: next.map(|(day, given)| format!("{day}.{given}")),
        })
    }

    /// The states of each day and meter together: both tariffs where there are two, their total where there is none.
    fn by_day(&self, point: &str, blocks: Vec<Block>) -> Result<Vec<(civil::Date, Reading)>, Error> {
        type States = (BTreeMap<String, Decimal>, bool);
        let mut days: BTreeMap<(civil::Date, String), States> = BTreeMap::new();
        for block in blocks {
            let meter = block.meter().to_owned();
            for value in block.values {
                let (states, is_estimate) = days.entry((self.day_of(value.end)?, meter.clone())).or_default();
                states.insert(block.register.clone(), value.value);
                *is_estimate |= value.quality == Quality::Estimated;
            }
        }
        let reading = |((day, meter), (states, is_estimate)): ((civil::Date, String), States)| {
            let registers =
                if states.contains_key(HIGH) && states.contains_key(LOW) { &[HIGH, LOW][..] } else { &[TOTAL] };
            let value = |code: &&str| Some(RegisterValue { code: (*code).to_owned(), value: *states.get(*code)? });
            let reading = Reading {
                supply_point: point.to_owned(),
                meter,
                date: wire(day)?,
                registers: registers.iter().filter_map(value).collect(),
                source: if is_estimate { ReadingSource::Estimate } else { ReadingSource::Remote },
            };
            Ok((day, reading))
        };
        let readings: Result<Vec<_>, Error> = days.into_iter().map(reading).collect();
        // one tariff of two alone is no reading
        Ok(readings?.into_iter().filter(|(_, reading)| !reading.registers.is_empty()).collect())
    }

    /// The day that a state is of.
    fn day_of(&self, at: Instant) -> Result<civil::Date, Error> {
        let moment = Timestamp::from_second(at.seconds).map_err(|_| Error::upstream("a state of no sensible time"))?;
        Ok(moment.to_zoned(self.settings.zone.clone()).date())
    }

    /// The day it is for the distributor.
    pub(crate) fn today(&self) -> civil::Date {
        Timestamp::now().to_zoned(self.settings.zone.clone()).date()
    }

    /// Hands a reading in; the contract's `submit-reading`. Where the answer was lost, the receipt is looked up by the
    /// key; where there is none, the request may still be under way, so the outcome stays unknown.
    pub fn submit(&self, submission: &Submission, key: &str) -> Result<Receipt, Error> {
        let account = AccountKey::parse(&submission.account)?;
        let body = WireSubmission {
            merilno_mesto: account.point(&submission.supply_point)?,
            stevec: &submission.meter,
            datum: submission.date,
            stanja: states(submission)?,
        };
        let request = Request::post(&self.settings.endpoint, &["odbirki"], &body)?
            .header("accept", JSON)
            .header("idempotency-key", key);
        let unreadable = |_| Error::outcome_unknown("an answer to a write that cannot be read");
        let receipt = self.write(&request).and_then(|response| {
            let wire: WireReceipt = response.json().map_err(unreadable)?;
            wire.under(key).map_err(unreadable)
        });
        match receipt {
            Err(Error::OutcomeUnknown(lost)) => match self.receipt(key) {
                Ok(Some(receipt)) => Ok(receipt),
                _ => Err(Error::OutcomeUnknown(lost)),
            },
            known => known,
        }
    }

    /// The receipt under a key, if there is one; the contract's `find-receipt`.
    pub fn receipt(&self, key: &str) -> Result<Option<Receipt>, Error> {
        match self.read(&self.ask(&["odbirki"])?.query("key", key)) {
            Ok(response) => response.json::<WireReceipt>()?.under(key).map(Some),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// All registers of a meter together: both tariffs, or the one total.
fn states(submission: &Submission) -> Result<Vec<WireState>, Error> {
    let mut codes: Vec<&str> = submission.registers.iter().map(|register| register.code.as_str()).collect();
    codes.sort_unstable();
    if codes != [HIGH, LOW] && codes != [TOTAL] {
        let all = format_args!("all of a meter: {HIGH} and {LOW}, or {TOTAL}");
        return Err(Error::rejected("registers", "unknown", all));
    }
    let mut registers: Vec<&RegisterValue> = submission.registers.iter().collect();
    registers.sort_by_key(|register| register.code.as_str());
    Ok(registers
        .into_iter()
        .filter_map(|register| {
            let reading_type = ReadingType::state(&register.code)?.code();
            Some(WireState { reading_type, value: register.value })
        })
        .collect())
}

/// The day and the count of a cursor.
fn place(cursor: &str) -> Result<(civil::Date, usize), Error> {
    let parts = cursor.split_once('.').and_then(|(day, given)| Some((day.parse().ok()?, given.parse().ok()?)));
    parts.ok_or_else(|| Error::rejected("page.cursor", "malformed", "not a cursor of this list"))
}

fn civil(day: Date) -> Result<civil::Date, Error> {
    day.to_string().parse().map_err(|_| Error::rejected("range", "malformed", "no day of the calendar"))
}

fn wire(day: civil::Date) -> Result<Date, Error> {
    day.to_string().parse().map_err(|_| Error::upstream("a state of no sensible day"))
}

impl Readings for Electricity {
    fn list_readings(
        account: String,
        supply_point: String,
        range: DateRange,
        page: PageRequest,
    ) -> Result<ReadingPage, Error> {
        let billing = BillingSystem::here()?;
        billing.readings(&account, &supply_point, &range, &page, billing.today())
    }

    fn submit_reading(submission: Submission, key: String) -> Result<Receipt, Error> {
        BillingSystem::here()?.submit(&submission, &key)
    }

    fn find_receipt(_submission: Submission, key: String) -> Result<Option<Receipt>, Error> {
        BillingSystem::here()?.receipt(&key)
    }

    fn get_receipt(id: String) -> Result<Receipt, Error> {
        BillingSystem::here()?.receipt(&id)?.ok_or(Error::NotFound)
    }
}
