//! A billing system that only leaves files: what its customers see, and what a hub that is killed makes of them.

mod sets;
mod unified_bill;

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use komunala_demo::{Customer, Newcomer, PaperBill, Region, WorldSettings, newcomer};
use komunala_grpc::proto::v1::{
    Account, BillDelivery, GetBalanceRequest, Invoice, LinkState, ListAccountsRequest, ListInvoicesRequest,
    ListLedgerEntriesRequest, SetBillDeliveryRequest,
};
use komunala_simulators::heating::{self, Answering, Bill, FileKind, Flaw, HeatingExchange, Kind, Night, Renewal};
use komunala_tests::{Database, HubProcess, on_both_databases, worlds};
use sea_orm::{ConnectionTrait as _, Statement};

use unified_bill::UnifiedBill;

const HUB: &str = env!("CARGO_BIN_EXE_hub");

/// Turns are due all the time. Copies stay young for as long as they do by default.
const EAGER: &str = "[feed]\nevery = \"300ms\"\nhand_over_every = \"300ms\"\nturn = \"3s\"\npage = 40";

/// A hub before the files of a unified bill, in a folder of its own.
struct Town {
    dir: tempfile::TempDir,
    region: Region,
    exchange: HeatingExchange,
    configuration: std::path::PathBuf,
    database: String,
}

impl Town {
    async fn build(database: Database) -> anyhow::Result<Self> {
        let dir = tempfile::tempdir()?;
        let settings = worlds::settings(&dir, database.create().await?, EAGER.parse()?);
        let database = worlds::database_url(&settings);
        let settings = WorldSettings { providers: vec![], ..settings };
        let mut region = Region::start(&settings).await?;
        let utility = UnifiedBill::found(dir.path())?;
        let exchange = utility.exchange.clone();
        region.providers.push(Box::new(utility));
        let configuration = region.configure(&settings)?;
        Ok(Self { dir, region, exchange, configuration, database })
    }

    async fn hub(&self, failpoints: &str) -> anyhow::Result<HubProcess> {
        HubProcess::start(HUB, &self.configuration, failpoints, &self.dir.path().join("hub.log")).await
    }

    /// Whoever is of this kind, as soon as the files prove them.
    async fn settled(&self, hub: &HubProcess, kind: Kind) -> anyhow::Result<Customer> {
        let customer = self.exchange.population().first(kind).context("nobody is of this kind")?;
        self.settled_as(hub, customer).await
    }

    /// A customer of the billing system, as soon as the files prove them.
    async fn settled_as(&self, hub: &HubProcess, customer: heating::Customer) -> anyhow::Result<Customer> {
        let newcomer = Newcomer::with(self.region.named("infostan")?, unified_bill::paper(customer), "vera");
        let started = Instant::now();
        loop {
            match newcomer.settle(hub.api, &self.region).await {
                Ok((customer, _)) => return Ok(customer),
                // before the files are taken in nobody can be proved, and nobody's tries are used up
                Err(error) if started.elapsed() > Duration::from_secs(60) => return Err(error),
                Err(_) => tokio::time::sleep(Duration::from_millis(300)).await,
            }
        }
    }

    /// Whether one file is whole, and of another some portions are kept.
    async fn is_in_the_middle_of_a_file(&self) -> anyhow::Result<bool> {
        let database = sea_orm::Database::connect(&self.database).await?;
        let sql = "SELECT COUNT(*) FROM import_files WHERE state = 'done'
                     OR state = 'taking' AND cursor IS NOT NULL AND row_count > 0";
        let statement = Statement::from_string(database.get_database_backend(), sql);
        let row = database.query_one_raw(statement).await?.context("no count")?;
        let begun: i64 = row.try_get_by_index(0)?;
        database.close().await?;
        Ok(begun == 2)
    }

    /// What operators are told.
    fn problems(&self) -> anyhow::Result<String> {
        let told = std::process::Command::new(HUB).args(["problems", "--config"]).arg(&self.configuration).output()?;
        ensure!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
        Ok(String::from_utf8(told.stdout)?)
    }
}

async fn bills(customer: &Customer) -> anyhow::Result<Vec<Invoice>> {
    let request = ListInvoicesRequest { parent: "providers/-/accounts/-".into(), page_size: 200, ..Default::default() };
    Ok(customer.invoices().list_invoices(request).await?.into_inner().invoices)
}

/// The total of a bill, as the customer sees it.
async fn total(customer: &Customer, number: &str) -> anyhow::Result<i64> {
    let bills = bills(customer).await?;
    let bill = bills.iter().find(|bill| bill.number == number).context("the bill is gone")?;
    let total = bill.total.as_ref().context("no total")?;
    Ok(total.units * 100 + i64::from(total.nanos) / 10_000_000)
}

