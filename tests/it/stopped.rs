//! A hub that is stopped for longer than its leases, as a machine is that sleeps or swaps: its mails are another's, and
//! when it wakes it changes nothing.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use komunala_demo::{Customer, Newcomer, Region};
use komunala_grpc::proto::v1::VerifyEmailRequest;
use komunala_tests::{Database, HubProcess, worlds};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement};
use tempfile::TempDir;

const HUB: &str = env!("CARGO_BIN_EXE_hub");

/// Two hubs on one database, one of which sleeps while it has the mail of a registration in hand.
struct Night {
    region: Region,
    newcomer: Newcomer,
    asleep: HubProcess,
    awake: HubProcess,
    database: DatabaseConnection,
    _dir: TempDir,
}

impl Night {
    /// Lets a hub with these failpoints take the mail, stops it once the relay has heard DATA, and starts another one.
    async fn falls(fault: Option<&str>, failpoints: &str) -> anyhow::Result<Self> {
        let dir = tempfile::tempdir()?;
        let url = Database::PostgreSql.create().await?;
        let short = "[mail.work]\nlease = \"2s\"\npoll = \"200ms\"".parse()?;
        let settings = worlds::settings(&dir, url.clone(), short);
        let region = Region::start(&settings).await?;
        let configuration = region.configure(&settings)?;
        if let Some(fault) = fault {
            region.sink.faults.add(fault.parse()?);
        }
        let asleep = HubProcess::start(HUB, &configuration, failpoints, &dir.path().join("asleep.log")).await?;
        let newcomer = Newcomer::at(&region, 0)?;
        Customer::open(asleep.api, &region.portal_key).await?.accounts().register(newcomer.registration()).await?;
        let began = Instant::now();
        while !region.sink.counters.counts().commands.contains_key("DATA") {
            ensure!(began.elapsed() < Duration::from_secs(10), "the mail never began to leave");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        // what follows DATA at once has its time
        tokio::time::sleep(Duration::from_millis(300)).await;
        asleep.suspend()?;
        let awake = HubProcess::start(HUB, &configuration, "", &dir.path().join("awake.log")).await?;
        let database = sea_orm::Database::connect(url.context("no database")?).await?;
        Ok(Self { region, newcomer, asleep, awake, database, _dir: dir })
    }

    /// The message's state, its attempt, and what the relay calls it, once it is like this.
    async fn until(&self, state: &str) -> anyhow::Result<(String, i32, Option<String>)> {
        let began = Instant::now();
        loop {
            let sql = "SELECT state, attempt, queue_id FROM messages";
            let statement = Statement::from_string(self.database.get_database_backend(), sql);
            let row = self.database.query_one_raw(statement).await?.context("no message")?;
            let stands: (String, _, _) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
            if stands.0 == state {
                return Ok(stands);
            }
            ensure!(began.elapsed() < Duration::from_secs(20), "it is {stands:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The one that slept wakes up, and has time for whatever it would do.
    async fn ends(&self) -> anyhow::Result<()> {
        self.asleep.resume()?;
        tokio::time::sleep(Duration::from_secs(4)).await;
        Ok(())
    }

    /// One mail came, and both are hubs as before.
    async fn is_as_if_nothing_had_been(&self) -> anyhow::Result<()> {
        let mails = self.region.sink.mails();
        ensure!(mails.len() == 1, "{} mails came", mails.len());
        let code = self.newcomer.code(&self.region).await?;
        let visitor = Customer::open(self.asleep.api, &self.region.portal_key).await?;
        let verify = VerifyEmailRequest { email: self.newcomer.email.clone(), code, token: String::new() };
        visitor.accounts().verify_email(verify).await?;
        let visitor = Customer::open(self.awake.api, &self.region.portal_key).await?;
        visitor.accounts().sign_in(self.newcomer.sign_in()).await?;
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_wakes_before_the_body_sends_none_and_overwrites_nothing() -> anyhow::Result<()> {
    let night = Night::falls(Some("data:delay=1500:next=1"), "").await?;
    let sent = night.until("accepted").await?;
    ensure!(sent.1 == 2, "{sent:?}");
    night.ends().await?;
    ensure!(night.until("accepted").await? == sent, "it was overwritten");
    night.is_as_if_nothing_had_been().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_wakes_in_the_middle_of_the_body_does_not_end_it() -> anyhow::Result<()> {
    let night = Night::falls(None, "delivery::mid-body=sleep(3000)").await?;
    let sent = night.until("accepted").await?;
    ensure!(sent.1 == 2, "{sent:?}");
    night.ends().await?;
    ensure!(night.until("accepted").await? == sent, "it was overwritten");
    night.is_as_if_nothing_had_been().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_stands_still_while_it_takes_a_mail_keeps_it_from_nobody() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let often = "[mail.work]\npoll = \"200ms\"".parse()?;
    let settings = worlds::settings(&dir, Database::PostgreSql.create().await?, often);
    let region = Region::start(&settings).await?;
    let configuration = region.configure(&settings)?;
    // within the transaction: the message is locked, and nobody says anything more on that connection
    let still = HubProcess::start(HUB, &configuration, "store::claiming=pause", &dir.path().join("still.log")).await?;
    let newcomer = Newcomer::at(&region, 0)?;
    Customer::open(still.api, &region.portal_key).await?.accounts().register(newcomer.registration()).await?;

    let _awake = HubProcess::start(HUB, &configuration, "", &dir.path().join("awake.log")).await?;
    newcomer.code(&region).await?;
    ensure!(region.sink.mails().len() == 1, "{} mails came", region.sink.mails().len());
    Ok(())
}
