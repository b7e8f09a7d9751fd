//! Chernihivgaz: the gas adapter with other settings. Its story is what the other gas utility has not: two issuers in one
//! cabinet, privileges and subsidies, bills that are not there yet, a reading window, and bills that are paid at once.

mod issuers;
mod paying;
mod reading;

use anyhow::Context;
use futures::future::BoxFuture;
use komunala_grpc::proto::v1::{GetProviderRequest, ListAccountsRequest};
use komunala_simulators::{
    IpaySimulator, PortmoneSimulator, SwitchSettings,
    gas::{Category, GasSimulator, Utility},
};

use super::{
    ANY, PaperBill, Provider,
    gas_ruma::{bill, connect, hero, prints_for},
};
use crate::{Newcomer, SettingsFile, World, WorldSettings, story::Teller};

/// The network company, the supplier, and the billing system they share.
pub struct Chernihivgaz {
    /// The billing system.
    pub billing: GasSimulator,
    /// The payment providers.
    pub ipay: IpaySimulator,
    /// See `ipay`.
    pub portmone: PortmoneSimulator,
}

const IPAY: (&str, &str) = ("2023", "ipay-sign-key");
const PORTMONE: (&str, &str) = ("komunala", "portmone-password");

pub(super) fn start(world: &WorldSettings) -> BoxFuture<'_, anyhow::Result<Box<dyn Provider>>> {
    Box::pin(async {
        let simulator = GasSimulator::builder().utility(Utility::Chernihiv).client("hub", "chernihiv-secret");
        let billing = simulator.customers(world.customers).start(ANY).await?;
        let ipay = IpaySimulator::start(ANY, IPAY.0, IPAY.1, SwitchSettings::default()).await?;
        let portmone = PortmoneSimulator::start(ANY, "1185", PORTMONE, SwitchSettings::default()).await?;
        Ok(Box::new(Chernihivgaz { billing, ipay, portmone }) as Box<dyn Provider>)
    })
}

#[async_trait::async_trait]
impl Provider for Chernihivgaz {
    fn id(&self) -> &'static str {
        "chernihivgaz"
    }

    fn language(&self) -> &'static str {
        "uk"
    }

    fn connect(&self, settings: &mut SettingsFile) -> anyhow::Result<()> {
        let endpoints = [self.ipay.endpoint(), self.portmone.endpoint()];
        for (channel, endpoint) in settings.tables(&["provider", "payment_channels"]).into_iter().zip(endpoints) {
            channel.insert("endpoint".to_owned(), endpoint.into());
        }
        settings.write_secret_for("-ipay", IPAY.1)?;
        settings.write_secret_for("-portmone", PORTMONE.1)?;
        connect(&self.billing, settings)
    }

    async fn ready(&self, world: &World) -> anyhow::Result<()> {
        let callbacks = |channel| format!("http://{}/callbacks/{channel}/{}", world.pages, self.id());
        self.ipay.till.tell(callbacks("ipay"));
        self.portmone.till.tell(callbacks("portmone"));
        Ok(())
    }

    fn customers(&self, count: usize) -> Vec<PaperBill> {
        self.billing.ordinary(count).into_iter().map(bill).collect()
    }

    fn silence(&self, silent: bool) {
        super::silence(&self.billing.switches, silent);
    }

    fn prints_for(&self, bill: &PaperBill) -> Option<bool> {
        prints_for(&self.billing, bill)
    }

    async fn tell(&self, teller: &Teller<'_>) -> anyhow::Result<()> {
        let visitor = teller.visitor().await?;
        let request = GetProviderRequest { name: "providers/chernihivgaz".into() };
        let provider = visitor.providers().get_provider(request).await?.into_inner();
        let window = provider.reading_window.context("no reading window")?;
        let days = format!("readings on days {} to {}", window.first_day, window.last_day);
        teller.holds(
            "GetProvider",
            &format!("{days}, bills from the {}th, {}", provider.bills_from_day, provider.currency_code),
        );

        let told = hero(&self.billing, |customer| {
            customer.category() == Category::Household && customer.is_privileged() && customer.is_subsidised()
        })?;
        let newcomer = Newcomer::with(self, bill(told), "olena");
        let (customer, _) = newcomer.settle(teller.world.api, &teller.world.region).await?;
        let listed = customer.accounts().list_accounts(ListAccountsRequest::default()).await?.into_inner();
        let account = listed.accounts.into_iter().next().context("no account is linked")?;
        issuers::tell(teller, &customer, &account).await.context("the two issuers")?;
        paying::tell(teller, &customer, &account, self).await.context("the payment")?;
        reading::tell(teller, &customer, &account, &self.billing).await.context("the reading")
    }
}
