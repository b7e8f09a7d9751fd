//! Looking after the keys of people, in the key store and in the database.

use std::collections::HashMap;

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_app::{
    ports::{
        PersonKeys, StoreError,
        audit::{Action, Actor, NewEvent},
    },
    scope::SystemScope,
};
use komunala_domain::{TenantId, ids::UserId};

use crate::{
    Store, audit,
    columns::uuid,
    database::{Tx, of_tenant, places},
    subscriptions, users,
    vault::Erased,
};

/// How many people are looked at at a time.
const PORTION: u32 = 500;

#[async_trait]
impl PersonKeys for Store {
    async fn rewrap(&self, _: &SystemScope, limit: u32) -> Result<u64, StoreError> {
        self.database.vault().rewrap(limit).await
    }

    async fn outdated(&self, _: &SystemScope) -> Result<u64, StoreError> {
        self.database.vault().outdated().await
    }

    async fn finish_erasures(&self, _: &SystemScope, before: Timestamp, now: Timestamp) -> Result<u64, StoreError> {
        let vault = self.database.vault();
        let mut finished = 0;
        for Erased { tenant, user } in vault.broken_off(before, PORTION).await? {
            let is_subscribed = subscriptions::is_stranger(&self.database, &tenant, user.uuid()).await?;
            if !is_subscribed && self.is_buried(&tenant, user).await? {
                vault.erase(user.uuid(), now).await?;
                finished += 1;
            } else {
                // it ended before anything was done: whoever asked was told so
                vault.keep_after_all(user.uuid()).await?;
            }
        }
        Ok(finished)
    }

    async fn erase_again(&self, _: &SystemScope, now: Timestamp) -> Result<u64, StoreError> {
        let (mut after, mut erased_again) = (None, 0);
        loop {
            let erased = self.database.vault().erased(after, PORTION).await?;
            let Some(last) = erased.last() else { return Ok(erased_again) };
            after = Some(last.user);
            let mut tenants: HashMap<TenantId, Vec<UserId>> = HashMap::new();
            for Erased { tenant, user } in erased {
                tenants.entry(tenant).or_default().push(user);
            }
            for (tenant, users) in tenants {
                let subjects: Vec<_> = users.iter().map(|user| user.uuid()).collect();
                erased_again += subscriptions::bury_strangers(&self.database, &tenant, &subjects).await?;
                erased_again += self.bury_again(&tenant, &users, now).await?;
            }
        }
    }
}

impl Store {
    /// Whether nothing is left of a user, or there never was one.
    async fn is_buried(&self, tenant: &TenantId, user: UserId) -> Result<bool, StoreError> {
        let sql = "SELECT id FROM users WHERE tenant = $1 AND id = $2 AND erased_at IS NULL";
        let values = vec![tenant.as_str().into(), user.uuid().into()];
        Ok(self.database.select(tenant, "store.is_buried", sql, values).await?.is_empty())
    }

    async fn bury_again(&self, tenant: &TenantId, users: &[UserId], now: Timestamp) -> Result<u64, StoreError> {
        let places = places(2, users.len());
        let sql = format!("SELECT id FROM users WHERE tenant = $1 AND erased_at IS NULL AND id IN ({places})");
        let values = of_tenant(tenant, users.iter().map(|user| user.uuid()));
        let back = self.database.select(tenant, "store.came_back", sql, values).await?;
        let mut buried = 0;
        for row in &back {
            let user = UserId::from_uuid(uuid("user", row, 0)?);
            let events = &[NewEvent { actor: Actor::Hub, ..audit::about(user, Action::Erased, "") }];
            let work = |tx: Tx| async move {
                let is_buried = users::bury(&tx, tenant, user, now).await?;
                if is_buried {
                    audit::tell(&tx, tenant, events, now).await?;
                }
                Ok(is_buried)
            };
            buried += u64::from(self.database.write(tenant, "store.bury_again", work).await?);
        }
        Ok(buried)
    }
}
