//! Runs of bills, which queue very many mails.

use anyhow::{Context, ensure};
use jiff::{SignedDuration, Timestamp};
use komunala_app::{
    ports::{
        BillRuns,
        bill_runs::{HeldRun, RunBill, RunPage, Steer, Stretch},
        copies::InvoiceCopy,
    },
    scope::testing,
};
use komunala_domain::{
    Invoice, Money, ProviderId,
    bill_run::BillRunTotals,
    ids::{AccountId, BillRunId, InvoiceId},
    invoice::{DocumentHint, InvoiceKind},
};

use super::MailRoom;

/// How many bills one reader gets: what is measured is the queue, and people are slow to make.
const BILLS_EACH: usize = 500;

/// A run whose mails are in the outbox.
#[derive(Debug, Clone)]
pub struct Queued {
    /// The run.
    pub run: BillRunId,
    /// Whose bills.
    pub provider: ProviderId,
    /// How many mails.
    pub mails: u64,
    /// How many readers, each of whom has got a mail with a code before.
    pub readers: u64,
}

impl MailRoom {
    /// Queues so many bills of a provider, whose readers are all at one domain.
    pub async fn queue_bills(&self, provider: &ProviderId, domain: &str, bills: usize) -> anyhow::Result<Queued> {
        let readers = bills.div_ceil(BILLS_EACH);
        for reader in 0..readers {
            self.settle(provider, &format!("{provider}-{reader}@{domain}").parse()?).await?;
        }
        let (now, period) = (Timestamp::now(), "2024-07".parse()?);
        let run = self.store.start_run(&self.tenant, (provider, period), None, now).await?;
        let held = self.store.take_run(&testing::system(), now + SignedDuration::from_hours(24), now).await?;
        let held = held.filter(|held| held.hold.run == run).context("another run than the one that was started")?;
        let (mut after, mut left) = (None, bills);
        while left > 0 {
            let next = self.store.run_accounts(&self.tenant, provider, after, 1).await?;
            let last = next.first().context("too few readers")?.age.account;
            let count = left.min(BILLS_EACH);
            self.take_up(&held, Stretch { after, last }, count).await?;
            (after, left) = (Some(last), left - count);
        }
        self.store.walked(&self.tenant, held.hold, Timestamp::now()).await?;
        let queued = Queued { run, provider: provider.clone(), mails: bills as u64, readers: readers as u64 };
        let totals = self.totals(&queued).await?;
        ensure!(totals.mails() == queued.mails, "{totals:?} instead of {bills} mails");
        Ok(queued)
    }

    async fn take_up(&self, held: &HeldRun, stretch: Stretch, count: usize) -> anyhow::Result<()> {
        let now = Timestamp::now();
        let copies: Vec<_> = (0..count).map(|n| copy(held, stretch.last, n, now)).collect::<anyhow::Result<_>>()?;
        let bills: Vec<_> = copies.iter().map(|copy| RunBill { copy, gist: "as it is", adapter: None }).collect();
        let until = now + SignedDuration::from_hours(24);
        let page = RunPage { stretch, bills: &bills, left: 0, look_at: None, until, now };
        ensure!(self.store.take_up(&self.tenant, held.hold, page).await?, "somebody else has the run");
        Ok(())
    }

    /// How much of a run stands where.
    pub async fn totals(&self, queued: &Queued) -> anyhow::Result<BillRunTotals> {
        let run = self.store.bill_run(&self.tenant, &queued.provider, queued.run).await?;
        Ok(run.context("there is no such run")?.totals)
    }

    /// Holds a run, or lets it go on.
    pub async fn steer(&self, queued: &Queued, steer: Steer) -> anyhow::Result<()> {
        let desk = testing::desk("region".parse()?, "bench");
        let steered = self.store.steer_run(&desk, &queued.provider, queued.run, steer, Timestamp::now()).await?;
        ensure!(steered, "there is no such run");
        Ok(())
    }
}

/// The `n`th bill of an account: what the outbox keeps of it is its id.
fn copy(held: &HeldRun, account: AccountId, n: usize, now: Timestamp) -> anyhow::Result<InvoiceCopy> {
    let invoice = Invoice {
        external_id: format!("bill-{n}").parse()?,
        number: format!("2024/{n}"),
        kind: InvoiceKind::Invoice,
        period: Some(held.period),
        issued: None,
        available_from: None,
        issuer: None,
        supply_points: Vec::new(),
        lines: Vec::new(),
        meter_reads: Vec::new(),
        subtotals: Vec::new(),
        total: Money { minor: 686_148, currency: "RSD".parse()? },
        installments: Vec::new(),
        discounts: Vec::new(),
        buckets: None,
        payment: None,
        document: DocumentHint::Available,
        media_types: Vec::new(),
    };
    Ok(InvoiceCopy {
        id: InvoiceId::new(),
        account,
        provider: held.provider.clone(),
        invoice,
        points: Vec::new(),
        document: None,
        as_of: now,
    })
}
