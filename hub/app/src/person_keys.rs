//! Looking after the keys of people: wrapping them by a newer master key, and keeping those gone who were erased.

use jiff::SignedDuration;

use crate::{Hub, ports::StoreError, scope::SystemScope};

/// How many keys are wrapped anew at a time.
const PORTION: u32 = 200;
/// How long an erasure may take before it counts as broken off; no call lasts that long.
const ERASURE: SignedDuration = SignedDuration::from_mins(5);

impl Hub {
    /// Wraps every key anew that an earlier master key wraps, while the hub goes on; `progress` is told how many are done.
    pub async fn rewrap_keys(
        &self,
        scope: &SystemScope,
        mut progress: impl FnMut(u64) + Send,
    ) -> Result<u64, StoreError> {
        let mut done = 0;
        loop {
            let found = self.person_keys.rewrap(scope, PORTION).await?;
            done += found;
            progress(done);
            if found < u64::from(PORTION) {
                return Ok(done);
            }
        }
    }

    /// How many keys an earlier master key wraps; it is of use until there is none.
    pub async fn outdated_keys(&self, scope: &SystemScope) -> Result<u64, StoreError> {
        self.person_keys.outdated(scope).await
    }

    /// Brings erasures to their end that a dead hub broke off. For a worker.
    pub async fn finish_erasures(&self, scope: &SystemScope) -> Result<u64, StoreError> {
        let now = self.clock.now();
        let finished = self.person_keys.finish_erasures(scope, now - ERASURE, now).await?;
        if finished > 0 {
            tracing::info!(finished, "erasures that were broken off are done");
        }
        Ok(finished)
    }

    /// Erases again whoever was erased and came back with an older database; before anybody is served.
    pub async fn erase_again(&self, scope: &SystemScope) -> Result<u64, StoreError> {
        let erased = self.person_keys.erase_again(scope, self.clock.now()).await?;
        if erased > 0 {
            tracing::warn!(erased, "the database is older than erasures: whoever was erased is erased again");
        }
        Ok(erased)
    }
}
