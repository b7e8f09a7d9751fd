//! Turns at a billing system that bears one conversation at a time, whichever hub of several holds it.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use komunala_domain::ProviderId;
use uuid::Uuid;

use super::StoreError;

/// One line per provider, first come, first served, across all hubs on one database.
///
/// It takes no scope: a line belongs to a provider and tells of nobody.
#[async_trait]
pub trait Turns: Send + Sync + 'static {
    /// Stands in line with this ticket, at its end if the ticket is new or its lease ran out, and holds the place for
    /// `lease` from `now` on. Answers whether it is this ticket's turn. A ticket whose lease runs out loses its place, so
    /// whoever has its turn has to go on saying so.
    async fn stand(
        &self,
        line: &ProviderId,
        ticket: Uuid,
        lease: SignedDuration,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Leaves the line, or ends the turn.
    async fn leave(&self, line: &ProviderId, ticket: Uuid) -> Result<(), StoreError>;
}
