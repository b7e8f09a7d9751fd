//! One world with every provider for all tests of the table: they need customers of their own, not worlds.

use std::{ops::Deref, path::Path, sync::LazyLock, thread};

use anyhow::Context;
use jiff::{civil::Date, tz::TimeZone};
use komunala_demo::{Chernihivgaz, Customer, Newcomer, Provider, World, WorldSettings};
use komunala_grpc::proto::v1::{Account, ListAccountsRequest};
use tokio::runtime::Runtime;

/// A world and the runtime it lives in, for as long as the process runs.
pub(super) struct Town {
    world: World,
    _runtime: Runtime,
}

impl Deref for Town {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

pub(super) static TOWN: LazyLock<Town> = LazyLock::new(|| {
    // a test has a runtime already, and one must not wait for another on its thread
    let started = thread::spawn(|| -> anyhow::Result<Town> {
        let runtime = Runtime::new()?;
        let settings = WorldSettings {
            customers: 300,
            api: "127.0.0.1:0".parse()?,
            operator: "127.0.0.1:0".parse()?,
            // the hub takes readings on any day, the billing system on its own: below it is made to have one
            changes: "[chernihivgaz.provider]\nreading_window = 'always'".parse()?,
            ..WorldSettings::new(Path::new(env!("CARGO_TARGET_TMPDIR")).join("town"))
        };
        let world = runtime.block_on(World::start(settings))?;
        world.region.provider::<Chernihivgaz>()?.billing.clock.fix(first_of_month()?);
        Ok(Town { world, _runtime: runtime })
    });
    started.join().expect("starting does not panic").expect("the world starts")
});

/// The first day of this month, which is not in the future anywhere.
pub(super) fn first_of_month() -> anyhow::Result<Date> {
    Ok(jiff::Timestamp::now().to_zoned(TimeZone::get("Europe/London")?).date().first_of_month())
}

/// A visitor who has not signed in.
pub(super) async fn visitor() -> anyhow::Result<Customer> {
    Customer::open(TOWN.api, &TOWN.region.portal_key).await
}

/// A provider of the town.
pub(super) fn provider(id: &str) -> anyhow::Result<&'static dyn Provider> {
    TOWN.region.named(id)
}

/// A signed-in customer of a provider with a linked account. Each test has a place of its own.
pub(super) async fn customer(id: &str, place: usize) -> anyhow::Result<(Customer, Account, Newcomer)> {
    let newcomer = Newcomer::of(provider(id)?, place)?;
    let (customer, _) = newcomer.settle(TOWN.api, &TOWN.region).await?;
    let listed = customer.accounts().list_accounts(ListAccountsRequest::default()).await?.into_inner();
    let account = listed.accounts.into_iter().next().context("no account is linked")?;
    Ok((customer, account, newcomer))
}
