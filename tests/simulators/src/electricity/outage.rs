//! Planned outages: announced, some of them changed, some cancelled.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::customer::Payers;
use super::moment::Moment;
use crate::draw::Draw;
use crate::month::Month;

/// Outages of a month.
const PER_MONTH: u64 = 3;
/// Payers that an outage concerns, one after the other.
const PAYERS: u32 = 25;

/// What was said of an outage last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutageState {
    /// `NAPOVEDAN`
    Announced,
    /// `SPREMENJEN`
    Changed,
    /// `PREKLICAN`
    Cancelled,
}

/// The newest revision of an outage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outage {
    /// Its id.
    pub id: String,
    /// Grows with every change.
    pub revision: u32,
    /// When this revision was made.
    pub changed: Timestamp,
    /// When it begins.
    pub start: Timestamp,
    /// When it ends.
    pub end: Timestamp,
    /// Why.
    pub reason: String,
    /// What was said last.
    pub state: OutageState,
    /// The metering points that are without supply.
    pub points: Vec<String>,
}

impl OutageState {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Announced => "NAPOVEDAN",
            Self::Changed => "SPREMENJEN",
            Self::Cancelled => "PREKLICAN",
        }
    }
}

/// The outages of a month as they are known now: announced five days ahead; one in three is moved by an hour three days
/// ahead, one in three is cancelled a day ahead.
pub(super) fn planned(payers: Payers, month: Month, moment: &Moment) -> Vec<Outage> {
    (0..PER_MONTH).filter_map(|number| outage(payers, month, number, moment)).collect()
}

fn outage(payers: Payers, month: Month, number: u64, moment: &Moment) -> Option<Outage> {
    let months = u64::from(month.since(Month::new(2020, 1)).unsigned_abs());
    let mut draw = Draw::new(payers.seed, "outage", months * PER_MONTH + number);
    let day: Date = month.day(i8::try_from(draw.between(1, 28)).ok()?);
    let start = moment.midnight(day) + SignedDuration::from_hours(draw.between(8, 12));
    let fate = draw.below(3);
    let place = u32::try_from(draw.below(u64::from(payers.count.max(1)))).ok()?;
    let ahead = |days: i64| start - SignedDuration::from_hours(days * 24);
    let (changed_at, cancelled_at) = (ahead(3), ahead(1));
    let mut outage = Outage {
        id: format!("IZK-{month}-{}", number + 1),
        revision: 1,
        changed: ahead(5),
        start,
        end: start + SignedDuration::from_hours(draw.between(1, 4)),
        reason: "Vzdrževalna dela na nizkonapetostnem omrežju".to_owned(),
        state: OutageState::Announced,
        points: points(payers, place),
    };
    if outage.changed > moment.now() {
        return None;
    }
    if fate > 0 && changed_at <= moment.now() {
        let later = SignedDuration::from_hours(1);
        outage = Outage {
            revision: 2,
            changed: changed_at,
            start: start + later,
            end: outage.end + later,
            state: OutageState::Changed,
            ..outage
        };
    }
    if fate > 1 && cancelled_at <= moment.now() {
        outage = Outage { revision: 3, changed: cancelled_at, state: OutageState::Cancelled, ..outage };
    }
    Some(outage)
}

fn points(payers: Payers, place: u32) -> Vec<String> {
    let concerned = (place..place + PAYERS).filter_map(|place| payers.at(place));
    concerned.flat_map(|payer| payer.points()).map(|point| point.number()).collect()
}
