//! What is unusual: beside the same season a year before, day for day.

use jiff::{ToSpan, civil::Date};
use rust_decimal::Decimal;
use serde::Deserialize;
use thiserror::Error;

use super::{FindingCode, history::History};
use crate::{
    Meter,
    consumption::{Frame, Grain, Stretch, fill},
};

/// From where on a use is unusual, in percent of what was used in the same season a year before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Percents")]
pub struct Unusual {
    high: u32,
    low: u32,
}

/// The bounds as settings write them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Percents {
    high_percent: u32,
    low_percent: u32,
}

/// Bounds that call the usual unusual.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("high_percent must be 100 to 10000, and low_percent 0 to 100")]
pub struct UnusualUsual;

/// How many days' use more or less is nothing: weather and a week away make that much.
const SLACK: u32 = 7;
/// The longest stretch between two readings that tells of one season, in days; of a longer one nobody knows what of it
/// was used when.
const SEASON: i32 = 100;

impl Unusual {
    /// Bounds in percent.
    pub fn new(high_percent: u32, low_percent: u32) -> Result<Self, UnusualUsual> {
        let is_sound = (100..=10_000).contains(&high_percent) && low_percent <= 100;
        is_sound.then_some(Self { high: high_percent, low: low_percent }).ok_or(UnusualUsual)
    }

    /// Whether a meter's register used strikingly much or little in the days from `first` to before `end`. `None` where
    /// nobody knows enough of the year before.
    pub(super) fn judge(self, used: &Used<'_>, history: &History) -> Option<Verdict> {
        let Used { meter, register, quantity, first, end } = *used;
        let days = (end - first).get_days();
        let frame = Frame { first: a_year_before(first)?, end: a_year_before(end)?, grain: Grain::Month };
        let is_of_season = |stretch: &Stretch| {
            stretch.register == register && (stretch.end - stretch.first).get_days() <= SEASON.max(days)
        };
        let stretches: Vec<_> = history.stretches(meter).into_iter().filter(is_of_season).collect();
        let then = fill(&[frame], &[], &stretches).into_iter().next()?;
        // less than half of it stands for nothing
        if then.known_days == 0 || then.known_days * 2 < frame.days() {
            return None;
        }
        let multiplier = meter.register(register).and_then(|register| register.multiplier).unwrap_or(Decimal::ONE);
        let (now, then_known) = (quantity * multiplier, Decimal::from(then.known_days));
        let of_days = |days: u32| then.quantity.unwrap_or_default() * Decimal::from(days) / then_known;
        let (expected, slack) = (of_days(u32::try_from(days).unwrap_or(0)), of_days(SLACK));
        let percent = |percent: u32| expected * Decimal::from(percent) / Decimal::ONE_HUNDRED;
        Some(if now > percent(self.high) + slack {
            Verdict::Striking(FindingCode::High)
        } else if now + slack < percent(self.low) {
            Verdict::Striking(FindingCode::Low)
        } else {
            Verdict::Usual
        })
    }
}

impl Default for Unusual {
    /// More than twice as much, or less than half.
    fn default() -> Self {
        Self { high: 200, low: 50 }
    }
}

impl TryFrom<Percents> for Unusual {
    type Error = UnusualUsual;

    fn try_from(percents: Percents) -> Result<Self, UnusualUsual> {
        Self::new(percents.high_percent, percents.low_percent)
    }
}

/// What a register counted, as it shows it, in the days from `first` to before `end`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Used<'a> {
    pub(super) meter: &'a Meter,
    pub(super) register: &'a str,
    pub(super) quantity: Decimal,
    pub(super) first: Date,
    pub(super) end: Date,
}

/// What the same season a year before says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Usual,
    Striking(FindingCode),
}

fn a_year_before(day: Date) -> Option<Date> {
    day.checked_sub(1.year()).ok()
}
