//! Moments in UTC, and what a billing system says instead.

use std::str::FromStr;

use crate::types::{Instant, PointInTime};

/// Why a text is no moment. Carries no part of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a moment of the form yyyy-mm-ddThh:mm:ss with an offset")]
pub struct InstantError;

impl FromStr for Instant {
    type Err = InstantError;

    /// Reads RFC 3339 with an offset or `Z`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let timestamp: jiff::Timestamp = text.parse().map_err(|_| InstantError)?;
        let nanoseconds = timestamp.subsec_nanosecond();
        // Before 1970 the fraction counts backwards; the contract's always counts forwards.
        let borrow = i64::from(nanoseconds < 0);
        Ok(Self {
            seconds: timestamp.as_second() - borrow,
            nanoseconds: nanoseconds.rem_euclid(1_000_000_000).unsigned_abs(),
        })
    }
}

impl FromStr for PointInTime {
    type Err = InstantError;

    /// Reads a moment with an offset, a day, or a local time without an offset, of which only the day is certain.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(moment) = text.parse() {
            return Ok(Self::Moment(moment));
        }
        let day = match text.split_once(['T', ' ']) {
            Some((day, time)) if time.parse::<jiff::civil::Time>().is_ok() => day,
            Some(_) => return Err(InstantError),
            None => text,
        };
        day.parse().map(Self::Day).map_err(|_| InstantError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Date;

    #[test]
    fn an_offset_makes_a_moment() {
        let moment = Instant { seconds: 1_722_643_200, nanoseconds: 500_000_000 };
        assert_eq!("2024-08-03T02:00:00.5+02:00".parse(), Ok(moment));
        assert_eq!("2024-08-03T00:00:00.5Z".parse(), Ok(PointInTime::Moment(moment)));
        assert_eq!("1969-12-31T23:59:59.25Z".parse(), Ok(Instant { seconds: -1, nanoseconds: 250_000_000 }));
    }

    #[test]
    fn without_an_offset_only_the_day_is_certain() {
        let day = PointInTime::Day(Date { year: 2024, month: 8, day: 3 });
        assert_eq!("2024-08-03".parse(), Ok(day));
        assert_eq!("2024-08-03T10:15:00".parse(), Ok(day));
        assert_eq!("yesterday".parse::<PointInTime>(), Err(InstantError));
        assert_eq!("2024-08-03T99".parse::<PointInTime>(), Err(InstantError));
    }
}
