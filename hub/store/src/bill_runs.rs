//! Runs of bills: a row per run, a row per bill of it, and a row per mail, whose message stands in the outbox.

mod mailed;
mod paper;
mod steer;
mod take_back;
mod take_up;
mod totals;
mod walk;

use async_trait::async_trait;
use fail::fail_point;
use jiff::Timestamp;
use komunala_app::{
    ports::{
        BillRuns, StoreError, WriteKey,
        bill_runs::{BillRun, HeldRun, Hold, MailedBill, PaperBill, PaperCursor, RunAccount, RunPage, Steer, Stretch},
        copies::InvoiceCopy,
    },
    scope::{DeskScope, SystemScope, TenantScope},
};
use komunala_domain::{
    Period, ProviderId,
    bill_run::BillRunState,
    ids::{AccountId, BillRunId, InvoiceId, LinkId},
};

use crate::{Store, database::Rows};

const WHAT: &str = "bill run";

#[async_trait]
impl BillRuns for Store {
    async fn start_run(
        &self,
        scope: &TenantScope,
        of: (&ProviderId, Period),
        by: Option<(&DeskScope, WriteKey)>,
        now: Timestamp,
    ) -> Result<BillRunId, StoreError> {
        let by = &by;
        let work = |tx| steer::start(tx, scope.tenant(), of, by.as_ref(), now);
        self.database.write(scope.tenant(), "store.start_bill_run", work).await
    }

    async fn opened_at(
        &self,
        scope: &TenantScope,
        (provider, period): (&ProviderId, Period),
    ) -> Result<Option<(BillRunState, Timestamp)>, StoreError> {
        let (sql, values) = totals::of_month(scope.tenant(), provider, period);
        let rows = self.database.select(scope.tenant(), "store.bill_run_opened", sql, values).await?;
        Ok(totals::read(&rows)?.map(|run| (run.state, run.opened_at)))
    }

    async fn steer_run(
        &self,
        desk: &DeskScope,
        provider: &ProviderId,
        run: BillRunId,
        steer: Steer,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let work = |tx| steer::steer(tx, desk, provider, run, steer, now);
        self.database.write(desk.tenant().tenant(), "store.steer_bill_run", work).await
    }

    async fn bill_run(
        &self,
        scope: &TenantScope,
        provider: &ProviderId,
        run: BillRunId,
    ) -> Result<Option<BillRun>, StoreError> {
        let (sql, values) = totals::of_run(scope.tenant(), provider, run);
        let rows = self.database.select(Rows::page_of(scope.tenant()), "store.bill_run", sql, values).await?;
        totals::read(&rows)
    }

    async fn take_run(&self, _: &SystemScope, until: Timestamp, now: Timestamp) -> Result<Option<HeldRun>, StoreError> {
        self.database.write(Rows::All, "store.take_bill_run", |tx| walk::take(tx, until, now)).await
    }

    async fn run_accounts(
        &self,
        scope: &TenantScope,
        provider: &ProviderId,
        after: Option<AccountId>,
        limit: u32,
    ) -> Result<Vec<RunAccount>, StoreError> {
        let (sql, values) = walk::accounts(scope.tenant(), provider, after, limit);
        let rows = self.database.select(Rows::page_of(scope.tenant()), "store.bill_run_accounts", sql, values).await?;
        rows.iter().map(|row| walk::account(provider, row)).collect()
    }

    async fn run_bills(
        &self,
        scope: &TenantScope,
        (provider, period): (&ProviderId, Period),
        stretch: Stretch,
    ) -> Result<Vec<InvoiceCopy>, StoreError> {
        let (sql, values) = walk::bills(scope.tenant(), provider, period, stretch);
        let rows = self.database.select(Rows::page_of(scope.tenant()), "store.bill_run_bills", sql, values).await?;
        let (_, mut bills) = crate::copies::page::read(&rows)?;
        bills.retain(|bill| bill.invoice.period == Some(period));
        bills.sort_by_key(|bill| (bill.account, bill.id));
        Ok(bills)
    }

    async fn take_up(&self, scope: &TenantScope, hold: Hold, page: RunPage<'_>) -> Result<bool, StoreError> {
        fail_point!("store::before_bills_taken_up");
        let work = |tx| take_up::take_up(tx, scope.tenant(), hold, page);
        let taken = self.database.write(Rows::page_of(scope.tenant()), "store.take_up_bills", work).await;
        fail_point!("store::bills_taken_up");
        taken
    }

    async fn walked(&self, scope: &TenantScope, hold: Hold, now: Timestamp) -> Result<(), StoreError> {
        let work = |tx| walk::end(tx, scope.tenant(), hold, now);
        self.database.write(scope.tenant(), "store.bill_run_walked", work).await
    }

    async fn let_go(&self, scope: &TenantScope, hold: Hold, due: Timestamp) -> Result<(), StoreError> {
        let work = |tx| walk::let_go(tx, scope.tenant(), hold, due);
        self.database.write(scope.tenant(), "store.let_bill_run_go", work).await
    }

    async fn take_back(&self, _: &SystemScope, run: BillRunId, limit: u32) -> Result<u64, StoreError> {
        self.database.write(Rows::All, "store.take_bills_back", |tx| take_back::take_back(tx, run, limit)).await
    }

    async fn mailed_bill(
        &self,
        scope: &TenantScope,
        link: LinkId,
        invoice: InvoiceId,
    ) -> Result<Option<MailedBill>, StoreError> {
        let values = vec![scope.tenant().as_str().into(), link.uuid().into(), invoice.uuid().into()];
        let sql = crate::copies::page::mailed();
        let rows = self.database.select(scope.tenant(), "store.mailed_bill", sql, values).await?;
        mailed::read(self.database.vault().copies(), &rows)
    }

    async fn paper_bills(
        &self,
        desk: &DeskScope,
        run: BillRunId,
        after: Option<&PaperCursor>,
        limit: u32,
    ) -> Result<Vec<PaperBill>, StoreError> {
        let tenant = desk.tenant().tenant();
        let values = paper::values(tenant, run, after, limit);
        let rows = self.database.select(tenant, "store.paper_bills", paper::PAGE, values).await?;
        rows.iter().map(|row| paper::read(self.database.vault().copies(), row)).collect()
    }
}
