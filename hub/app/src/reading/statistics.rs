//! What a supply point used, beside the year before: days out of measured values, months and heating seasons out of
//! readings.

use jiff::{Span, Timestamp, ToSpan, civil::Date};
use komunala_domain::{
    Capability, Meter, Provider, ProviderId,
    consumption::{Consumption, Frame, Grain, StateRead, Stretch, between_states, fill, of_day},
    ids::{AccountId, SupplyPointId},
    reading::ReadingState,
};

use crate::{
    Hub,
    failure::Failure,
    ports::{Call, copies::CopyKind, intervals::IntervalDay},
    scope::UserScope,
};

/// How many readings are looked back on: one a day for five years.
const READINGS: u32 = 2000;

/// What consumption is told by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatisticsPeriod {
    /// Days, of supply points whose consumption is measured in parts of days.
    Day,
    /// Calendar months.
    Month,
    /// The provider's heating seasons.
    HeatingSeason,
}

/// Asks what a supply point used.
#[derive(Debug)]
pub struct GetStatistics {
    /// The provider.
    pub provider: ProviderId,
    /// The account.
    pub account: AccountId,
    /// The supply point.
    pub point: SupplyPointId,
    /// What to tell it by.
    pub period: StatisticsPeriod,
    /// From when on; 30 days, 12 months or 2 years before the end if nobody says.
    pub first: Option<Date>,
    /// Until when, included; today if nobody says.
    pub last: Option<Date>,
}

/// What a supply point used.
#[derive(Debug, Clone)]
pub struct Statistics {
    /// By frame, the earliest first, and within a frame by register.
    pub consumption: Vec<Consumption>,
    /// How old the copies are that it was made of; none where there was nothing to make it of.
    pub as_of: Option<Timestamp>,
}

impl StatisticsPeriod {
    fn grain(self, provider: &Provider) -> Grain {
        match self {
            Self::Day => Grain::Day,
            Self::Month => Grain::Month,
            Self::HeatingSeason => Grain::Season(provider.heating_season),
        }
    }

    /// How far back statistics go whose beginning nobody says.
    fn usual(self) -> Span {
        match self {
            Self::Day => 30.days(),
            Self::Month => 12.months(),
            Self::HeatingSeason => 2.years(),
        }
    }
}

impl Hub {
    /// What a supply point used, by register, beside the same time a year before.
    pub async fn get_statistics(
        &self,
        scope: &UserScope,
        call: Call,
        request: GetStatistics,
    ) -> Result<Statistics, Failure> {
        let provider = self.provider(scope.portal(), &request.provider)?;
        let (first, last) = self.days_wanted(&provider, &request)?;
        let frames = request.period.grain(&provider).frames(first, last).map_err(|_| Failure::InvalidField {
            field: "start_date",
            problem: "must be at most 400 days, months or seasons before the end".to_owned(),
        })?;
        match request.period {
            StatisticsPeriod::Day => self.measured(scope, call, &provider, &request, &frames).await,
            StatisticsPeriod::Month | StatisticsPeriod::HeatingSeason => {
                self.counted(scope, call, &request, &frames).await
            }
        }
    }

    fn days_wanted(&self, provider: &Provider, request: &GetStatistics) -> Result<(Date, Date), Failure> {
        let invalid = |problem: &str| Failure::InvalidField { field: "start_date", problem: problem.to_owned() };
        let last = request.last.unwrap_or_else(|| self.today(provider));
        let usual = || last.checked_sub(request.period.usual()).map_err(|_| invalid("is out of range"));
        let first = request.first.map_or_else(usual, Ok)?;
        if first > last {
            return Err(invalid("must not be after the end"));
        }
        Ok((first, last))
    }

    /// Out of the readings of all meters that the supply point has had.
    async fn counted(
        &self,
        scope: &UserScope,
        call: Call,
        request: &GetStatistics,
        frames: &[Frame],
    ) -> Result<Statistics, Failure> {
        let asked = (&request.provider, request.account, request.point);
        let (meters, stretches, as_of) = self.counted_at(scope, call, asked).await?;
        let registers = meters.iter().flat_map(|meter| &meter.registers);
        let registers: Vec<_> = registers.map(|register| (register.code.as_str(), register.unit.as_str())).collect();
        Ok(Statistics { consumption: fill(frames, &registers, &stretches), as_of })
    }

    /// What was counted between readings at a supply point, the meters in place, and how old the copy is.
    pub(super) async fn counted_at(
        &self,
        scope: &UserScope,
        call: Call,
        (provider, account, point): (&ProviderId, AccountId, SupplyPointId),
    ) -> Result<(Vec<Meter>, Vec<Stretch>, Option<Timestamp>), Failure> {
        self.billing(provider, Capability::Readings)?;
        let meters = self.meters(scope, call, provider, account, Some(point)).await?;
        let meters: Vec<_> = meters.into_iter().map(|in_place| in_place.meter).collect();
        let age = self.young_copy(scope, call, provider, account, CopyKind::Readings).await?;
        let readings = self.readings.of_point(scope, point, READINGS).await?;
        let counting = readings.iter().filter(|copy| copy.state != ReadingState::Rejected);
        let states = counting.flat_map(|copy| StateRead::all_of(&copy.reading));
        let stretches = between_states(states, &meters);
        Ok((meters, stretches, age.as_of))
    }

    /// Out of measured values. Those of the year before are told where they can be had.
    async fn measured(
        &self,
        scope: &UserScope,
        call: Call,
        provider: &Provider,
        request: &GetStatistics,
        frames: &[Frame],
    ) -> Result<Statistics, Failure> {
        let asked = (&request.provider, request.account, request.point);
        let place = self.place(scope, call, asked).await?;
        self.billing(&request.provider, Capability::Intervals)?;
        let days = async |frames: Vec<Frame>| match self.until_today(provider, &frames) {
            Some(days) => self.measured_days(scope, call, provider, &place, days).await,
            None => Ok(Vec::new()),
        };
        let year_before = frames.iter().filter_map(|frame| frame.year_before()).collect();
        let of_frames = days(frames.to_vec()).await?;
        let as_of = of_frames.iter().map(|day| day.as_of).min();
        let before = days(year_before).await.unwrap_or_default();
        let told = |day: &IntervalDay| of_day(day.day, &provider.time_zone, &day.series);
        let mut stretches: Vec<Stretch> = before.iter().chain(&of_frames).flat_map(told).collect();
        // a span of more than a year is the year before of its own end
        stretches.sort_by(|one, other| (one.first, &one.register).cmp(&(other.first, &other.register)));
        stretches.dedup();
        Ok(Statistics { consumption: fill(frames, &[], &stretches), as_of })
    }

    /// The first and the last day of frames, as far as they have begun.
    fn until_today(&self, provider: &Provider, frames: &[Frame]) -> Option<(Date, Date)> {
        let first = frames.first()?.first;
        let last = frames.last()?.end.yesterday().ok()?.min(self.today(provider));
        (first <= last).then_some((first, last))
    }
}