async fn until(what: &str, mut holds: impl AsyncFnMut() -> anyhow::Result<bool>) -> anyhow::Result<()> {
    let started = Instant::now();
    while !holds().await? {
        ensure!(started.elapsed() < Duration::from_secs(30), "{what} did not come about");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Ok(())
}

/// What an account owes, in minor units.
async fn owed(customer: &Customer, name: &str) -> anyhow::Result<i64> {
    let balance = customer.invoices().get_balance(GetBalanceRequest { name: name.to_owned() }).await?.into_inner();
    let amount = balance.balances.first().and_then(|balance| balance.amount.clone()).context("nothing is owed")?;
    Ok(amount.units * 100 + i64::from(amount.nanos) / 10_000_000)
}

async fn account(customer: &Customer) -> anyhow::Result<Account> {
    let listed = customer.accounts().list_accounts(ListAccountsRequest::default()).await?.into_inner();
    listed.accounts.into_iter().next().context("no account")
}

/// Proves an account by a PIN.
async fn link(customer: &Customer, person: heating::Customer, pin: String) -> anyhow::Result<Account> {
    let bill = PaperBill { customer_number: person.number(), pin };
    newcomer::link_by(customer, "infostan", bill).await
}

on_both_databases! {
    async fn another_pin_in_a_file_suspends_the_link_until_it_is_proved_again(database) {
        let town = Town::build(database).await?;
        let night = unified_bill::first_night();
        town.exchange.write(&night)?;
        let hub = town.hub("").await?;
        let customer = town.settled(&hub, Kind::Ordinary).await?;
        let before = account(&customer).await?;
        let person = town.exchange.population().first(Kind::Ordinary).context("nobody")?;

        let next = Night::nightly(night.date(), 2).renewing(person, Renewal::Pin);
        town.exchange.write(&next.without(FileKind::Bills).without(FileKind::Lines))?;
        let is = async |state| Ok(account(&customer).await?.link_state() == state);
        until("the suspension", async || is(LinkState::Suspended).await).await?;
        ensure!(bills(&customer).await?.is_empty(), "bills of a suspended account are listed");

        ensure!(link(&customer, person, person.pin()).await.is_err(), "the old PIN still proves it");
        let again = link(&customer, person, person.next_pin()).await?;
        ensure!(again.name == before.name && again.link_state() == LinkState::Active, "{again:?}");
        ensure!(bills(&customer).await?.len() == 2, "the bills are not there again");
        Ok(())
    }

    async fn what_was_paid_since_the_bill_is_off_the_balance(database) {
        let town = Town::build(database).await?;
        let day = jiff::civil::date(2024, 8, 20);
        town.exchange.write(&Night::first(day, 1).without(FileKind::Payments))?;
        let payments = Night::nightly(day.tomorrow()?, 1)
            .without(FileKind::Customers)
            .without(FileKind::Bills)
            .without(FileKind::Lines);
        let (payer, paid) = unified_bill::who_pays(&payments)?;
        let hub = town.hub("").await?;
        let customer = town.settled_as(&hub, payer).await?;
        let name = account(&customer).await?.name;
        let before = owed(&customer, &name).await?;
        town.exchange.write(&payments)?;
        until("the payment", async || Ok(owed(&customer, &name).await? == before - paid)).await
    }

    async fn a_customer_registers_by_an_imported_verifier_and_sees_bills_lines_card_and_pdf(database) {
        let town = Town::build(database).await?;
        let night = unified_bill::first_night();
        town.exchange.write(&night)?;
        let newest = Night::newest_period(night.date());
        town.exchange.write_documents(newest)?;
        let hub = town.hub("").await?;
        let customer = town.settled(&hub, Kind::Ordinary).await?;

        let said = Bill::of(town.exchange.population().first(Kind::Ordinary).context("nobody")?, newest, 0);
        // whoever is in the customers' file can sign in while the bills' is still read
        until("the bills of two months", async || Ok(bills(&customer).await?.len() == 2)).await?;
        let bills = bills(&customer).await?;
        let bill = bills.iter().find(|bill| bill.number == said[0].number).context("the newest bill")?;
        ensure!(bill.lines.len() == said[0].lines.len(), "{} lines", bill.lines.len());
        ensure!(total(&customer, &said[0].number).await? == said[0].total.minor(), "another total");

        let accounts = customer.accounts().list_accounts(ListAccountsRequest::default()).await?.into_inner();
        let parent = accounts.accounts[0].name.clone();
        let card = ListLedgerEntriesRequest { parent, page_size: 50, ..Default::default() };
        let card = customer.invoices().list_ledger_entries(card).await?.into_inner().entries;
        ensure!(card.len() >= 2, "the card has {} rows", card.len());

        let pdf = customer.download(&bill.name, "").await?.bytes;
        ensure!(pdf == HeatingExchange::document(&said[0]), "the PDF is not the archive's");
        Ok(())
    }

    async fn bills_that_come_in_after_somebody_looked_are_there_at_once(database) {
        let town = Town::build(database).await?;
        let night = unified_bill::first_night();
        town.exchange.write(&night.clone().without(FileKind::Bills).without(FileKind::Lines))?;
        let hub = town.hub("").await?;
        let customer = town.settled(&hub, Kind::Ordinary).await?;
        ensure!(bills(&customer).await?.is_empty(), "bills of no file are listed");

        town.exchange.write(&night.without(FileKind::Customers).without(FileKind::Payments))?;
        until("the bills", async || Ok(bills(&customer).await?.len() == 2)).await
    }

    async fn a_refused_file_keeps_earlier_data_and_is_a_problem_for_the_operator(database) {
        let town = Town::build(database).await?;
        let night = unified_bill::first_night();
        town.exchange.write(&night)?;
        let hub = town.hub("").await?;
        let customer = town.settled(&hub, Kind::Ordinary).await?;
        until("the bills", async || Ok(bills(&customer).await?.len() == 2)).await?;
        let before = bills(&customer).await?;
        ensure!(town.problems()?.contains("nothing was put aside"), "{}", town.problems()?);

        town.exchange.write(&night.clone().flawed(FileKind::Bills, Flaw::WrongSum))?;
        until("the problem", async || Ok(town.problems()?.contains("RAC_"))).await?;
        let names = |bills: &[Invoice]| -> Vec<_> { bills.iter().map(|bill| bill.name.clone()).collect() };
        ensure!(names(&bills(&customer).await?) == names(&before), "earlier bills are gone");
        Ok(())
    }

    async fn a_hub_that_is_killed_in_the_middle_of_a_file_goes_on_where_it_was(database) {
        let town = Town::build(database).await?;
        town.exchange.write(&unified_bill::first_night())?;
        // the eighth portion is kept, and nothing behind it
        let mut hub = town.hub("store::portion_kept=7*off->pause").await?;
        until("the second file", async || town.is_in_the_middle_of_a_file().await).await?;
        hub.kill()?;
        let log = std::fs::read_to_string(town.dir.path().join("hub.log"))?;
        ensure!(!log.contains("\"files\":"), "everything was taken in before the kill");

        let hub = town.hub("").await?;
        let customer = town.settled(&hub, Kind::TwoBills).await?;
        until("both months' bills", async || Ok(bills(&customer).await?.len() == 4)).await?;
        for bill in bills(&customer).await? {
            ensure!(!bill.lines.is_empty(), "a bill without its lines");
        }
        let log = std::fs::read_to_string(town.dir.path().join("hub.log"))?;
        let done = log.lines().find(|line| line.contains("\"work\":\"files\"")).context("no report")?;
        ensure!(done.contains("\"files\":2"), "the file that was whole before was taken in again: {done}");
        Ok(())
    }

    async fn a_delivery_choice_is_pending_until_the_next_days_answer(database) {
        let town = Town::build(database).await?;
        town.exchange.write(&unified_bill::first_night())?;
        let hub = town.hub("").await?;
        let customer = town.settled(&hub, Kind::Ordinary).await?;
        let account = async || {
            let listed = customer.accounts().list_accounts(ListAccountsRequest::default()).await?.into_inner();
            listed.accounts.into_iter().next().context("no account")
        };
        // the first choice, paper, is told and answered too
        let acknowledge = async || {
            until("an answer", async || Ok(!town.exchange.acknowledge(&Answering::plainly())?.is_empty())).await
        };
        acknowledge().await?;
        until("the acknowledgement", async || Ok(account().await?.bill_delivery_acknowledged)).await?;

        let choice = SetBillDeliveryRequest {
            name: account().await?.name,
            bill_delivery: BillDelivery::Email.into(),
            request_id: uuid::Uuid::new_v4().to_string(),
        };
        customer.accounts().set_bill_delivery(choice).await?;
        ensure!(!account().await?.bill_delivery_acknowledged, "nobody has answered yet");
        acknowledge().await?;
        until("the acknowledgement", async || Ok(account().await?.bill_delivery_acknowledged)).await?;
        ensure!(account().await?.bill_delivery() == BillDelivery::Email, "another choice");
        Ok(())
    }
}
