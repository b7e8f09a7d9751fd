//! Worlds with every provider for all tests of the table: they need customers of their own, not worlds.

use std::{
    ops::Deref,
    path::{Path, PathBuf},
    sync::LazyLock,
    thread,
};

use anyhow::Context;
use jiff::{civil::Date, tz::TimeZone};
use komunala_demo::{Chernihivgaz, Customer, Newcomer, World, WorldSettings};
use komunala_grpc::proto::v1::{Account, ListAccountsRequest};
use tokio::runtime::Runtime;

/// A world and the runtime it lives in, for as long as the process runs.
pub(crate) struct Town {
    world: World,
    _runtime: Runtime,
}

impl Deref for Town {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

/// With the adapters as they are in this tree.
pub(crate) static BUILT: LazyLock<Town> = LazyLock::new(|| Town::with("town", None));

/// With adapters that were built when version 0.1.0 of the contract was published, and never since.
pub(crate) static PUBLISHED_0_1_0: LazyLock<Town> = LazyLock::new(|| {
    let components = Path::new(env!("CARGO_MANIFEST_DIR")).join("components/0.1.0");
    Town::with("town-0.1.0", Some(components))
});

impl Town {
    fn with(name: &'static str, adapters: Option<PathBuf>) -> Self {
        // a test has a runtime already, and one must not wait for another on its thread
        let started = thread::spawn(move || -> anyhow::Result<Self> {
            let runtime = Runtime::new()?;
            let settings = WorldSettings {
                customers: 300,
                api: "127.0.0.1:0".parse()?,
                operator: "127.0.0.1:0".parse()?,
                // the hub takes readings on any day, the billing system on its own: below it is made to have one
                changes: "[chernihivgaz.provider]\nreading_window = 'always'".parse()?,
                adapters,
                ..WorldSettings::new(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name))
            };
            let world = runtime.block_on(World::start(settings))?;
            world.region.provider::<Chernihivgaz>()?.billing.clock.fix(first_of_month()?);
            Ok(Self { world, _runtime: runtime })
        });
        started.join().expect("starting does not panic").expect("the world starts")
    }

    /// A visitor who has not signed in.
    pub(crate) async fn visitor(&self) -> anyhow::Result<Customer> {
        Customer::open(self.api, &self.region.portal_key).await
    }

    /// A signed-in customer of a provider with a linked account. Each test has a place of its own.
    pub(crate) async fn customer(&self, id: &str, place: usize) -> anyhow::Result<(Customer, Account, Newcomer)> {
        let newcomer = Newcomer::of(self.region.named(id)?, place)?;
        let (customer, _) = newcomer.settle(self.api, &self.region).await?;
        let listed = customer.accounts().list_accounts(ListAccountsRequest::default()).await?.into_inner();
        let account = listed.accounts.into_iter().next().context("no account is linked")?;
        Ok((customer, account, newcomer))
    }
}

/// The first day of this month, which is not in the future anywhere.
pub(crate) fn first_of_month() -> anyhow::Result<Date> {
    Ok(jiff::Timestamp::now().to_zoned(TimeZone::get("Europe/London")?).date().first_of_month())
}
