//! A run that is held, goes on, and is ended.

use std::time::Duration;

use anyhow::{Context, ensure};
use futures::StreamExt;
use komunala_grpc::proto::{operator::v1::BillRunState, v1::BillDelivery};
use komunala_tests::on_both_databases;

use super::town::{Town, adds_up};

const MAIL: BillDelivery = BillDelivery::Email;

on_both_databases! {
    async fn a_run_is_held_goes_on_is_ended_and_begins_anew_and_adds_up_at_every_sample(database) {
        let mut town = Town::of(database, &[MAIL, MAIL, BillDelivery::Paper]).await?;
        let by_mail: usize = town.readers[..2].iter().map(|reader| reader.bills.len()).sum();
        let came = |town: &Town| town.readers.iter().map(|reader| reader.mails(&town.world).len()).sum::<usize>();
        // nobody takes the mails for now
        town.region.sink.faults.add("rcpt:450".parse()?);
        let run = town.start().await?;
        let mut watched = std::pin::pin!(town.operator.clone().watch_bill_run(&run.name).await?);
        town.until(&run.name, |run| run.totals.is_some_and(|totals| totals.deferred > 0)).await?;
        let paused = town.operator.pause_bill_run(&run.name).await?;
        ensure!(paused.state() == BillRunState::Paused, "{paused:?}");
        // whatever was under way when the run was held is refused still
        tokio::time::sleep(Duration::from_secs(1)).await;
        town.region.sink.faults.clear();
        // longer than any pause between two tries
        tokio::time::sleep(Duration::from_secs(2)).await;
        ensure!(came(&town) == 0, "a mail left a run that is held");
        // who starts it again finds it held
        ensure!(town.start().await?.state() == BillRunState::Paused, "a second start let it go");

        let cancelled = town.operator.cancel_bill_run(&run.name).await?;
        ensure!(cancelled.state() == BillRunState::Cancelled, "{cancelled:?}");
        let cancelled = town.until(&run.name, |run| run.totals.is_some_and(|totals| totals.mailed_invoices == 0)).await?;
        let totals = cancelled.totals.context("no totals")?;
        ensure!((totals.mails, came(&town)) == (0, 0) && totals.invoices == totals.paper, "{totals:?}");
        let mut last = None;
        while let Some(seen) = watched.next().await {
            let seen = seen?;
            adds_up(&seen)?;
            last = Some(seen.state());
        }
        ensure!(last == Some(BillRunState::Cancelled), "whoever watches was not told: {last:?}");

        let again = town.start().await?;
        ensure!(again.name == run.name, "{again:?}");
        let paused = town.operator.pause_bill_run(&run.name).await?;
        ensure!(paused.state() == BillRunState::Paused, "{paused:?}");
        let resumed = town.operator.resume_bill_run(&run.name).await?;
        ensure!(resumed.state() != BillRunState::Paused, "{resumed:?}");
        let totals = town.completed(&run.name).await?;
        ensure!(usize::try_from(totals.accepted)? == by_mail && came(&town) == by_mail, "{totals:?}");
        town.world.stop().await;
        Ok(())
    }
}
