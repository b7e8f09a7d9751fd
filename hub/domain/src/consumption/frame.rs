//! Frames of time that consumption is told by.

use jiff::{
    ToSpan,
    civil::{Date, date},
};
use serde::Deserialize;
use thiserror::Error;

/// The most frames that are told at once: a year and a month of days, the longest stretch of measured values.
const MOST: usize = 400;

/// Some days on end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Frame {
    /// The first day.
    pub first: Date,
    /// The day behind the last one.
    pub end: Date,
    /// What it is one of.
    pub grain: Grain,
}

/// What time is divided into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Grain {
    /// Days.
    Day,
    /// Calendar months.
    Month,
    /// Heating seasons. What lies between two of them is in none.
    Season(HeatingSeason),
}

/// When a provider's customers heat: days of a year that may begin in one calendar year and end in the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "Bounds")]
pub struct HeatingSeason {
    /// Month and day of the first day.
    first: (i8, i8),
    /// Month and day of the last day, included.
    last: (i8, i8),
}

/// A season as settings write it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bounds {
    first: String,
    last: String,
}

/// There are more frames than are told at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("more than {MOST} frames")]
pub struct TooManyFrames;

/// A season's bound that is no day of every year.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is no day of every year: write month and day, like 10-15")]
pub struct NoSuchDay(String);

impl Frame {
    /// How many days it has.
    pub fn days(self) -> u32 {
        u32::try_from((self.end - self.first).get_days()).unwrap_or(0)
    }

    /// The same frame a year before; none of a 29th of February.
    pub fn year_before(self) -> Option<Self> {
        let (first, end) = (self.first.checked_sub(1.year()).ok()?, self.end.checked_sub(1.year()).ok()?);
        let frame = match self.grain {
            // what is no longer than a day has no other one to stand for it
            Grain::Day if first.day() != self.first.day() => return None,
            Grain::Day => Self { first, end: first.tomorrow().ok()?, ..self },
            Grain::Month | Grain::Season(_) => Self { first, end, ..self },
        };
        Some(frame)
    }
}

impl Grain {
    /// The frames that touch the days from `first` to `last`, both included, the earliest first.
    pub fn frames(self, first: Date, last: Date) -> Result<Vec<Frame>, TooManyFrames> {
        let mut frames = Vec::new();
        let mut next = self.first_touching(first);
        while let Some(frame) = next.filter(|frame| frame.first <= last) {
            if frames.len() == MOST {
                return Err(TooManyFrames);
            }
            frames.push(frame);
            next = self.after(frame);
        }
        Ok(frames)
    }

    /// The first frame that ends behind the beginning of a day.
    fn first_touching(self, day: Date) -> Option<Frame> {
        match self {
            Self::Day => self.frame(day, day.tomorrow()),
            Self::Month => self.frame(day.first_of_month(), day.last_of_month().tomorrow()),
            Self::Season(season) => {
                let begun = [day.year() - 2, day.year() - 1, day.year(), day.year() + 1];
                begun.into_iter().filter_map(|year| season.of(year)).find(|frame| frame.end > day)
            }
        }
    }

    fn after(self, frame: Frame) -> Option<Frame> {
        match self {
            Self::Day | Self::Month => self.first_touching(frame.end),
            Self::Season(season) => season.of(frame.first.year().checked_add(1)?),
        }
    }

    fn frame(self, first: Date, end: Result<Date, jiff::Error>) -> Option<Frame> {
        Some(Frame { first, end: end.ok()?, grain: self })
    }
}

impl HeatingSeason {
    /// The season that begins in a year.
    fn of(self, year: i16) -> Option<Frame> {
        let on = |year, (month, day)| Date::new(year, month, day).ok();
        let ends_in = if self.last < self.first { year.checked_add(1)? } else { year };
        let end = on(ends_in, self.last)?.tomorrow().ok()?;
        Some(Frame { first: on(year, self.first)?, end, grain: Grain::Season(self) })
    }
}

