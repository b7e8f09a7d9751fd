//! What a reading is held against. Hard findings reject it, soft ones ask for a confirmation.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    Finding, FindingCode, RegisterState,
    history::{History, Shown},
    season::{Unusual, Used, Verdict},
    window::ReadingWindow,
};
use crate::Meter;

/// What a reading is held against.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// The meter that is read.
    pub meter: &'a Meter,
    /// What is known of its supply point.
    pub history: &'a History,
    /// When the provider takes readings.
    pub window: ReadingWindow,
    /// From where on a use is unusual.
    pub unusual: Unusual,
    /// Today, in the provider's zone.
    pub today: Date,
    /// Whose reading it is.
    pub taker: Taker,
}

/// Whose reading it is, and so which rules it must pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taker {
    /// The customer's: it must pass all.
    Customer,
    /// The provider's staff's. They know better than any window or comparison; but no meter shows what it has no digits
    /// for, and nobody has been to tomorrow.
    BackOffice,
}

/// A rollover is plausible while it means less than this share of the counter's range.
const PLAUSIBLE_ROLLOVER: Decimal = Decimal::from_parts(1, 0, 0, false, 1); // 0.1

/// Holds the states of a meter's registers on `date` against the rules; an empty answer is a clean reading.
pub fn examine(date: Date, states: &[RegisterState], around: Circumstances<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut find =
        |code, register: Option<&str>| findings.push(Finding { code, register: register.map(str::to_owned) });

    if let Some(code) = examine_day(date, around.window, around.today, around.taker) {
        find(code, None);
    } else if around.taker == Taker::Customer
        && around.history.in_place_since(&around.meter.serial_number).is_some_and(|since| date < since)
    {
        find(FindingCode::BeforeInstallation, None);
    }
    for register in &around.meter.registers {
        if states.iter().filter(|state| state.code == register.code).count() != 1 {
            find(FindingCode::IncompleteRegisters, Some(&register.code));
        }
    }
    for state in states {
        for code in examine_state(date, state, around) {
            find(code, Some(&state.code));
        }
    }
    findings
}

/// What is wrong with a reading's day; holds whatever the meter showed, so nobody need be asked for that first.
pub fn examine_day(date: Date, window: ReadingWindow, today: Date, taker: Taker) -> Option<FindingCode> {
    if date > today {
        return Some(FindingCode::FutureDate);
    }
    (taker == Taker::Customer && !window.admits(date, today)).then_some(FindingCode::OutsideWindow)
}

fn examine_state(date: Date, state: &RegisterState, around: Circumstances<'_>) -> Vec<FindingCode> {
    let meter = around.meter;
    if meter.register(&state.code).is_none() {
        return vec![FindingCode::UnknownRegister];
    }
    let mut found = Vec::new();
    if state.value.is_sign_negative() && !state.value.is_zero() {
        found.push(FindingCode::Negative);
    }
    if state.value >= meter.capacity() {
        found.push(FindingCode::TooManyDigits);
    }
    if state.value.normalize().scale() > u32::from(meter.decimals) {
        found.push(FindingCode::TooManyDecimals);
    }
    if !found.is_empty() || around.taker == Taker::BackOffice {
        return found;
    }
    let (serial, history) = (meter.serial_number.as_str(), around.history);
    if let Some(earlier) = history.before(serial, &state.code, date) {
        found.extend(examine_use(date, state, earlier, around));
    }
    let later = history.after(serial, &state.code, date);
    if later.is_some_and(|later| used_between(meter, state.value, later.value).is_none()) {
        found.push(FindingCode::AboveLater);
    }
    found
}

/// What is found about the use since an earlier state.
fn examine_use(
    date: Date,
    state: &RegisterState,
    earlier: Shown,
    Circumstances { meter, history, unusual, .. }: Circumstances<'_>,
) -> Vec<FindingCode> {
    let Some(quantity) = used_between(meter, earlier.value, state.value) else { return vec![FindingCode::Lower] };
    if quantity.is_zero() {
        // somebody was away: an equal reading passes, whatever was used a year before
        return Vec::new();
    }
    let mut found = Vec::new();
    if state.value < earlier.value {
        found.push(FindingCode::Rollover);
    }
    let used = Used { meter, register: &state.code, quantity, first: earlier.date, end: date };
    match unusual.judge(&used, history) {
        Some(Verdict::Usual) => {}
        Some(Verdict::Striking(code)) => found.push(code),
        // nobody knows what is usual, but a tenth of all that the counter can show is not
        None if quantity > meter.capacity() * PLAUSIBLE_ROLLOVER => found.push(FindingCode::High),
        None => {}
    }
    found
}

/// How far a counter went on from one state to the next, in its own unit; none where the later state is lower and no
/// plausible rollover lies between them.
pub fn used_between(meter: &Meter, earlier: Decimal, later: Decimal) -> Option<Decimal> {
    if later >= earlier {
        return Some(later - earlier);
    }
    let rolled_over = later + meter.capacity() - earlier;
    (rolled_over < meter.capacity() * PLAUSIBLE_ROLLOVER).then_some(rolled_over)
}

#[cfg(test)]
mod tests;
