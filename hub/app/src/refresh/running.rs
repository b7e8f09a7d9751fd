//! The refreshes that run now: whoever wants the same waits for the one that runs.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use futures::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use jiff::civil::Date;
use komunala_domain::{
    ProviderId,
    ids::{AccountId, SupplyPointId},
    interval::Selection,
};
use tracing::Instrument;

use super::{Heard, RefreshError};
use crate::ports::{BillingError, copies::CopyKind};

/// What is refreshed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Subject {
    /// One kind of copy of an account.
    Copy(AccountId, CopyKind),
    /// The days of a supply point's series, both included.
    Intervals(SupplyPointId, Selection, Date, Date),
    /// The outages of a provider.
    Outages(ProviderId),
}

/// A refresh that runs, for everybody who waits.
pub(crate) type Running = Shared<BoxFuture<'static, Result<Heard, RefreshError>>>;

/// The refreshes that run now.
#[derive(Clone, Default)]
pub(crate) struct Refreshes(Arc<Mutex<HashMap<Subject, Running>>>);

impl Refreshes {
    /// Joins the refresh of this subject that runs already, or starts one. It goes on when nobody waits any more.
    pub(crate) fn join<W>(&self, subject: Subject, work: impl FnOnce() -> W) -> Running
    where
        W: Future<Output = Result<Heard, RefreshError>> + Send + 'static,
    {
        let mut running = self.0.lock().expect("nobody panics while holding it");
        if let Some(refresh) = running.get(&subject) {
            return refresh.clone();
        }
        let (work, refreshes, done) = (work(), self.clone(), subject.clone());
        let work = async move {
            let result = work.await;
            refreshes.forget(&done);
            result
        };
        let work = tokio::spawn(work.in_current_span());
        let (refreshes, done) = (self.clone(), subject.clone());
        let refresh = async move {
            work.await.unwrap_or_else(|panic| {
                refreshes.forget(&done);
                Err(RefreshError::Billing(BillingError::Trapped { detail: panic.to_string() }))
            })
        }
        .boxed()
        .shared();
        running.insert(subject, refresh.clone());
        refresh
    }

    fn forget(&self, subject: &Subject) {
        self.0.lock().expect("nobody panics while holding it").remove(subject);
    }
}
