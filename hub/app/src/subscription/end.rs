//! Wanting to be told no more.

use komunala_domain::{ProviderId, ids::SubscriptionId};

use crate::{
    Hub,
    credentials::unsubscribe::NoticesEnd,
    failure::Failure,
    ports::subscriptions::Ending,
    scope::{TenantScope, UserScope},
};

impl Hub {
    /// Ends a subscription of the signed-in user, on all its channels.
    pub async fn end_subscription(
        &self,
        scope: &UserScope,
        provider: &ProviderId,
        id: SubscriptionId,
    ) -> Result<(), Failure> {
        let which = Ending::OfUser(scope.user(), provider.clone(), id);
        match self.subscriptions.end_subscriptions(scope.tenant(), which, self.clock.now()).await? {
            0 => Err(Failure::NotFound("subscription")),
            _ => Ok(()),
        }
    }

    /// Lets an address hear no more from a provider, whatever it was signed up for.
    pub(crate) async fn end_notices(&self, end: NoticesEnd) -> Result<(), Failure> {
        let scope = TenantScope::new(end.tenant);
        let which = Ending::OfProvider(end.subscriber, end.provider);
        self.subscriptions.end_subscriptions(&scope, which, self.clock.now()).await?;
        Ok(())
    }
}
