//! Who wants to be told of what happens at supply points.

mod endings;
mod page;
mod sign_ups;
mod subscribers;

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_app::{
    ports::{
        StoreError, Subscriptions,
        subscriptions::{Ending, NewSignUp, NewSubscription, SignUp, SignedUp},
    },
    scope::{TenantScope, UserScope},
};
use komunala_domain::{
    Interest, Subscription,
    ids::{ChallengeId, SubscriptionId},
};

use crate::{
    Store,
    challenges::{self, Purpose},
};

pub(crate) use endings::{bury_strangers, forget, is_stranger};
pub(crate) use page::sealed_address;
pub(crate) use subscribers::move_to;

const WHAT: &str = "subscription";
const SUBSCRIBERS: &str = "subscribers";

#[async_trait]
impl Subscriptions for Store {
    async fn subscribe(&self, scope: &UserScope, new: NewSubscription) -> Result<Subscription, StoreError> {
        let new = &new;
        let work = |tx| subscribers::subscribe(tx, scope, new);
        self.database.write(scope.tenant().tenant(), "store.subscribe", work).await
    }

    async fn subscriptions(
        &self,
        scope: &UserScope,
        after: Option<SubscriptionId>,
        limit: u32,
    ) -> Result<Vec<Subscription>, StoreError> {
        page::of_user(&self.database, scope, after, limit).await
    }

    async fn open_sign_up(&self, scope: &TenantScope, new: NewSignUp) -> Result<(), StoreError> {
        sign_ups::open(&self.database, scope.tenant(), &new).await
    }

    async fn take_sign_up_try(
        &self,
        scope: &TenantScope,
        subject: [u8; 32],
        max_tries: u32,
        now: Timestamp,
    ) -> Result<Option<ChallengeId>, StoreError> {
        let tenant = scope.tenant();
        let work = |tx| challenges::take_try(tx, tenant, Purpose::Subscribe, subject, max_tries, now);
        self.database.write(tenant, "store.take_sign_up_try", work).await
    }

    async fn is_sign_up_open(&self, scope: &TenantScope, challenge: ChallengeId) -> Result<bool, StoreError> {
        let sql = "SELECT id FROM challenges WHERE tenant = $1 AND id = $2 AND closed_at IS NULL";
        let values = vec![scope.tenant().as_str().into(), challenge.uuid().into()];
        Ok(!self.database.select(scope.tenant(), "store.open_sign_up", sql, values).await?.is_empty())
    }

    async fn complete_sign_up(
        &self,
        scope: &TenantScope,
        challenge: ChallengeId,
        who: SignUp,
    ) -> Result<SignedUp, StoreError> {
        sign_ups::sign_up(&self.database, scope.tenant(), &who, sign_ups::Wanted::ByChallenge(challenge)).await
    }

    async fn sign_up(&self, scope: &TenantScope, who: SignUp, interest: Interest) -> Result<SignedUp, StoreError> {
        sign_ups::sign_up(&self.database, scope.tenant(), &who, sign_ups::Wanted::These(vec![interest])).await
    }

    async fn end_subscriptions(&self, scope: &TenantScope, which: Ending, now: Timestamp) -> Result<u64, StoreError> {
        endings::end(&self.database, scope.tenant(), &which, now).await
    }
}
