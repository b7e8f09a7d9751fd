//! What was done, and whose data it was done with.

use komunala_domain::ids::UserId;

use super::Operations;
use crate::{
    failure::Failure,
    ports::audit::{Action, Actor, Chain, Event, NewEvent},
    scope::OperatorScope,
};

impl Operations {
    /// The events of a chain, oldest first, for an operator. That somebody looked stands in the log too. A tenant that
    /// nobody knows has no chain, and gets none by being asked for.
    pub async fn list_audit_events(
        &self,
        scope: &OperatorScope,
        chain: &Chain,
        subject: Option<UserId>,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Event>, Failure> {
        match chain {
            Chain::Hub => scope.reach_the_hub()?,
            Chain::Tenant(tenant) => scope.reach(tenant)?,
        }
        if !self.has_chain(scope, chain).await? {
            return Err(Failure::NotFound("tenant"));
        }
        if after == 0 {
            let look = NewEvent {
                actor: Actor::Operator(scope.operator().to_owned()),
                action: Action::AuditRead,
                subject,
                target: chain.name().to_owned(),
                details: None,
            };
            self.0.hub.audit.note_operator(scope, chain, look, self.0.hub.clock.now()).await?;
        }
        Ok(self.0.hub.audit.events(&scope.system(), chain, subject, after, limit).await?)
    }

    /// The settings may not have a tenant any more whose chain is still there.
    async fn has_chain(&self, scope: &OperatorScope, chain: &Chain) -> Result<bool, Failure> {
        let Chain::Tenant(tenant) = chain else { return Ok(true) };
        let is_known = self.list_tenants(scope).await?.iter().any(|known| known.id == *tenant);
        Ok(is_known || !self.0.hub.audit.events(&scope.system(), chain, None, 0, 1).await?.is_empty())
    }
}
