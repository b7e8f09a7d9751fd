//! Days as `google.type.Date`, moments as timestamps.

use jiff::{Timestamp, civil::Date};

use crate::proto::google::r#type as google;

pub(crate) fn day(date: Date) -> google::Date {
    google::Date { year: date.year().into(), month: date.month().into(), day: date.day().into() }
}

/// A day of a request, between 1990 and 2100. One without a year, month or day is none.
pub(crate) fn day_of(message: &google::Date) -> Option<Date> {
    if !(1990..=2100).contains(&message.year) {
        return None;
    }
    let part = |value: i32| i8::try_from(value).ok();
    Date::new(i16::try_from(message.year).ok()?, part(message.month)?, part(message.day)?).ok()
}

/// A moment of a request, whose bounds were validated.
pub(crate) fn moment_of(message: &prost_types::Timestamp) -> Option<Timestamp> {
    Timestamp::new(message.seconds, message.nanos).ok()
}

pub(crate) fn moment(timestamp: Timestamp) -> prost_types::Timestamp {
    // nanoseconds of a timestamp are never negative, those of a moment before 1970 are
    let (mut seconds, mut nanos) = (timestamp.as_second(), timestamp.subsec_nanosecond());
    if nanos < 0 {
        seconds -= 1;
        nanos += 1_000_000_000;
    }
    prost_types::Timestamp { seconds, nanos }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_a_whole_date_of_a_sensible_year() {
        let read = |year, month, day| day_of(&google::Date { year, month, day });
        assert_eq!(read(2024, 2, 29), Some(jiff::civil::date(2024, 2, 29)));
        for (year, month, day) in [(2023, 2, 29), (0, 7, 1), (9999, 1, 1), (2024, 0, 1), (2024, 7, 0), (2024, 300, -1)]
        {
            assert_eq!(read(year, month, day), None, "{year}-{month}-{day}");
        }
    }

    #[test]
    fn a_moment_before_the_epoch_has_positive_nanoseconds() {
        let before = Timestamp::new(-1, -500_000_000).unwrap();
        assert_eq!(moment(before), prost_types::Timestamp { seconds: -2, nanos: 500_000_000 });
    }
}
