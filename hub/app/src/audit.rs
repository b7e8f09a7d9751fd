//! Verifying that nobody changed the audit log.

use komunala_domain::ids::UserId;

use crate::{
    Hub,
    ports::{
        StoreError,
        audit::{Chain, Event},
    },
    scope::SystemScope,
    sealing::Link,
};

/// Links that are verified at a time: memory does not grow with the log.
const PORTION: u32 = 1000;

/// What came of verifying a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verified {
    /// Every link holds; this is the last one. Whoever writes it down elsewhere can tell later that nothing was cut off.
    Whole {
        /// The number of links.
        length: u64,
        /// The last link; zeros of an empty chain.
        head: [u8; 32],
    },
    /// Up to this link all is well, and this one does not hold: it, or the one before it, was changed, put in or removed.
    Broken {
        /// The first sequence number that is not right.
        at: u64,
        /// What is wrong with it.
        why: &'static str,
    },
}

impl Hub {
    /// The chains of the audit log.
    pub async fn audit_chains(&self, scope: &SystemScope) -> Result<Vec<Chain>, StoreError> {
        self.audit.chains(scope).await
    }

    /// Follows a chain from its first link to its last; `progress` is told how many were looked at.
    pub async fn verify_audit(
        &self,
        scope: &SystemScope,
        chain: &Chain,
        mut progress: impl FnMut(u64) + Send,
    ) -> Result<Verified, StoreError> {
        let (mut length, mut head) = (0, [0; 32]);
        loop {
            let events = self.audit.events(scope, chain, None, length, PORTION).await?;
            for event in &events {
                if let Some(why) = self.breaks(chain, length, &head, event) {
                    return Ok(Verified::Broken { at: length + 1, why });
                }
                (length, head) = (event.sequence, event.hash);
            }
            progress(length);
            if events.len() < PORTION as usize {
                return Ok(Verified::Whole { length, head });
            }
        }
    }

    fn breaks(&self, chain: &Chain, before: u64, head: &[u8; 32], event: &Event) -> Option<&'static str> {
        if event.sequence != before + 1 {
            return Some("links are missing");
        }
        if event.previous != *head {
            return Some("it does not name the link before it");
        }
        let link = Link {
            chain: chain.name(),
            sequence: i64::try_from(event.sequence).unwrap_or(i64::MAX),
            at_micros: event.at.as_microsecond(),
            actor: &event.actor,
            action: &event.action,
            subject: event.subject.map(UserId::uuid),
            target: &event.target,
            sealed: &event.sealed,
        };
        (self.links.link(head, &link) != event.hash).then_some("it was changed")
    }

    /// A link of a chain.
    pub async fn audit_link(
        &self,
        scope: &SystemScope,
        chain: &Chain,
        sequence: u64,
    ) -> Result<Option<[u8; 32]>, StoreError> {
        let Some(before) = sequence.checked_sub(1) else { return Ok(None) };
        let events = self.audit.events(scope, chain, None, before, 1).await?;
        Ok(events.into_iter().next().filter(|event| event.sequence == sequence).map(|event| event.hash))
    }
}