impl Default for HeatingSeason {
    /// From the 15th of October to the 15th of April, as the ordinances on district heating of the region have it.
    fn default() -> Self {
        Self { first: (10, 15), last: (4, 15) }
    }
}

impl TryFrom<Bounds> for HeatingSeason {
    type Error = NoSuchDay;

    fn try_from(bounds: Bounds) -> Result<Self, NoSuchDay> {
        Ok(Self { first: month_and_day(bounds.first)?, last: month_and_day(bounds.last)? })
    }
}

fn month_and_day(text: String) -> Result<(i8, i8), NoSuchDay> {
    // of a year without a 29th of February
    let ordinary = date(2023, 1, 1).year();
    let day = text.split_once('-').and_then(|(month, day)| Some((month.parse().ok()?, day.parse().ok()?)));
    day.filter(|(month, day)| Date::new(ordinary, *month, *day).is_ok()).ok_or(NoSuchDay(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(frames: Vec<Frame>) -> Vec<(Date, Date)> {
        frames.into_iter().map(|frame| (frame.first, frame.end)).collect()
    }

    #[test]
    fn months_are_whole_even_where_only_a_day_of_them_is_asked_for() {
        let frames = Grain::Month.frames(date(2024, 1, 31), date(2024, 2, 1)).unwrap();
        let whole = [(date(2024, 1, 1), date(2024, 2, 1)), (date(2024, 2, 1), date(2024, 3, 1))];
        assert_eq!(spans(frames), whole);
    }

    #[test]
    fn a_heating_season_spans_new_year_and_summer_is_in_none() {
        let season = Grain::Season(HeatingSeason::default());
        let winters = [(date(2023, 10, 15), date(2024, 4, 16)), (date(2024, 10, 15), date(2025, 4, 16))];
        assert_eq!(spans(season.frames(date(2024, 1, 1), date(2024, 12, 31)).unwrap()), winters);
        assert_eq!(spans(season.frames(date(2024, 5, 1), date(2024, 9, 30)).unwrap()), []);
    }

    #[test]
    fn a_year_before_is_the_same_frame_whatever_february_has() {
        let before = |grain: Grain, day| grain.frames(day, day).unwrap()[0].year_before().map(|f| (f.first, f.end));
        assert_eq!(before(Grain::Month, date(2024, 2, 3)), Some((date(2023, 2, 1), date(2023, 3, 1))));
        assert_eq!(before(Grain::Month, date(2025, 2, 3)), Some((date(2024, 2, 1), date(2024, 3, 1))));
        assert_eq!(before(Grain::Day, date(2024, 2, 29)), None);
        assert_eq!(before(Grain::Day, date(2025, 2, 28)), Some((date(2024, 2, 28), date(2024, 2, 29))));
        let season = before(Grain::Season(HeatingSeason::default()), date(2025, 1, 1));
        assert_eq!(season, Some((date(2023, 10, 15), date(2024, 4, 16))));
    }

    #[test]
    fn frames_are_told_up_to_a_bound_and_to_the_end_of_time() {
        assert_eq!(Grain::Day.frames(date(2024, 1, 1), date(2025, 2, 3)).unwrap().len(), 400);
        assert_eq!(Grain::Day.frames(date(2024, 1, 1), date(2025, 2, 4)), Err(TooManyFrames));
        assert!(Grain::Month.frames(date(9999, 1, 1), Date::MAX).unwrap().len() < 13);
        assert!(Grain::Season(HeatingSeason::default()).frames(date(9998, 1, 1), Date::MAX).is_ok());
    }

    #[test]
    fn a_season_is_bounded_by_days_of_every_year() {
        let season = |first: &str, last: &str| {
            HeatingSeason::try_from(Bounds { first: first.to_owned(), last: last.to_owned() })
        };
        assert_eq!(season("10-15", "04-15"), Ok(HeatingSeason::default()));
        for wrong in ["02-29", "13-01", "10/15", "10-15-1", ""] {
            assert_eq!(season(wrong, "04-15"), Err(NoSuchDay(wrong.to_owned())));
        }
    }
}
