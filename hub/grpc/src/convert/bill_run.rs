//! Runs of bills, and bills that need paper.

use komunala_app::ports::bill_runs::{BillRun, PaperBill, PaperReason};
use komunala_domain::{
    ProviderId,
    bill_run::{BillRunState, BillRunTotals},
};

use super::moment;
use crate::{
    names::{AccountName, BillRunName, InvoiceName},
    proto::operator::v1,
};

pub(crate) fn bill_run(run: BillRun) -> v1::BillRun {
    v1::BillRun {
        name: BillRunName { provider: run.provider.clone(), run: run.id }.to_string(),
        provider: run.provider.to_string(),
        period: run.period.to_string(),
        state: state(run.state).into(),
        totals: Some(totals(run.totals)),
        awaited: count(run.awaited),
        open_time: Some(moment(run.opened_at)),
        look_time: run.look_at.map(moment),
    }
}

fn totals(totals: BillRunTotals) -> v1::BillRunTotals {
    v1::BillRunTotals {
        invoices: count(totals.invoices()),
        mails: count(totals.mails()),
        accepted: count(totals.accepted),
        deferred: count(totals.deferred),
        failed: count(totals.failed),
        unknown: count(totals.unknown),
        paper: count(totals.paper),
        mailed_invoices: count(totals.mailed),
        waiting: count(totals.waiting),
    }
}

fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn state(state: BillRunState) -> v1::BillRunState {
    match state {
        BillRunState::Pending => v1::BillRunState::Pending,
        BillRunState::Running => v1::BillRunState::Running,
        BillRunState::Paused => v1::BillRunState::Paused,
        BillRunState::Completed => v1::BillRunState::Completed,
        BillRunState::Cancelled => v1::BillRunState::Cancelled,
    }
}

pub(crate) fn paper_bill(provider: &ProviderId, bill: PaperBill) -> v1::PaperBill {
    let account = AccountName { provider: provider.clone(), account: bill.account };
    v1::PaperBill {
        invoice: InvoiceName { account, invoice: bill.invoice }.to_string(),
        number: bill.number,
        customer_number: bill.customer_number.unwrap_or_default(),
        account_id: bill.external_account.to_string(),
        reason: match bill.reason {
            PaperReason::Chosen => v1::PaperReason::Chosen,
            PaperReason::Both => v1::PaperReason::Both,
            PaperReason::MailFailed => v1::PaperReason::MailFailed,
            PaperReason::NotTold => v1::PaperReason::NotTold,
        }
        .into(),
    }
}
