//! What a customer's reading is held against. Hard findings reject it, soft ones ask for a confirmation.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{RegisterState, window::ReadingWindow};
use crate::Meter;

/// Something about a reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub code: FindingCode,
    /// The register it concerns, where it concerns one.
    pub register: Option<String>,
}

/// What can be found about a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindingCode {
    /// The day lies in the future.
    FutureDate,
    /// The provider takes no reading of that day now.
    OutsideWindow,
    /// The meter has no such register.
    UnknownRegister,
    /// A register of the meter is missing, or named twice: all are read together.
    IncompleteRegisters,
    /// A negative state.
    Negative,
    /// More digits than the meter shows.
    TooManyDigits,
    /// More decimal places than the meter shows.
    TooManyDecimals,
    /// Lower than the previous state, and no plausible rollover.
    Lower,
    /// Lower than the previous state because the counter rolled over.
    Rollover,
    /// Far more than was used before.
    High,
}

/// What a finding means for the reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The reading is refused.
    Hard,
    /// The reading needs a confirmation.
    Soft,
}

impl FindingCode {
    /// What the finding means for the reading.
    pub fn severity(self) -> Severity {
        match self {
            Self::Rollover | Self::High => Severity::Soft,
            _ => Severity::Hard,
        }
    }

    /// The code that portals see.
    pub fn name(self) -> &'static str {
        match self {
            Self::FutureDate => "FUTURE_DATE",
            Self::OutsideWindow => "OUTSIDE_WINDOW",
            Self::UnknownRegister => "UNKNOWN_REGISTER",
            Self::IncompleteRegisters => "INCOMPLETE_REGISTERS",
            Self::Negative => "NEGATIVE",
            Self::TooManyDigits => "TOO_MANY_DIGITS",
            Self::TooManyDecimals => "TOO_MANY_DECIMALS",
            Self::Lower => "LOWER",
            Self::Rollover => "ROLLOVER",
            Self::High => "HIGH",
        }
    }
}

/// A state that was read before, on an earlier day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// The register's code.
    pub code: String,
    /// The day.
    pub date: Date,
    /// The state.
    pub value: Decimal,
}

/// What a reading is held against.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// The meter that is read.
    pub meter: &'a Meter,
    /// The latest earlier states of its registers, one each at most.
    pub earlier: &'a [Earlier],
    /// When the provider takes readings.
    pub window: ReadingWindow,
    /// Today, in the provider's zone.
    pub today: Date,
}

/// A rollover is plausible while it means less than this share of the counter's range.
const PLAUSIBLE_ROLLOVER: Decimal = Decimal::from_parts(1, 0, 0, false, 1); // 0.1

/// Holds the states of a meter's registers on `date` against the rules; an empty answer is a clean reading.
pub fn examine(date: Date, states: &[RegisterState], around: Circumstances<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut find =
        |code, register: Option<&str>| findings.push(Finding { code, register: register.map(str::to_owned) });

    if let Some(code) = examine_day(date, around.window, around.today) {
        find(code, None);
    }
    for register in &around.meter.registers {
        if states.iter().filter(|state| state.code == register.code).count() != 1 {
            find(FindingCode::IncompleteRegisters, Some(&register.code));
        }
    }
    for state in states {
        for code in examine_state(state, around) {
            find(code, Some(&state.code));
        }
    }
    findings
}

/// What is wrong with a reading's day; holds whatever the meter showed, so nobody need be asked for that first.
pub fn examine_day(date: Date, window: ReadingWindow, today: Date) -> Option<FindingCode> {
    if date > today {
        return Some(FindingCode::FutureDate);
    }
    (!window.admits(date, today)).then_some(FindingCode::OutsideWindow)
}

fn examine_state(state: &RegisterState, around: Circumstances<'_>) -> Vec<FindingCode> {
    if around.meter.register(&state.code).is_none() {
        return vec![FindingCode::UnknownRegister];
    }
    let mut found = Vec::new();
    if state.value.is_sign_negative() && !state.value.is_zero() {
        found.push(FindingCode::Negative);
    }
    if state.value >= around.meter.capacity() {
        found.push(FindingCode::TooManyDigits);
    }
    if state.value.normalize().scale() > u32::from(around.meter.decimals) {
        found.push(FindingCode::TooManyDecimals);
    }
    if !found.is_empty() {
        return found;
    }
    let Some(earlier) = around.earlier.iter().find(|earlier| earlier.code == state.code) else {
        return found;
    };
    match used_between(around.meter, earlier.value, state.value) {
        None => found.push(FindingCode::Lower),
        Some(_) if state.value < earlier.value => found.push(FindingCode::Rollover),
        Some(used) if used > around.meter.capacity() * PLAUSIBLE_ROLLOVER => found.push(FindingCode::High),
        Some(_) => {}
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
