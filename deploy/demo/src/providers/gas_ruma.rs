//! JP Gas-Ruma: gas, by REST and JSON. Its story is the longest: from the paper bill to a reading in the billing system.

mod bill_run;
mod bills;
mod reading;
mod registration;
mod request;
mod sign_in;
mod told;

use anyhow::Context;
use futures::future::BoxFuture;
use komunala_simulators::gas::{Category, Channel, Customer, GasSimulator};

use super::{ANY, PaperBill, Provider};
use crate::{SettingsFile, WorldSettings, report::CUSTOMERS, story::Teller};

/// Among how many ordinary customers the story finds its own.
const AMONG: usize = 90;

/// The utility and its billing system.
pub struct GasRuma {
    /// The billing system.
    pub billing: GasSimulator,
}

pub(super) fn start(world: &WorldSettings) -> BoxFuture<'_, anyhow::Result<Box<dyn Provider>>> {
    Box::pin(async {
        let billing = GasSimulator::builder().customers(world.customers).start(ANY).await?;
        Ok(Box::new(GasRuma { billing }) as Box<dyn Provider>)
    })
}

#[async_trait::async_trait]
impl Provider for GasRuma {
    fn id(&self) -> &'static str {
        "gas-ruma"
    }

    fn language(&self) -> &'static str {
        "sr-Latn"
    }

    fn connect(&self, settings: &mut SettingsFile) -> anyhow::Result<()> {
        connect(&self.billing, settings)
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
        let told = hero(&self.billing, |customer| customer.category() == Category::Household)?;
        let visitor = teller.visitor().await?;
        let customer = registration::tell(teller, &visitor, bill(told)).await.context("the registration")?;
        let customer = sign_in::tell(teller, &visitor, customer).await.context("the sign-in")?;
        let account = bills::tell(teller, &customer, &self.billing, told).await.context("the bills")?;
        bill_run::tell(teller, &customer, &account).await.context("the run of bills")?;
        reading::tell(teller, &customer, &account, &self.billing).await.context("the reading")?;
        request::tell(teller, &customer, &account, &self.billing).await.context("the request")
    }
}

/// Leads the gas adapter's settings to a billing system.
pub(super) fn connect(billing: &GasSimulator, settings: &mut SettingsFile) -> anyhow::Result<()> {
    settings.set(&["grant", "settings", "base_url"], billing.url());
    settings.first(&["grant", "credentials"])?.insert("client_id".to_owned(), billing.client().id.clone().into());
    settings.write_secret(&billing.client().secret)
}

/// Somebody to tell of. Whoever the report names is left alone.
pub(super) fn hero(billing: &GasSimulator, suits: impl Fn(Customer) -> bool) -> anyhow::Result<Customer> {
    let mut others = billing.ordinary(AMONG).into_iter().skip(CUSTOMERS);
    others.find(|customer| suits(*customer)).context("the billing system has too few customers")
}

pub(super) fn bill(customer: Customer) -> PaperBill {
    PaperBill { customer_number: customer.number(), pin: customer.pin() }
}

pub(super) fn prints_for(billing: &GasSimulator, bill: &PaperBill) -> Option<bool> {
    let customer = billing.population().by_number(&bill.customer_number)?;
    Some(billing.delivery(&customer.account_id()) == Channel::Paper)
}
