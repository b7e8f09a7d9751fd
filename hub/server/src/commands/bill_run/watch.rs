//! Watching a run.

use anyhow::Context;
use futures::StreamExt;
use komunala_grpc::{client::OperatorClient, proto::operator::v1};

use crate::commands::{connection::told, print, progress};

/// Draws a bar until the run is over, or nothing where nobody looks; then says how it ended.
pub(super) async fn watch(client: &mut OperatorClient, name: &str) -> anyhow::Result<()> {
    let mut seen = std::pin::pin!(client.watch_bill_run(name).await.map_err(|error| told(name, error))?);
    let bar = progress::sending("mails");
    let mut last = None;
    while let Some(run) = seen.next().await {
        let run = run.map_err(|error| told(name, error))?;
        let totals = run.totals.unwrap_or_default();
        let number = |count: i64| u64::try_from(count).unwrap_or_default();
        bar.set_length(number(totals.mails));
        bar.set_position(number(totals.mails - totals.waiting - totals.deferred));
        bar.set_prefix(format!("({} bills, {} on paper, {})", totals.invoices, totals.paper, state(&run)));
        last = Some(run);
    }
    bar.finish_and_clear();
    print(&report(&last.context("the hub said nothing of the run")?))
}

/// A run in lines.
pub(super) fn report(run: &v1::BillRun) -> String {
    let v1::BillRunTotals { invoices, mails, accepted, deferred, failed, unknown, paper, mailed_invoices, waiting } =
        run.totals.unwrap_or_default();
    let mut report = format!(
        "{} {} {}: {}\n{invoices} bills: {mailed_invoices} by mail, {paper} on paper alone\n\
         {mails} mails: {accepted} accepted, {waiting} waiting, {deferred} deferred, {failed} failed, {unknown} unknown\n",
        run.name,
        run.provider,
        run.period,
        state(run)
    );
    if run.awaited > 0 {
        report.push_str(&format!(
            "{} awaited: not out yet, without their document, or not to be asked about\n",
            run.awaited
        ));
    }
    report
}

fn state(run: &v1::BillRun) -> String {
    run.state().as_str_name().trim_start_matches("BILL_RUN_STATE_").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_says_how_much_stands_where() {
        let totals = v1::BillRunTotals {
            invoices: 5,
            mails: 4,
            accepted: 3,
            deferred: 0,
            failed: 1,
            unknown: 0,
            paper: 1,
            mailed_invoices: 4,
            waiting: 0,
        };
        let run = v1::BillRun {
            name: "providers/gas/billRuns/brn_1".to_owned(),
            provider: "gas".to_owned(),
            period: "2024-07".to_owned(),
            state: v1::BillRunState::Completed.into(),
            totals: Some(totals),
            awaited: 2,
            ..v1::BillRun::default()
        };
        let report = report(&run);
        assert!(report.starts_with(
            "providers/gas/billRuns/brn_1 gas 2024-07: completed\n5 bills: 4 by mail, 1 on paper alone\n"
        ));
        assert!(
            report.contains("4 mails: 3 accepted, 0 waiting, 0 deferred, 1 failed, 0 unknown\n2 awaited"),
            "{report}"
        );
    }
}
