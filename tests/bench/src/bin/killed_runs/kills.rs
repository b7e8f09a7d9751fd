//! Hubs that are killed, and started again.

use komunala_bench::town::Database;
use rand::RngExt as _;

use crate::{Options, round::Round};

/// Leases, so that what was under way at a kill is soon somebody's again; and a short hold of what nobody knows.
const QUICK: &str = "lease = \"5s\"\npoll = \"500ms\"\n[mail.retry]\nunknown_hold = \"2s\"\n[feed]\nturn = \"5s\"\n";

#[allow(clippy::print_stdout, reason = "a report for people")]
pub(crate) async fn run(options: &Options) -> anyhow::Result<bool> {
    let hubs = if options.database == Database::Postgresql { 2 } else { 1 };
    println!("{} kills among {} bills, {hubs} hub(s) on {:?}", options.kills, options.mails, options.database);
    let mut round = Round::begin(options, hubs, QUICK).await?;
    let (mut in_walk, mut open) = (0, 0);
    for kill in 0..options.kills {
        // the first before anything came, the others all over the run
        round.until_came(u64::from(options.mails) * u64::from(kill) / u64::from(options.kills)).await?;
        let victim = rand::rng().random_range(0..hubs);
        let (_, totals) = round.look(victim).await?;
        in_walk += u32::from(totals.invoices < i64::from(options.mails));
        open += round.town.mail_server().0.counts().open;
        round.hubs[victim].kill()?;
        round.hubs[victim] = round.town.hub(options.hub.as_deref()).await?;
    }
    round.complete(0).await?;
    println!(
        "    {in_walk} of the kills while bills were still taken up; {open} sessions were open at them, of all hubs"
    );
    Ok(round.report(u64::from(options.sessions) * u64::from(options.kills)))
}
