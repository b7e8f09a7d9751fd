//! A day of one series as it stands in a column: some 12 bytes a quarter-hour.

use jiff::{SignedDuration, Timestamp};
use komunala_domain::interval::{IntervalValue, Quality, Series};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A series, its moments as the seconds from each to the next one.
#[derive(Serialize, Deserialize)]
pub(super) struct Packed {
    meter: String,
    register: String,
    unit: String,
    length: u32,
    /// The first moment, in seconds since the epoch.
    first: i64,
    /// The seconds from one moment to the next: one fewer than there are values.
    steps: Vec<u32>,
    values: Vec<Decimal>,
    /// Those values that are not simply valid, by their place.
    marks: Vec<(u32, Quality, Vec<String>)>,
}

impl Packed {
    pub(super) fn of(series: &Series) -> Self {
        let ends: Vec<i64> = series.values.iter().map(|value| value.end.as_second()).collect();
        let is_marked = |value: &IntervalValue| value.quality != Quality::Valid || !value.codes.is_empty();
        let marked = (0..).zip(&series.values).filter(|(_, value)| is_marked(value));
        Self {
            meter: series.serial_number.clone(),
            register: series.register.clone(),
            unit: series.unit.clone(),
            length: series.length,
            first: ends.first().copied().unwrap_or_default(),
            // sorted, and all of one day
            steps: ends.windows(2).map(|pair| u32::try_from(pair[1] - pair[0]).unwrap_or_default()).collect(),
            values: series.values.iter().map(|value| value.value).collect(),
            marks: marked.map(|(place, value)| (place, value.quality, value.codes.clone())).collect(),
        }
    }

    /// The series; `None` where the parts do not fit together.
    pub(super) fn unpack(self) -> Option<Series> {
        if self.values.len().saturating_sub(1) != self.steps.len() {
            return None;
        }
        let mut end = Timestamp::from_second(self.first).ok()?;
        let mut values = Vec::with_capacity(self.values.len());
        for (place, value) in self.values.into_iter().enumerate() {
            if let Some(step) = place.checked_sub(1) {
                end = end.checked_add(SignedDuration::from_secs(self.steps[step].into())).ok()?;
            }
            values.push(IntervalValue { end, value, quality: Quality::Valid, codes: Vec::new() });
        }
        for (place, quality, codes) in self.marks {
            let value = values.get_mut(usize::try_from(place).ok()?)?;
            (value.quality, value.codes) = (quality, codes);
        }
        Some(Series {
            serial_number: self.meter,
            register: self.register,
            unit: self.unit,
            length: self.length,
            values,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(count: i64) -> Series {
        let value = |n: i64| IntervalValue {
            end: Timestamp::from_second(1_720_000_000 + n * 900 + i64::from(n > 50) * 3600).unwrap(),
            value: Decimal::new(125 + n, 3),
            quality: if n == 7 { Quality::Questionable } else { Quality::Valid },
            codes: if n == 7 { vec!["1.2.32".to_owned()] } else { vec![] },
        };
        Series {
            serial_number: "M-1".into(),
            register: "total".into(),
            unit: "kWh".into(),
            length: 900,
            values: (0..count).map(value).collect(),
        }
    }

    #[test]
    fn a_day_reads_back_as_it_was_kept_and_is_small() {
        for count in [0, 1, 96] {
            let text = serde_json::to_string(&Packed::of(&series(count))).unwrap();
            assert_eq!(serde_json::from_str::<Packed>(&text).unwrap().unpack(), Some(series(count)));
            assert!(text.len() < 1400, "{} bytes", text.len());
        }
    }

    #[test]
    fn parts_that_do_not_fit_are_no_series() {
        let mut packed = Packed::of(&series(3));
        packed.steps.pop();
        assert_eq!(packed.unpack(), None);
    }
}
