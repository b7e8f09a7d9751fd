//! Whoever asks: a customer of the electricity utility, whose values of two years the hub has copied.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use komunala_app::{
    page::PageRequest,
    ports::Call,
    reading::{GetStatistics, IntervalItem, ListIntervals, Statistics, StatisticsPeriod},
    scope::{UserScope, testing},
};
use komunala_demo::{Customer, Newcomer, World, WorldSettings};
use komunala_domain::{
    ProviderId,
    ids::{AccountId, SupplyPointId, UserId},
    interval::{Direction, Measure, Selection},
};
use komunala_grpc::proto::{
    google::r#type::Date as DateMessage,
    v1::{GetStatisticsRequest, GetStatisticsResponse, ListAccountsRequest, StatisticsPeriod as Period},
};
use sea_orm::ConnectionTrait;

use crate::floor::{DaySum, number};

const PROVIDER: &str = "elektro-gorenjska";
/// Younger days may still be revised, and would be read anew.
const SETTLED: i32 = 40;
/// How long the hub may take to copy two years.
const SOON: Duration = Duration::from_secs(180);

/// A customer, and what they ask for.
pub(crate) struct Asked {
    world: World,
    customer: Customer,
    scope: UserScope,
    provider: ProviderId,
    account: AccountId,
    point: SupplyPointId,
    point_name: String,
    zone: TimeZone,
    first: Date,
    last: Date,
}

