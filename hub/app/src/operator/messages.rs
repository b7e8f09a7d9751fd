//! Mail as operators see it: what is stuck and why, whom it does not reach, and whether it goes out at all.

use komunala_domain::{
    ProviderId, TenantId,
    ids::{MessageId, SuppressionId},
};

use super::Operations;
use crate::{
    failure::Failure,
    ports::{
        audit::{Action, Actor, Chain, NewEvent},
        bounces::Suppression,
        epoch::{EpochMove, EpochStanding},
        messages::{Resolution, StuckMessage, Tally},
        outbox::MessageState,
    },
    scope::{DeskScope, OperatorScope},
};

/// How mail stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Whether it goes out.
    pub epoch: EpochStanding,
    /// How many messages stand where, of the providers within reach.
    pub tallies: Vec<Tally>,
}

impl Operations {
    /// How mail stands.
    pub async fn get_delivery(&self, scope: &OperatorScope) -> Result<Delivery, Failure> {
        let (ports, system) = (&self.0.ports, scope.system());
        let epoch = ports.epoch.compare(&system, EpochMove::Stay, self.0.hub.clock.now()).await?;
        let roster = self.0.hub.roster();
        let is_reached = |tally: &Tally| {
            let provider = roster.directory.provider(&tally.provider);
            provider.map_or_else(|| scope.reaches_the_hub(), |provider| scope.reaches(&provider.tenant))
        };
        let tallies = ports.messages.tally(&system).await?.into_iter().filter(is_reached).collect();
        Ok(Delivery { epoch, tallies })
    }

    /// Lets mail go out again that is held because the database is not the one that sent last.
    pub async fn release_delivery(&self, scope: &OperatorScope) -> Result<Delivery, Failure> {
        scope.reach_the_hub()?;
        let (ports, now) = (&self.0.ports, self.0.hub.clock.now());
        ports.epoch.release(&scope.system(), now).await?;
        let event = NewEvent {
            actor: Actor::Operator(scope.operator().to_owned()),
            action: Action::DeliveryReleased,
            subject: None,
            target: "delivery".to_owned(),
            details: None,
        };
        self.0.hub.audit.note_operator(scope, &Chain::Hub, event, now).await?;
        self.0.hub.bells.ring();
        self.get_delivery(scope).await
    }

    /// A provider's messages that are failed or unknown, the oldest first, behind `after`.
    pub async fn list_messages(
        &self,
        scope: &OperatorScope,
        provider: &ProviderId,
        state: MessageState,
        after: Option<MessageId>,
        limit: u32,
    ) -> Result<Vec<StuckMessage>, Failure> {
        let tenant = self.post_of(scope, provider)?.tenant().tenant().clone();
        let of = (&tenant, provider);
        Ok(self.0.ports.messages.stuck(&scope.system(), of, state, after, limit).await?)
    }

    /// Settles what becomes of a message whose fate is unknown.
    pub async fn resolve_unknown(
        &self,
        scope: &OperatorScope,
        provider: &ProviderId,
        id: MessageId,
        resolution: Resolution,
    ) -> Result<(), Failure> {
        let (desk, now) = (self.post_of(scope, provider)?, self.0.hub.clock.now());
        if !self.0.ports.messages.resolve(&desk, provider, id, resolution, now).await? {
            return Err(Failure::NotFound("message"));
        }
        self.0.hub.bells.ring();
        Ok(())
    }

    /// Addresses of a tenant that no more mail is sent to.
    pub async fn list_suppressions(
        &self,
        scope: &OperatorScope,
        tenant: &TenantId,
        after: Option<SuppressionId>,
        limit: u32,
    ) -> Result<Vec<Suppression>, Failure> {
        scope.reach(tenant)?;
        Ok(self.0.ports.bounces.suppressions(&scope.system(), tenant, after, limit).await?)
    }

    /// Lets mail be sent to an address again.
    pub async fn lift_suppression(
        &self,
        scope: &OperatorScope,
        tenant: &TenantId,
        id: SuppressionId,
    ) -> Result<(), Failure> {
        scope.reach(tenant)?;
        match self.0.ports.bounces.lift(&scope.desk(tenant.clone()), id, self.0.hub.clock.now()).await? {
            true => Ok(()),
            false => Err(Failure::NotFound("suppression")),
        }
    }

    /// The post of a provider's tenant. A provider out of reach is as good as none.
    fn post_of(&self, scope: &OperatorScope, provider: &ProviderId) -> Result<DeskScope, Failure> {
        let roster = self.0.hub.roster();
        let provider = roster.directory.provider(provider).filter(|provider| scope.reaches(&provider.tenant));
        let provider = provider.ok_or(Failure::NotFound("provider"))?;
        Ok(scope.desk(provider.tenant.clone()))
    }
}
