//! The list of customers whose data changed, made while it is sent.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;

use super::bill::{issued, last_billed};
use super::customer::Customer;
use super::system::WaterSystem;
use crate::draw::Draw;
use crate::month::Month;

/// Customers of one piece: some 40 kB.
const PIECE: u32 = 2_000;

/// Pieces of the list of customers with something new since a day, in the order of their numbers, each once; with the
/// switch for duplicates, twice.
pub(super) fn pieces(system: Arc<WaterSystem>, since: Date) -> impl Iterator<Item = String> {
    let today = system.clock.today();
    let copies = system.switches.settings().copies_in_feed();
    // on these days everybody has something new: bills, and the readings that staff made
    let bills = issued(last_billed(today)) >= since;
    let readings = Month::of(today).plus(-1).last_day() >= since;
    let written = system.written();
    let touched = written.touched.iter().filter(|(day, _)| *day >= since);
    let touched: BTreeSet<u32> = touched.map(|(_, customer)| customer.place).collect();
    drop(written);
    let population = system.population;
    (0..population.count.div_ceil(PIECE)).map(move |piece| {
        let places = piece * PIECE..population.count.min((piece + 1) * PIECE);
        let changed = places.filter_map(|place| population.at(place)).filter(|customer| {
            bills || readings || touched.contains(&customer.place) || is_touched(*customer, since, today)
        });
        changed.map(|customer| format!("<Sifra>{}</Sifra>", customer.number()).repeat(copies)).collect()
    })
}

/// One customer in a thousand moves, or changes a name, each day.
fn is_touched(customer: Customer, since: Date, today: Date) -> bool {
    let day = |day: Date| u64::try_from(day.duration_since(Date::constant(2020, 1, 1)).as_hours() / 24).unwrap_or(0);
    (day(since)..=day(today).min(day(since) + 31))
        .any(|day| Draw::new(customer.seed, "touched", day * 1_000_000 + u64::from(customer.place)).chance(1))
}