impl Asked {
    /// Starts a world, and waits until the hub has a copy of what is asked for.
    pub(crate) async fn start(dir: PathBuf, url: &str, days: i32) -> anyhow::Result<Self> {
        let settings = WorldSettings {
            api: "127.0.0.1:0".parse()?,
            operator: "127.0.0.1:0".parse()?,
            pages: "127.0.0.1:0".parse()?,
            database_url: Some(url.to_owned()),
            configuration: "[api]\ntenant_rate = 1000000\ntenant_burst = 1000000\n[telemetry]\nlog = \"off\""
                .parse()?,
            providers: vec![PROVIDER],
            customers: 50,
            ..WorldSettings::new(dir)
        };
        let world = World::start(settings).await?;
        let newcomer = Newcomer::of(world.region.named(PROVIDER)?, 0)?;
        let (customer, _) = newcomer.settle(world.api, &world.region).await?;
        let listed = customer.accounts().list_accounts(ListAccountsRequest::default()).await?.into_inner();
        let account = listed.accounts.first().context("no account is linked")?;
        let point = account.supply_points.first().context("no supply point")?;
        let last_of = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
        let provider: ProviderId = PROVIDER.parse()?;
        let portal = testing::portal("region".parse()?, "bench".parse()?, vec![provider.clone()]);
        let zone = TimeZone::get("Europe/Ljubljana")?;
        let last = Timestamp::now().to_zoned(zone.clone()).date().checked_sub(SETTLED.days())?;
        let asked = Self {
            scope: testing::user(portal, only_user(url).await?),
            provider,
            account: last_of(&account.name).parse()?,
            point: last_of(&point.name).parse()?,
            point_name: point.name.clone(),
            zone,
            first: last.checked_sub((days - 1).days())?,
            last,
            world,
            customer,
        };
        let started = Instant::now();
        // whoever asks first waits no longer than a portal does, and the copying goes on
        loop {
            let answer = asked.ask_use_case().await;
            let is_whole = |told: &Statistics| told.consumption.iter().all(|one| one.previous_year.is_some());
            if answer.as_ref().is_ok_and(|told| !told.consumption.is_empty() && is_whole(told)) {
                return Ok(asked);
            }
            ensure!(started.elapsed() < SOON, "the hub has no copy: {:?}", answer.map(|told| told.consumption.len()));
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    /// The days that are asked for, and the same a year before.
    pub(crate) fn spans(&self) -> [(Date, Date); 2] {
        let before = |day: Date| day.checked_sub(1.year()).unwrap_or(day);
        [(self.first, self.last), (before(self.first), before(self.last))]
    }

    /// Every value of these days, with the local day that it is of.
    pub(crate) async fn values(&self) -> anyhow::Result<Vec<(Date, IntervalItem)>> {
        let mut values = Vec::new();
        for (first, last) in self.spans() {
            let midnight = |day: Date| anyhow::Ok(day.to_zoned(self.zone.clone())?.timestamp());
            let span = (Some(midnight(first)?), Some(midnight(last.tomorrow()?)?));
            let mut token = String::new();
            loop {
                let request = ListIntervals {
                    provider: self.provider.clone(),
                    account: self.account,
                    point: self.point,
                    selection: Selection { measure: Measure::Amount, direction: Direction::Consumed },
                    start: span.0,
                    end: span.1,
                    page: PageRequest { size: 5_000, token },
                };
                let hub = self.world.hub().use_cases();
                let page = hub.list_intervals(&self.scope, Call::within(SOON), request).await?;
                for item in page.items {
                    let within = item.value.end.checked_sub(1.microsecond())?;
                    values.push((within.to_zoned(self.zone.clone()).date(), item));
                }
                token = page.next_token;
                if token.is_empty() {
                    break;
                }
            }
        }
        Ok(values)
    }

    /// Asks the use case.
    pub(crate) async fn ask_use_case(&self) -> anyhow::Result<Statistics> {
        let request = GetStatistics {
            provider: self.provider.clone(),
            account: self.account,
            point: self.point,
            period: StatisticsPeriod::Day,
            first: Some(self.first),
            last: Some(self.last),
        };
        let hub = self.world.hub().use_cases();
        Ok(hub.get_statistics(&self.scope, Call::within(Duration::from_secs(10)), request).await?)
    }

    /// Asks over gRPC, as the portal.
    pub(crate) async fn ask_grpc(&self) -> anyhow::Result<GetStatisticsResponse> {
        let date =
            |day: Date| DateMessage { year: day.year().into(), month: day.month().into(), day: day.day().into() };
        let request = GetStatisticsRequest {
            parent: self.point_name.clone(),
            period: Period::Day.into(),
            start_date: Some(date(self.first)),
            end_date: Some(date(self.last)),
        };
        Ok(self.customer.readings().get_statistics(request).await?.into_inner())
    }

    /// What the use case tells, as sums of days.
    pub(crate) async fn of_use_case(&self) -> anyhow::Result<Vec<DaySum>> {
        let told = self.ask_use_case().await?;
        let buckets = told.consumption.into_iter().map(|one| {
            let texts = (one.quantity.map(|of| of.to_string()), one.previous_year.map(|of| of.to_string()));
            (one.register, one.frame.first, texts)
        });
        sums(buckets)
    }

    /// What gRPC tells.
    pub(crate) async fn of_grpc(&self) -> anyhow::Result<Vec<DaySum>> {
        let told = self.ask_grpc().await?;
        let buckets = told.buckets.into_iter().map(|one| {
            let start = one.start_date.unwrap_or_default();
            let small = |number: i32| i8::try_from(number).unwrap_or_default();
            let year = i16::try_from(start.year).unwrap_or_default();
            let day = Date::new(year, small(start.month), small(start.day)).unwrap_or_default();
            (one.register, day, (one.quantity.map(|of| of.value), one.previous_year_quantity.map(|of| of.value)))
        });
        sums(buckets)
    }

    pub(crate) async fn stop(self) {
        self.world.stop().await;
    }
}

type Bucket = (String, Date, (Option<String>, Option<String>));

/// The sums of days out of what was told of them, by day and register.
fn sums(buckets: impl Iterator<Item = Bucket>) -> anyhow::Result<Vec<DaySum>> {
    let mut sums = Vec::new();
    for (register, day, (quantity, before)) in buckets {
        let year_before = day.checked_sub(1.year())?;
        for (day, quantity) in [(day, quantity), (year_before, before)] {
            let Some(quantity) = quantity else { continue };
            let (whole, part) = quantity.split_once('.').unwrap_or((&quantity, ""));
            sums.push((register.clone(), number(day), format!("{whole}{part:0<6}").parse()?));
        }
    }
    sums.sort_by(|one: &DaySum, other| (one.1, &one.0).cmp(&(other.1, &other.0)));
    Ok(sums)
}

/// The one user that there is.
async fn only_user(url: &str) -> anyhow::Result<UserId> {
    let database = sea_orm::Database::connect(url).await?;
    let backend = if url.starts_with("sqlite") { sea_orm::DbBackend::Sqlite } else { sea_orm::DbBackend::Postgres };
    let user = database.query_one_raw(sea_orm::Statement::from_string(backend, "SELECT id FROM users")).await?;
    let id: uuid::Uuid = user.context("nobody")?.try_get_by_index(0)?;
    database.close().await?;
    Ok(UserId::from_uuid(id))
}
