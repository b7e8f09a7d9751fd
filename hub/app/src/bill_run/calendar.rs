//! Runs that start by themselves, by their providers' bill calendars.

use komunala_domain::{bill_run::BillRunState, reading::window::day_at};

use crate::{Hub, ports::StoreError, scope::SystemScope};

impl Hub {
    /// Starts the runs that are due by their providers' calendars, and opens those that are complete again once a day, for
    /// late bills; answers how many. For a worker.
    pub async fn start_due_bill_runs(&self, scope: &SystemScope) -> Result<u64, StoreError> {
        let (roster, now) = (self.roster(), self.clock.now());
        let mut started = 0;
        for provider in roster.directory.providers() {
            let today = self.today(provider);
            let Some(period) = provider.bill_calendar.and_then(|calendar| calendar.run_of(today)) else { continue };
            let (tenant, of) = (scope.tenant(provider.tenant.clone()), (&provider.id, period));
            let is_due = match self.bill_runs.opened_at(&tenant, of).await? {
                None => true,
                Some((BillRunState::Completed, opened)) => day_at(opened, &provider.time_zone) < today,
                Some(_) => false,
            };
            if is_due {
                let run = self.bill_runs.start_run(&tenant, of, None, now).await?;
                tracing::info!(%run, provider = %provider.id, %period, "a run of bills is started by the calendar");
                started += 1;
            }
        }
        Ok(started)
    }
}
