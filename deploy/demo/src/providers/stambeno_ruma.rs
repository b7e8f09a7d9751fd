//! JP Stambeno Ruma: water and housing, by SOAP. Its story: a bill of many lines, a balance that is a card's last one, and a
//! reading at a billing system that knows no idempotency.

use anyhow::{Context, ensure};
use futures::future::BoxFuture;
use komunala_grpc::proto::v1::{GetBalanceRequest, ListAccountsRequest, ListInvoicesRequest, ListLedgerEntriesRequest};
use komunala_simulators::water::{Customer, WaterSimulator};

use super::{ANY, PaperBill, Provider};
use crate::{
    Inbox, Newcomer, SettingsFile, WorldSettings,
    report::CUSTOMERS,
    story::{Teller, submit_next},
};

/// The utility and its billing system.
pub struct StambenoRuma {
    /// The billing system.
    pub billing: WaterSimulator,
}

pub(super) fn start(world: &WorldSettings) -> BoxFuture<'_, anyhow::Result<Box<dyn Provider>>> {
    Box::pin(async {
        let billing = WaterSimulator::builder().customers(world.customers).start(ANY).await?;
        Ok(Box::new(StambenoRuma { billing }) as Box<dyn Provider>)
    })
}

fn bill(customer: Customer) -> PaperBill {
    PaperBill { customer_number: customer.number(), pin: customer.pin() }
}

#[async_trait::async_trait]
impl Provider for StambenoRuma {
    fn id(&self) -> &'static str {
        "stambeno-ruma"
    }

    fn language(&self) -> &'static str {
        "sr-Latn"
    }

    fn connect(&self, settings: &mut SettingsFile) -> anyhow::Result<()> {
        settings.set(&["grant", "settings", "base_url"], self.billing.url());
        settings.set(&["grant", "settings", "username"], self.billing.credentials().username.clone());
        // the simulator works at night, and so does whoever tries the demo
        settings.set(&["provider", "maintenance"], toml::Value::Array(Vec::new()));
        // nobody waits half an hour for the news of a demo
        settings.set(&["provider", "feed"], toml::Value::Table(toml::Table::new()));
        settings.write_secret(&self.billing.credentials().password)
    }

    fn customers(&self, count: usize) -> Vec<PaperBill> {
        self.billing.ordinary(count).into_iter().map(bill).collect()
    }

    fn silence(&self, silent: bool) {
        super::silence(&self.billing.switches, silent);
    }

    fn prints_for(&self, bill: &PaperBill) -> Option<bool> {
        let customer = self.billing.population().by_number(&bill.customer_number)?;
        Some(!self.billing.is_by_email(customer))
    }

    async fn tell(&self, teller: &Teller<'_>) -> anyhow::Result<()> {
        let told = self.billing.ordinary(CUSTOMERS + 1).pop().context("the billing system has too few customers")?;
        let newcomer = Newcomer::with(self, bill(told), "jelena");
        let (customer, _) = newcomer.settle(teller.world.api, &teller.world.region).await?;
        let listed = customer.accounts().list_accounts(ListAccountsRequest::default()).await?.into_inner();
        let account = listed.accounts.into_iter().next().context("no account is linked")?;

        let request = ListInvoicesRequest { parent: account.name.clone(), page_size: 200, ..Default::default() };
        let bills = customer.invoices().list_invoices(request).await?.into_inner().invoices;
        let newest = bills.first().context("no bills")?;
        let units: std::collections::BTreeSet<_> = newest.lines.iter().map(|line| line.unit.as_str()).collect();
        ensure!(units.contains("m3") && units.contains("m2"), "the units are {units:?}");
        let what = format!("{} has {} lines: metered water beside charges by m2", newest.number, newest.lines.len());
        teller.holds("ListInvoices", &what);

        let request = ListLedgerEntriesRequest { parent: account.name.clone(), page_size: 200, ..Default::default() };
        let card = customer.invoices().list_ledger_entries(request).await?.into_inner().entries;
        let request = GetBalanceRequest { name: account.name.clone() };
        let balances = customer.invoices().get_balance(request).await?.into_inner().balances;
        let last = card.first().context("an empty card")?;
        ensure!(balances.len() == 1 && balances[0].amount == last.balance, "the balance is not the card's last line");
        teller.holds("GetBalance", &format!("the last of {} lines of the card: the utility says no other", card.len()));

        submit_next(&customer, &account).await?;
        let arrived = self.billing.handed_in(told).len();
        ensure!(arrived == 1, "{arrived} readings arrived instead of one");
        Inbox::of(&teller.world.region, &newcomer.email).about("stanje brojila je primljeno").await?;
        let once = "there once, where the billing system would add a second one; a mail confirms it";
        teller.holds("SubmitReading twice", once);
        Ok(())
    }
}
