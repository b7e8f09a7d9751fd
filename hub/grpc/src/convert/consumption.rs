//! What was used.

use komunala_app::{ports::usage_files::UsageFormat, reading::StatisticsPeriod};
use komunala_domain::consumption::Consumption;

use super::{date::day, decimal::decimal};
use crate::proto::v1;

pub(crate) fn consumption(told: Consumption) -> v1::ConsumptionBucket {
    v1::ConsumptionBucket {
        start_date: Some(day(told.frame.first)),
        end_date: told.frame.end.yesterday().ok().map(day),
        days: number(told.frame.days()),
        known_days: number(told.known_days),
        approximate: told.is_approximate,
        quantity: told.quantity.map(decimal),
        quantity_per_day: told.per_day().map(decimal),
        previous_year_quantity: told.previous_year.map(decimal),
        previous_year_quantity_per_day: told.previous_year_per_day().map(decimal),
        register: told.register,
        unit: told.unit,
    }
}

fn number(days: u32) -> i32 {
    i32::try_from(days).unwrap_or(i32::MAX)
}

/// What a request wants consumption told by; months unless it says so.
pub(crate) fn statistics_period_of(period: v1::StatisticsPeriod) -> StatisticsPeriod {
    match period {
        v1::StatisticsPeriod::Day => StatisticsPeriod::Day,
        v1::StatisticsPeriod::Unspecified | v1::StatisticsPeriod::Month => StatisticsPeriod::Month,
        v1::StatisticsPeriod::HeatingSeason => StatisticsPeriod::HeatingSeason,
    }
}

/// What a request wants a file written as; a table unless it says so.
pub(crate) fn usage_format_of(format: v1::ConsumptionFormat) -> UsageFormat {
    match format {
        v1::ConsumptionFormat::Unspecified | v1::ConsumptionFormat::Csv => UsageFormat::Csv,
        v1::ConsumptionFormat::GreenButton => UsageFormat::GreenButton,
    }
}
