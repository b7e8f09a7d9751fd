//! What a supply point used, as a file to take along: what was measured, or, where only readings are taken, what was
//! counted between them.

use jiff::{Timestamp, ToSpan, civil::Date};
use komunala_domain::{
    Capability, Provider, ProviderId,
    consumption::{RegisterUsage, Stretch, Usage, UsedBetween},
    ids::{AccountId, SupplyPointId},
    interval::Quality,
};

use super::{
    intervals::{IntervalItem, items},
    place::Place,
};
use crate::{
    Hub,
    failure::Failure,
    ports::{Call, usage_files::UsageFormat},
    scope::UserScope,
};

/// The longest stretch of days of a file.
const LONGEST: i32 = 400;

/// Asks for a file of what was used.
#[derive(Debug)]
pub struct ExportConsumption {
    /// The provider.
    pub provider: ProviderId,
    /// The account.
    pub account: AccountId,
    /// The supply point.
    pub point: SupplyPointId,
    /// What it is written as.
    pub format: UsageFormat,
    /// From when on; a year before the end if nobody says.
    pub first: Option<Date>,
    /// Until when, included; today if nobody says. At most 400 days.
    pub last: Option<Date>,
}

/// A file to take along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedFile {
    /// A name to keep it under: letters, digits, `-`, `_` and `.`.
    pub name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl Hub {
    /// Writes what a supply point used into a file.
    pub async fn export_consumption(
        &self,
        scope: &UserScope,
        call: Call,
        request: ExportConsumption,
    ) -> Result<ExportedFile, Failure> {
        let provider = self.provider(scope.portal(), &request.provider)?;
        let days = self.days_to_export(&provider, &request)?;
        let place = self.place(scope, call, (&request.provider, request.account, request.point)).await?;
        let (registers, as_of) = match self.billing(&request.provider, Capability::Intervals) {
            Ok(_) => self.measured_in(scope, call, &provider, &place, days).await?,
            Err(_) => self.counted_in(scope, call, &provider, &request, days).await?,
        };
        let usage = Usage {
            point: request.point.uuid(),
            point_number: place.point.point_number,
            commodity: place.point.commodity,
            as_of,
            registers,
        };
        let written = self.usage_files.write(request.format, &usage, &provider.time_zone);
        let bytes = written.map_err(|error| Failure::Internal(format!("a file of what was used: {error}")))?;
        Ok(ExportedFile {
            name: format!("{}_{}_{}.{}", plain(&usage.point_number), days.0, days.1, request.format.extension()),
            media_type: request.format.media_type(),
            bytes,
        })
    }

    fn days_to_export(&self, provider: &Provider, request: &ExportConsumption) -> Result<(Date, Date), Failure> {
        let invalid = |problem: &str| Failure::InvalidField { field: "start_date", problem: problem.to_owned() };
        let last = request.last.unwrap_or_else(|| self.today(provider));
        let year_before = || last.checked_sub(1.year()).map_err(|_| invalid("is out of range"));
        let first = request.first.map_or_else(year_before, Ok)?;
        if first > last {
            return Err(invalid("must not be after the end"));
        }
        if (last - first).get_days() >= LONGEST {
            return Err(invalid("must be at most 400 days before the end"));
        }
        Ok((first, last))
    }

    async fn measured_in(
        &self,
        scope: &UserScope,
        call: Call,
        provider: &Provider,
        place: &Place,
        (first, last): (Date, Date),
    ) -> Result<(Vec<RegisterUsage>, Option<Timestamp>), Failure> {
        let last = last.min(self.today(provider));
        let days = match first <= last {
            true => self.measured_days(scope, call, provider, place, (first, last)).await?,
            false => Vec::new(),
        };
        let items = items(days);
        let as_of = items.iter().map(|item| item.as_of).min();
        let value = |item: IntervalItem| {
            let used = UsedBetween {
                start: item.start,
                end: item.value.end,
                quantity: item.value.value,
                quality: item.value.quality,
            };
            (item.register, item.unit, used)
        };
        Ok((by_register(items.into_iter().map(value)), as_of))
    }

    async fn counted_in(
        &self,
        scope: &UserScope,
        call: Call,
        provider: &Provider,
        request: &ExportConsumption,
        (first, last): (Date, Date),
    ) -> Result<(Vec<RegisterUsage>, Option<Timestamp>), Failure> {
        let asked = (&request.provider, request.account, request.point);
        let (_, stretches, as_of) = self.counted_at(scope, call, asked).await?;
        let touching = stretches.into_iter().filter(|stretch| stretch.first <= last && first < stretch.end);
        let value = |stretch: Stretch| {
            let begins = |day: Date| day.to_zoned(provider.time_zone.clone()).ok().map(|midnight| midnight.timestamp());
            let quality = if stretch.is_estimated { Quality::Estimated } else { Quality::Valid };
            let (start, end) = (begins(stretch.first)?, begins(stretch.end)?);
            Some((stretch.register, stretch.unit, UsedBetween { start, end, quantity: stretch.quantity, quality }))
        };
        Ok((by_register(touching.filter_map(value)), as_of))
    }
}

/// Puts the values of each register together, by time.
fn by_register(values: impl Iterator<Item = (String, String, UsedBetween)>) -> Vec<RegisterUsage> {
    let mut registers: Vec<RegisterUsage> = Vec::new();
    for (register, unit, value) in values {
        let known = registers.iter().position(|known| known.register == register && known.unit == unit);
        let place = known.unwrap_or_else(|| {
            registers.push(RegisterUsage { register, unit, values: Vec::new() });
            registers.len() - 1
        });
        registers[place].values.push(value);
    }
    registers.sort_by(|one, other| one.register.cmp(&other.register));
    for register in &mut registers {
        register.values.sort_by_key(|value| value.start);
    }
    registers
}

/// What of a number can stand in the name of a file.
fn plain(number: &str) -> String {
    number.chars().map(|letter| if letter.is_ascii_alphanumeric() || letter == '-' { letter } else { '_' }).collect()
}
