//! Wrong credentials by address: whoever shows some soon waits.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use moka::sync::Cache;

use crate::{caller::Caller, failure::Failure};

/// Wrong credentials from one address before it has to wait. None of them can be guessed in any time; this keeps somebody
/// who tries from being served at full speed.
const FAILURES: u32 = 10;
/// How long it has to wait, counted from its first failure on.
const WINDOW: Duration = Duration::from_secs(60);
/// Addresses that are remembered; the longest forgotten ones make room.
const ADDRESSES: u64 = 10_000;

/// The failures of the last minute.
pub(super) struct Failures(Cache<Caller, Arc<AtomicU32>>);

impl Failures {
    pub(super) fn new() -> Self {
        Self(Cache::builder().max_capacity(ADDRESSES).time_to_live(WINDOW).build())
    }

    /// Whether an address may try at all.
    pub(super) fn admit(&self, peer: IpAddr) -> Result<(), Failure> {
        let failures = self.0.get(&Caller::at(peer));
        match failures.is_some_and(|failures| failures.load(Ordering::Relaxed) >= FAILURES) {
            true => Err(Failure::TooManyAttempts { retry_after: WINDOW }),
            false => Ok(()),
        }
    }

    /// Counts one more.
    pub(super) fn count(&self, peer: IpAddr) {
        let peer = Caller::at(peer);
        let failed = self.0.get_with(peer, Arc::default).fetch_add(1, Ordering::Relaxed) + 1;
        tracing::warn!(%peer, failed, "somebody called the operators' listener with wrong credentials");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_ten_failures_a_neighbourhood_waits_and_others_do_not() {
        let failures = Failures::new();
        let there: IpAddr = "2001:db8::1".parse().unwrap();
        for _ in 0..FAILURES {
            assert!(failures.admit(there).is_ok());
            failures.count(there);
        }
        let late = failures.admit("2001:db8::2".parse().unwrap());
        assert!(matches!(late, Err(Failure::TooManyAttempts { .. })), "{late:?}");
        assert!(failures.admit("127.0.0.1".parse().unwrap()).is_ok());
    }
}
