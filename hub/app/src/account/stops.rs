//! Telling in the audit log that somebody failed so often that nothing is tried any more.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use komunala_domain::TenantId;
use moka::sync::Cache;

use crate::{
    Hub,
    ports::{
        attempts::Budget,
        audit::{Action, Actor, NewEvent},
    },
    scope::TenantScope,
};

/// A subject's attempts are told of once in this time, however many are stopped.
const ONCE_IN: Duration = Duration::from_secs(60 * 60);
/// How many subjects of one kind a tenant is told of in that time: whoever walks over all of them must not fill the log.
const MOST: u32 = 100;
/// How many subjects are remembered: about 1 MB.
const REMEMBERED: u64 = 10_000;

/// What was told lately.
#[derive(Clone)]
pub(crate) struct Stops {
    subjects: Cache<[u8; 32], ()>,
    kinds: Cache<(TenantId, String), Arc<AtomicU32>>,
}

impl Default for Stops {
    fn default() -> Self {
        Self {
            subjects: Cache::builder().max_capacity(REMEMBERED).time_to_live(ONCE_IN).build(),
            kinds: Cache::builder().max_capacity(REMEMBERED).time_to_live(ONCE_IN).build(),
        }
    }
}

impl Stops {
    /// Whether this one is to be told.
    fn is_news(&self, tenant: &TenantId, budget: &Budget) -> bool {
        if !self.subjects.entry(budget.subject).or_insert(()).is_fresh() {
            return false;
        }
        let told = self.kinds.get_with((tenant.clone(), budget.kind.clone()), Arc::default);
        told.fetch_add(1, Ordering::Relaxed) < MOST
    }
}

impl Hub {
    /// Puts into the audit log that an attempt was stopped by these budgets; the first says what it was aimed at. Nobody
    /// waits for it.
    pub(super) fn note_stop(&self, scope: &TenantScope, budgets: &[Budget]) {
        let Some(budget) = budgets.first().filter(|budget| self.stops.is_news(scope.tenant(), budget)) else { return };
        // enough of the keyed hash to see that two events are about the same subject
        let subject: String = budget.subject[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        let event = NewEvent {
            actor: Actor::Anybody,
            action: Action::AttemptStopped,
            subject: None,
            target: format!("{} {subject}", budget.kind),
            details: None,
        };
        let (audit, tenant, now) = (self.audit.clone(), scope.clone(), self.clock.now());
        tokio::spawn(async move {
            if let Err(error) = audit.note(&tenant, event, now).await {
                tracing::error!(%error, "that an attempt was stopped could not be put into the audit log");
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    fn budget(kind: &str, subject: u32) -> Budget {
        let mut hash = [0; 32];
        hash[..4].copy_from_slice(&subject.to_be_bytes());
        let window = SignedDuration::from_hours(1);
        Budget { kind: kind.to_owned(), subject: hash, failures: 1, window, longest: window }
    }

    #[test]
    fn a_subject_is_told_of_once_and_a_walk_over_all_of_them_ends() {
        let (stops, ruma): (_, TenantId) = (Stops::default(), "ruma".parse().unwrap());
        assert!(stops.is_news(&ruma, &budget("pin", 0)));
        assert!(!stops.is_news(&ruma, &budget("pin", 0)));
        let told = (1..1_000).filter(|subject| stops.is_news(&ruma, &budget("pin", *subject))).count();
        assert_eq!(told, 99);
        assert!(stops.is_news(&ruma, &budget("password", 2_000)));
        assert!(stops.is_news(&"sid".parse().unwrap(), &budget("pin", 3_000)));
    }
}
