//! The documents that go with a letter, read when it is sent, and no more of them at once than there is memory for.

use std::sync::Arc;

use bytes::Bytes;
use komunala_app::{
    ports::letters::{Composed, Enclosure},
    scope::TenantScope,
};
use tokio::sync::OwnedSemaphorePermit;

use super::Mail;
use crate::worker::{Outcome, Setback};

/// What memory is counted in, in bytes.
const UNIT: u64 = 16 * 1024;
/// How often a document stands in memory while its mail is made: as it is, in base64, in the mail, in the mail with its
/// signature, and in the form that is signed.
const COPIES: u64 = 6;

/// So many bytes as units, one at least.
pub(super) fn units(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX).max(1)
}

impl Mail {
    /// Waits until there is memory for a letter and what goes with it. One that is larger than all there is passes alone.
    pub(super) async fn memory_for(&self, composed: &Composed) -> OwnedSemaphorePermit {
        let documents: u64 = composed.enclosures.iter().map(|enclosure| enclosure.size).sum();
        let pictures: usize = composed.images.iter().map(|image| image.bytes.len()).sum();
        let texts = composed.letter.text.len() + composed.letter.html.len();
        let bytes = documents.saturating_add((pictures + texts) as u64).saturating_mul(COPIES);
        let all = units(u64::from(self.settings.work.memory));
        let permit = Arc::clone(&self.memory).acquire_many_owned(units(bytes).min(all)).await;
        permit.expect("it is never closed")
    }

    /// Reads what a letter encloses, in its order. What is not there yet is a reason to come back.
    pub(super) async fn enclosed(&self, tenant: &TenantScope, composed: &Composed) -> Result<Vec<Bytes>, Outcome> {
        let mut files = Vec::with_capacity(composed.enclosures.len());
        for Enclosure { digest, bytes, .. } in &composed.enclosures {
            if let Some(bytes) = bytes {
                files.push(bytes.clone());
                continue;
            }
            let read = self.documents.get(tenant, *digest).await;
            let file = read.map_err(|error| Outcome::Deferred(Setback::Document(error)))?;
            files.push(file.ok_or(Outcome::Deferred(Setback::NoDocument(*digest)))?);
        }
        Ok(files)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_counted_in_whole_units_and_nothing_is_free() {
        assert_eq!((units(0), units(1), units(UNIT), units(UNIT + 1)), (1, 1, 1, 2));
        assert_eq!(units(u64::MAX), u32::MAX);
    }
}
