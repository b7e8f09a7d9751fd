//! Asking for readings, in the format that is set.

use std::fmt::Display;

use komunala_adapter_sdk::{
    Error,
    http::{Request, Transport},
    intervals::Direction,
    types::Instant,
};

use crate::{
    billing::BillingSystem,
    format::{Block, MeterName},
    reading_type::ReadingType,
};

/// Largest answer: a quarter of quarter-hours in the wordiest format is a fifth of that.
const MAX_ANSWER: usize = 16 << 20;

impl<T: Transport> BillingSystem<T> {
    /// The readings of a metering point, of the types asked for. `start` and `end` are days or moments, as
    /// [`moment`] writes them.
    pub(crate) fn meter_readings(
        &self,
        point: &str,
        types: &[ReadingType],
        start: impl Display,
        end: impl Display,
    ) -> Result<Vec<Block>, Error> {
        let format = self.settings.format;
        let mut request = Request::get(&self.settings.endpoint, &["meter-readings"])?
            .header("accept", format.media_type())
            .allow_answer(MAX_ANSWER)
            .query("usagePoint", point)
            .query("startTime", start)
            .query("endTime", end);
        for kind in types {
            request = request.query("option", format_args!("ReadingType={}", kind.code()));
        }
        let response = match self.send(&request)? {
            refused if refused.status == 406 => {
                return Err(Error::config(format_args!("READINGS_FORMAT: {} is not offered", format.media_type())));
            }
            response if response.is_success() => response,
            refused => return Err(crate::refusal::of(&refused)),
        };
        let mut blocks = format.read(&response.body, point)?;
        let is_asked = |block: &Block| {
            types.iter().any(|kind| {
                (kind.measure, kind.direction, kind.register)
                    == (block.measure, block.direction, block.register.as_str())
            })
        };
        if !blocks.iter().all(is_asked) {
            return Err(Error::upstream("readings of a type that was not asked for"));
        }
        self.name_meters(point, &mut blocks)?;
        Ok(blocks)
    }

    /// Gives meters their serial numbers where a format has none: readings of one type that are all of one meter are of
    /// the one that is in place. Where there are several, what keeps them apart has to do.
    fn name_meters(&self, point: &str, blocks: &mut [Block]) -> Result<(), Error> {
        let unnamed = |block: &Block| match &block.meter {
            MeterName::Unnamed(name) => {
                Some((block.direction == Direction::Consumed, block.register.clone(), name.clone()))
            }
            MeterName::Serial(_) => None,
        };
        let mut names: Vec<_> = blocks.iter().filter_map(unnamed).collect();
        if names.is_empty() {
            return Ok(());
        }
        names.sort_unstable();
        names.dedup();
        let several = names.windows(2).any(|pair| (&pair[0].0, &pair[0].1) == (&pair[1].0, &pair[1].1));
        let current = if several { None } else { self.point(point)?.stevec };
        for block in blocks {
            if let MeterName::Unnamed(name) = &block.meter {
                let name = current.clone().unwrap_or_else(|| name.clone());
                block.meter = MeterName::Serial(name);
            }
        }
        Ok(())
    }
}

impl Block {
    /// The meter's name, once it has one.
    pub(crate) fn meter(&self) -> &str {
        match &self.meter {
            MeterName::Serial(name) | MeterName::Unnamed(name) => name,
        }
    }
}

/// A moment as it is asked for: ISO 8601 with an offset, whole seconds.
pub(crate) fn moment(instant: Instant) -> Result<impl Display, Error> {
    let timestamp = jiff::Timestamp::from_second(instant.seconds);
    let timestamp = timestamp.map_err(|_| Error::rejected("first", "out-of-range", "no moment of the calendar"))?;
    Ok(timestamp.display_with_offset(jiff::tz::Offset::UTC))
}
