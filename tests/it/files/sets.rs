//! Sets of files that come late, twice and out of order, and customers who leave.

use anyhow::{Context, ensure};
use jiff::civil::{Date, date};
use komunala_grpc::proto::v1::LinkState;
use komunala_simulators::heating::{Bill, Customers, FileKind, Flaw, Kind, Night};
use komunala_tests::on_both_databases;

use super::{Town, account, bills, link, total, until};

const DAY: Date = date(2024, 8, 15);

/// How many files came to count since the hub was started.
fn files_taken(town: &Town) -> anyhow::Result<u64> {
    let log = std::fs::read_to_string(town.dir.path().join("hub.log"))?;
    let reports = log.lines().filter(|line| line.contains("\"work\":\"files\""));
    let files =
        reports.filter_map(|line| line.split_once("\"files\":")?.1.split([',', '}']).next()?.parse::<u64>().ok());
    Ok(files.sum())
}

on_both_databases! {
    async fn a_correction_that_comes_late_or_twice_never_replaces_a_later_one(database) {
        let town = Town::build(database).await?;
        town.exchange.write(&Night::first(DAY, 1))?;
        let hub = town.hub("").await?;
        let customer = town.settled(&hub, Kind::Corrected).await?;
        let person = town.exchange.population().first(Kind::Corrected).context("nobody")?;
        let bill = |revision| Bill::of(person, Night::newest_period(DAY), revision).remove(0);
        let number = bill(0).number;
        let says = async |revision| Ok(total(&customer, &number).await? == bill(revision).total.minor());
        ensure!(says(0).await?, "another total");

        // the third set waits for the second, whose bills come last of all, and some of them twice
        town.exchange.write(&Night::nightly(DAY, 3).revision(2))?;
        until("the problem", async || Ok(town.problems()?.contains("set 20240815_002"))).await?;
        ensure!(says(0).await?, "a set was applied before its turn");
        let second = Night::nightly(DAY, 2).flawed(FileKind::Bills, Flaw::LateOk);
        let second = second.flawed(FileKind::Bills, Flaw::Duplicates).flawed(FileKind::Customers, Flaw::Duplicates);
        town.exchange.write(&second)?;
        until("the third set", async || says(2).await).await?;
        until("all but the late file", async || Ok(files_taken(&town)? == 8)).await?;
        town.exchange.seal(&second.file_name(FileKind::Bills))?;
        until("the late file", async || Ok(files_taken(&town)? == 9)).await?;
        ensure!(says(2).await?, "what came late replaced what is newer");

        // the same name, other content
        town.exchange.write(&Night::nightly(DAY, 3).revision(5))?;
        until("the third set, sent again", async || says(5).await).await?;
        let listed = bills(&customer).await?;
        ensure!(listed.len() == 1 && listed[0].lines.len() == bill(5).lines.len(), "{} bills", listed.len());
        Ok(())
    }

    async fn whoever_is_missing_from_a_full_set_is_closed_and_proves_the_account_again_when_back(database) {
        let town = Town::build(database).await?;
        town.exchange.write(&Night::first(DAY, 1))?;
        let hub = town.hub("").await?;
        let customer = town.settled(&hub, Kind::Leaving).await?;
        ensure!(bills(&customer).await?.len() == 1, "the bill is not there");

        town.exchange.write(&Night::nightly(DAY, 2).customers(Customers::AllWhoStay))?;
        let is = async |state| Ok(account(&customer).await?.link_state() == state);
        until("the closing", async || is(LinkState::Suspended).await).await?;
        ensure!(bills(&customer).await?.is_empty(), "bills of a closed account are listed");
        let person = town.exchange.population().first(Kind::Leaving).context("nobody")?;
        ensure!(link(&customer, person, person.pin()).await.is_err(), "a closed account was proved");

        town.exchange.write(&Night::nightly(DAY, 3).customers(Customers::All))?;
        until("the return", async || Ok(files_taken(&town)? == 9)).await?;
        ensure!(is(LinkState::Suspended).await?, "who is back proves the account again");
        link(&customer, person, person.pin()).await?;
        ensure!(is(LinkState::Active).await? && bills(&customer).await?.len() == 1, "the bill is not there again");
        Ok(())
    }
}
