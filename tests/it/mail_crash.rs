//! `kill -9` at any point of the verification mail: it is sent, never lost. A second copy comes only if the session was
//! cut after the final dot, and it is the same mail.

use std::{collections::BTreeSet, time::Duration};

use anyhow::{Context, ensure};
use komunala_demo::{Customer, Newcomer, Region};
use komunala_grpc::proto::v1::VerifyEmailRequest;
use komunala_tests::{Database, HubProcess, worlds};

const HUB: &str = env!("CARGO_BIN_EXE_hub");

/// How the hub meets its end.
#[derive(Clone, Copy)]
enum End {
    /// The failpoint ends the process there and then.
    AtThePoint,
    /// The failpoint holds it, and it is killed from outside.
    HeldAndKilled,
}

async fn killed_at(database: Database, point: &str, end: End, most_copies: usize) -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let configuration = "[mail.work]\nlease = \"3s\"\npoll = \"200ms\"".parse()?;
    let settings = worlds::settings(&dir, database.create().await?, configuration);
    let region = Region::start(&settings).await?;
    let configuration = region.configure(&settings)?;
    let log = dir.path().join("hub.log");

    let failpoints = match end {
        End::AtThePoint => format!("{point}=return"),
        End::HeldAndKilled => format!("{point}=pause"),
    };
    let mut hub = HubProcess::start(HUB, &configuration, &failpoints, &log).await?;
    let newcomer = Newcomer::at(&region, 0)?;
    let visitor = Customer::open(hub.api, &region.portal_key).await?;
    let registering = tokio::spawn({
        let (mut accounts, registration) = (visitor.accounts(), newcomer.registration());
        async move { accounts.register(registration).await }
    });
    match end {
        End::AtThePoint => {
            hub.ended(Duration::from_secs(30)).await.context("the point was never reached")?;
        }
        End::HeldAndKilled => {
            tokio::time::sleep(Duration::from_secs(2)).await;
            hub.kill()?;
        }
    }
    // its caller may have been answered or not; what counts is what is durable
    let _ = registering.await?;

    let hub = HubProcess::start(HUB, &configuration, "", &log).await?;
    let code = newcomer.code(&region).await?;
    // time for a copy that should not come
    tokio::time::sleep(Duration::from_secs(5)).await;
    let mails = region.sink.mails();
    ensure!(mails.len() <= most_copies, "{} copies of the mail came", mails.len());
    let ids: BTreeSet<_> = mails.iter().map(|mail| mail.message_id()).collect();
    ensure!(ids.len() == 1, "the copies have different Message-IDs: {ids:?}");

    let visitor = Customer::open(hub.api, &region.portal_key).await?;
    let verify = VerifyEmailRequest { email: newcomer.email.clone(), code, token: String::new() };
    visitor.accounts().verify_email(verify).await?;
    visitor.accounts().sign_in(newcomer.sign_in()).await?;
    Ok(())
}

macro_rules! killed {
    ($($name:ident: $point:literal, $end:ident, at most $copies:literal;)+) => {
        mod on_sqlite {
            use super::*;
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() -> anyhow::Result<()> {
                killed_at(Database::Sqlite, $point, End::$end, $copies).await
            })+
        }
        mod on_postgresql {
            use super::*;
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() -> anyhow::Result<()> {
                killed_at(Database::PostgreSql, $point, End::$end, $copies).await
            })+
        }
    };
}

killed! {
    after_the_registration_is_committed: "store::registered", HeldAndKilled, at most 1;
    after_the_message_is_claimed: "delivery::claimed", AtThePoint, at most 1;
    before_data_started_is_durable: "delivery::before-data-started", AtThePoint, at most 1;
    after_data_started_is_durable: "delivery::data-started", AtThePoint, at most 1;
    in_the_middle_of_the_body: "delivery::mid-body", AtThePoint, at most 1;
    after_the_final_dot: "delivery::final-dot", AtThePoint, at most 2;
    before_accepted_is_durable: "delivery::answered", AtThePoint, at most 2;
    after_accepted_is_durable: "delivery::accepted", AtThePoint, at most 1;
}
