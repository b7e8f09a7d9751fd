//! Uploads that are under way: each holds up to 16 MiB for as long as its line is slow.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use komunala_domain::ids::UserId;
use moka::sync::Cache;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{Hub, failure::Failure, scope::UserScope};

/// Uploads at a time: 256 MiB at most.
const AT_ONCE: usize = 16;
/// Uploads of one user at a time.
const OF_ONE: u32 = 2;
/// Uploads that one user may begin within [`WINDOW`], refused ones included: each is worth a second of a core.
const BEGUN: u32 = 120;
const WINDOW: Duration = Duration::from_secs(60 * 60);
/// Users that are remembered; the longest forgotten ones make room.
const USERS: u64 = 100_000;

/// Who uploads, and who did lately.
#[derive(Clone)]
pub(crate) struct Uploads {
    room: Arc<Semaphore>,
    under_way: Arc<Mutex<HashMap<UserId, u32>>>,
    begun: Cache<UserId, Arc<AtomicU32>>,
}

impl Default for Uploads {
    fn default() -> Self {
        Self {
            room: Arc::new(Semaphore::new(AT_ONCE)),
            under_way: Arc::default(),
            begun: Cache::builder().max_capacity(USERS).time_to_live(WINDOW).build(),
        }
    }
}

/// Room for an upload; given back when it is dropped.
pub struct UploadTurn {
    _room: OwnedSemaphorePermit,
    user: UserId,
    under_way: Arc<Mutex<HashMap<UserId, u32>>>,
}

impl Drop for UploadTurn {
    fn drop(&mut self) {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = under_way.get_mut(&self.user) {
            *own -= 1;
            if *own == 0 {
                under_way.remove(&self.user);
            }
        }
    }
}

impl Uploads {
    fn begin(&self, user: UserId) -> Result<UploadTurn, Failure> {
        if self.begun.get_with(user, Arc::default).fetch_add(1, Ordering::Relaxed) >= BEGUN {
            return Err(Failure::TooManyAttempts { retry_after: WINDOW });
        }
        let room = self.room.clone().try_acquire_owned().map_err(|_| Failure::Overloaded)?;
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        let own = under_way.entry(user).or_default();
        if *own >= OF_ONE {
            return Err(Failure::Overloaded);
        }
        *own += 1;
        Ok(UploadTurn { _room: room, user, under_way: self.under_way.clone() })
    }
}

impl Hub {
    /// Takes room for an upload, before its first byte is read.
    pub fn begin_upload(&self, scope: &UserScope) -> Result<UploadTurn, Failure> {
        self.uploads.begin(scope.user())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_uploads_more_than_two_files_at_once_and_one_that_is_over_makes_room() {
        let (uploads, ana, mira) = (Uploads::default(), UserId::new(), UserId::new());
        let (first, _second) = (uploads.begin(ana).unwrap(), uploads.begin(ana).unwrap());
        assert!(matches!(uploads.begin(ana), Err(Failure::Overloaded)));
        assert!(uploads.begin(mira).is_ok());
        drop(first);
        assert!(uploads.begin(ana).is_ok());
    }

    #[test]
    fn whoever_began_too_many_within_an_hour_waits() {
        let (uploads, ana) = (Uploads::default(), UserId::new());
        for _ in 0..BEGUN {
            drop(uploads.begin(ana).unwrap());
        }
        assert!(matches!(uploads.begin(ana), Err(Failure::TooManyAttempts { .. })));
        assert!(uploads.begin(UserId::new()).is_ok());
    }
}
