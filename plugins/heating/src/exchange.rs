//! The exchange of files: its folders, its settings, and what day it is there.

use std::time::SystemTime;

use jiff::{Timestamp, civil::Date};
use komunala_adapter_sdk::Error;

use crate::{Folders, Settings};

/// An exchange of files with one billing system. Its methods are the contract's functions.
#[derive(Debug, Clone)]
pub struct Exchange {
    pub(crate) folders: Folders,
    pub(crate) settings: Settings,
    now: Option<SystemTime>,
}

impl Exchange {
    /// The folders and settings that were granted.
    pub fn here() -> Result<Self, Error> {
        Ok(Self::new(Folders::granted(), Settings::from_environment()?))
    }

    /// Other folders, other settings.
    #[must_use]
    pub fn new(folders: Folders, settings: Settings) -> Self {
        Self { folders, settings, now: None }
    }

    /// At another time than now.
    #[must_use]
    pub fn at(self, now: SystemTime) -> Self {
        Self { now: Some(now), ..self }
    }

    /// Today as `yyyymmdd`, where the billing system is.
    pub(crate) fn today(&self) -> u32 {
        self.day_of(self.now.unwrap_or_else(SystemTime::now))
    }

    /// How many days ago a day was, `yyyymmdd`.
    pub(crate) fn days_since(&self, day: u32) -> i32 {
        civil(self.today())
            .zip(civil(day))
            .map_or(0, |(today, day)| today.duration_since(day).as_hours() / 24)
            .try_into()
            .unwrap_or(i32::MAX)
    }

    /// The day of a moment as `yyyymmdd`; the first day that there is for a moment that no calendar has.
    pub(crate) fn day_of(&self, moment: SystemTime) -> u32 {
        let timestamp = Timestamp::try_from(moment).unwrap_or_default();
        let date = self.settings.zone.to_datetime(timestamp).date();
        let part = |part: i8| u32::from(part.unsigned_abs());
        u32::from(date.year().unsigned_abs()) * 10_000 + part(date.month()) * 100 + part(date.day())
    }
}

/// A day of the calendar of `yyyymmdd`.
pub(crate) fn civil(day: u32) -> Option<Date> {
    let part = |part: u32| i8::try_from(part % 100).ok();
    Date::new(i16::try_from(day / 10_000).ok()?, part(day / 100)?, part(day)?).ok()
}
