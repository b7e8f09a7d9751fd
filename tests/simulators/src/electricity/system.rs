//! The billing system itself: what it answers, apart from how that goes over the wire.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use jiff::civil::Date;

use super::bill::{self, Bill, MONTHS};
use super::customer::{Kind, Payer};
use super::moment::Moment;
use super::outage::{self, Outage};
use super::point::Point;
use super::refusal::Refusal;
use super::settings::Settings;
use super::written::Written;
use crate::month::Month;
use crate::switches::Switches;

/// A distributor's billing system.
#[derive(Debug)]
pub(super) struct System {
    pub(super) settings: Settings,
    pub(super) moment: Moment,
    pub(super) switches: Switches,
    written: Mutex<Written>,
}

impl System {
    pub(super) fn new(settings: Settings, moment: Moment, switches: Switches) -> Self {
        Self { settings, moment, switches, written: Mutex::default() }
    }

    /// What was written, locked: a check and the write that follows it are one step.
    pub(super) fn written(&self) -> MutexGuard<'_, Written> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Checks a metering point's number and a PIN; answers the payer.
    pub(super) fn verify(&self, number: &str, pin: &str) -> Result<Payer, Refusal> {
        let payer = self.point(number).map(Point::payer).map_err(|_| Refusal::bad_credentials())?;
        match payer.kind() {
            Kind::Locked => Err(Refusal::locked()),
            _ if payer.pin() != pin => Err(Refusal::bad_credentials()),
            _ => Ok(payer),
        }
    }

    /// The metering point with a number, of a payer who is still one.
    pub(super) fn point(&self, number: &str) -> Result<Point, Refusal> {
        let point = self.settings.payers.point(number);
        point.filter(|point| point.payer().kind() != Kind::Closed).ok_or_else(Refusal::not_found)
    }

    /// The metering point with a number or a GSRN.
    pub(super) fn usage_point(&self, name: &str) -> Result<Point, Refusal> {
        match self.settings.payers.point_by_gsrn(name) {
            Some(point) if point.payer().kind() != Kind::Closed => Ok(point),
            _ => self.point(name),
        }
    }

    /// The meter that serves a point now.
    pub(super) fn serial(&self, point: Point) -> String {
        point.serial(point.swaps(self.moment.today()).len())
    }

    /// The newest month whose bills are out; the switch "period not closed" holds it back.
    fn last_billed(&self) -> Month {
        let closed = bill::last_closed(self.moment.today());
        self.switches.settings().open_from.map_or(closed, |open| closed.min(open.plus(-1)))
    }

    /// The bills of a point, oldest first.
    pub(super) fn bills(&self, point: Point) -> Vec<Bill> {
        let newest = bill::last_closed(self.moment.today());
        let months = (1 - MONTHS..=0).map(|month| newest.plus(month)).filter(|month| *month <= self.last_billed());
        months.filter_map(|month| bill::bill(point, month)).collect()
    }

    /// The bill with an id, or when it can be had.
    pub(super) fn bill(&self, id: &str) -> Result<(Point, Bill), Refusal> {
        let (number, period) = bill::parts(id).ok_or_else(Refusal::not_found)?;
        let point = self.point(number)?;
        if self.last_billed() < period && period <= Month::of(self.moment.today()) {
            return Err(Refusal::period_open(self.available_from(period)));
        }
        let bill = self.bills(point).into_iter().find(|bill| bill.id == id).ok_or_else(Refusal::not_found)?;
        if self.switches.settings().late_pdfs_from.is_some_and(|late| late <= period) {
            return Err(Refusal::period_open(self.available_from(period.plus(1))));
        }
        Ok((point, bill))
    }

    /// When the bills of a month come: by the switch's word, else by the calendar; never today or before.
    fn available_from(&self, period: Month) -> Date {
        let calendar = bill::issued(period);
        let said = self.switches.settings().available_from.unwrap_or(calendar);
        said.max(self.moment.today().tomorrow().unwrap_or(calendar))
    }

    /// The outages that changed at a moment or later, by their ids.
    pub(super) fn outages(&self, since: Timestamp) -> Vec<Outage> {
        let month = Month::of(self.moment.day_of(since));
        // what is announced now begins next week at the latest, what changed then was of that month or the next
        let last = Month::of(self.moment.today()).plus(1);
        let announced = self.written().outages.clone();
        let planned = (0..=last.since(month))
            .flat_map(|later| outage::planned(self.settings.payers, month.plus(later), &self.moment));
        let mut outages: Vec<Outage> =
            planned.filter(|outage| announced.iter().all(|other| other.id != outage.id)).collect();
        outages.extend(announced);
        outages.retain(|outage| outage.changed >= since && outage.changed <= self.moment.now());
        outages
    }
}
