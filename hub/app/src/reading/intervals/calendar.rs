//! Days of series: which day a value belongs to, which days must be asked for, and in which pieces.

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};
use komunala_domain::interval::{Measure, Selection, Series, Span};

use crate::ports::intervals::IntervalDay;

/// How long after its end a day may still be revised by the billing system; read once after that, it stands.
const REVISED_FOR: SignedDuration = SignedDuration::from_hours(35 * 24);

/// The most days that are asked for at once: some 10,000 quarter-hours.
const PIECE: i32 = 100;

/// The days of one provider.
#[derive(Debug, Clone)]
pub(super) struct Calendar {
    pub(super) zone: TimeZone,
    pub(super) selection: Selection,
}

impl Calendar {
    /// The day that a value belongs to.
    pub(super) fn day_of(&self, end: Timestamp) -> Date {
        let within = match self.selection.measure {
            // what ends at midnight was measured the day before
            Measure::Amount => end.checked_sub(SignedDuration::from_micros(1)).unwrap_or(end),
            Measure::State => end,
        };
        within.to_zoned(self.zone.clone()).date()
    }

    /// The days that a span touches, both included.
    pub(super) fn days_of(&self, span: Span) -> (Date, Date) {
        // what lies behind the beginning belongs to the day that the beginning is of
        (span.first.to_zoned(self.zone.clone()).date(), self.day_of(span.last))
    }

    /// The span of days, both included.
    pub(super) fn span_of(&self, (first, last): (Date, Date)) -> Span {
        Span { first: self.midnight(first), last: self.midnight(after(last)) }
    }

    /// When a day begins.
    fn midnight(&self, day: Date) -> Timestamp {
        let midnight = day.to_zoned(self.zone.clone());
        midnight.map_or(Timestamp::MAX, |midnight| midnight.timestamp())
    }

    /// Whether what was said of a day at `as_of` is not revised any more.
    pub(super) fn is_settled(&self, day: Date, as_of: Timestamp) -> bool {
        self.midnight(after(day)).checked_add(REVISED_FOR).is_ok_and(|settled| settled <= as_of)
    }

    /// The days from `first` to `last` for which `stands` does not hold, in runs of days to ask for at once.
    pub(super) fn runs(&self, (first, last): (Date, Date), stands: impl Fn(Date) -> bool) -> Vec<(Date, Date)> {
        let mut runs: Vec<(Date, Date)> = Vec::new();
        let days = first.series(1.day()).take_while(|day| *day <= last);
        for day in days.filter(|day| !stands(*day)) {
            match runs.last_mut() {
                Some((begun, until)) if begun.checked_add((PIECE - 1).days()).is_ok_and(|end| day <= end) => {
                    *until = day
                }
                _ => runs.push((day, day)),
            }
        }
        runs
    }

    /// The days of a run, each with what of `series` belongs to it. What belongs to no day of the run is left out.
    pub(super) fn sort(&self, (first, last): (Date, Date), series: Vec<Series>, as_of: Timestamp) -> Vec<IntervalDay> {
        let mut days: Vec<IntervalDay> = first
            .series(1.day())
            .take_while(|day| *day <= last)
            .map(|day| IntervalDay { day, series: Vec::new(), as_of })
            .collect();
        for Series { serial_number, register, unit, length, values } in series {
            for value in values {
                let date = self.day_of(value.end);
                let Ok(place) = days.binary_search_by(|day| day.day.cmp(&date)) else { continue };
                let of_day = &mut days[place].series;
                let is_same = |of: &Series| of.serial_number == serial_number && of.register == register;
                let place = of_day.iter().position(is_same).unwrap_or_else(|| {
                    let (serial_number, register, unit) = (serial_number.clone(), register.clone(), unit.clone());
                    of_day.push(Series { serial_number, register, unit, length, values: Vec::new() });
                    of_day.len() - 1
                });
                of_day[place].values.push(value);
            }
        }
        days
    }
}

fn after(day: Date) -> Date {
    day.tomorrow().unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use komunala_domain::interval::{Direction, IntervalValue, Quality};
    use rust_decimal::Decimal;

    use super::*;

    fn calendar(measure: Measure) -> Calendar {
        let selection = Selection { measure, direction: Direction::Consumed };
        Calendar { zone: TimeZone::get("Europe/Ljubljana").unwrap(), selection }
    }

    /// A series of so many quarter-hours from a moment on.
    fn quarters(first: Timestamp, count: i64) -> Series {
        let value = |n: i64| IntervalValue {
            end: first + SignedDuration::from_mins(15 * n),
            value: Decimal::ONE,
            quality: Quality::Valid,
            codes: vec![],
        };
        Series {
            serial_number: "M-1".into(),
            register: "total".into(),
            unit: "kWh".into(),
            length: 900,
            values: (1..=count).map(value).collect(),
        }
    }

    #[test]
    fn days_have_92_96_or_100_quarter_hours() {
        let calendar = calendar(Measure::Amount);
        for (first, counts) in [(date(2024, 3, 30), [96, 92, 96]), (date(2024, 10, 26), [96, 100, 96])] {
            let run = (first, first.checked_add(2.days()).unwrap());
            let series = quarters(calendar.span_of(run).first, counts.iter().sum());
            let days = calendar.sort(run, vec![series], Timestamp::UNIX_EPOCH);
            let found: Vec<_> = days.iter().map(|day| day.series[0].values.len()).collect();
            assert_eq!(found, counts.map(|count| usize::try_from(count).unwrap()));
        }
    }

    #[test]
    fn an_amount_belongs_to_the_day_it_ends_in_and_a_state_to_its_own() {
        let midnight: Timestamp = "2024-07-01T22:00:00Z".parse().unwrap();
        assert_eq!(calendar(Measure::Amount).day_of(midnight), date(2024, 7, 1));
        assert_eq!(calendar(Measure::State).day_of(midnight), date(2024, 7, 2));
        let span = Span { first: "2024-06-30T22:00:00Z".parse().unwrap(), last: midnight };
        assert_eq!(calendar(Measure::Amount).days_of(span), (date(2024, 7, 1), date(2024, 7, 1)));
    }

    #[test]
    fn a_day_is_read_again_until_thirty_five_days_after_it() {
        let calendar = calendar(Measure::Amount);
        let end: Timestamp = "2024-07-01T22:00:00Z".parse().unwrap();
        assert!(!calendar.is_settled(date(2024, 7, 1), end + SignedDuration::from_hours(35 * 24 - 1)));
        assert!(calendar.is_settled(date(2024, 7, 1), end + REVISED_FOR));
    }

    #[test]
    fn what_is_missing_is_asked_for_in_pieces() {
        let calendar = calendar(Measure::Amount);
        let (first, last) = (date(2024, 1, 1), date(2024, 12, 31));
        let runs = calendar.runs((first, last), |day| day > date(2024, 4, 30) && day < date(2024, 12, 1));
        let days = [(date(2024, 1, 1), date(2024, 4, 9)), (date(2024, 4, 10), date(2024, 4, 30))];
        assert_eq!(runs, [days.as_slice(), &[(date(2024, 12, 1), last)]].concat());
        assert_eq!(calendar.runs((first, last), |_| true), []);
    }
}
