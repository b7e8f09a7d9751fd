//! Keys of portals: several at a time, so that one is exchanged for another without a gap.
//!
//! A key is made, the portal takes it, the old one is revoked or ends by itself. Each step holds at every replica within
//! [`super::FOLLOW_EVERY`]. Keys that stand in a portal's settings hold beside those that are made here, and go with the
//! settings that name them.

use jiff::{SignedDuration, Timestamp};
use komunala_domain::{PortalId, TenantId, ids::PortalKeyId};
use secrecy::{ExposeSecret, SecretString};

use super::Operations;
use crate::{
    credentials::{PortalKeyDigest, portal_key},
    failure::Failure,
    ports::portal_keys::{Issued, IssuedKey},
    scope::OperatorScope,
};

/// Valid keys of a portal: enough for one per front end and an exchange of each.
const MOST_KEYS: usize = 16;

/// Keys that ended are shown for so long.
const KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);

/// A key that was just made. This is the one time that anybody sees it.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// What is kept of it.
    pub key: IssuedKey,
    /// The key itself.
    pub secret: SecretString,
}

/// A key of a portal, as operators see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyOverview {
    /// Made here.
    Issued(IssuedKey),
    /// Named by its portal's settings.
    InSettings(PortalKeyDigest),
}

impl Operations {
    /// Makes a key for a portal; from `not_after` on it opens nothing.
    pub async fn issue_portal_key(
        &self,
        scope: &OperatorScope,
        tenant: &TenantId,
        portal: &PortalId,
        not_after: Option<Timestamp>,
    ) -> Result<NewKey, Failure> {
        self.get_portal(scope, tenant, portal)?;
        let now = self.0.hub.clock.now();
        if not_after.is_some_and(|end| end <= now) {
            return Err(Failure::InvalidField {
                field: "portal_key.expire_time",
                problem: "is over already".to_owned(),
            });
        }
        let secret = portal_key::generate();
        let key = IssuedKey {
            id: PortalKeyId::new(),
            tenant: tenant.clone(),
            portal: portal.clone(),
            digest: PortalKeyDigest::of(secret.expose_secret()),
            created_at: now,
            created_by: scope.operator().to_owned(),
            not_after,
            revoked_at: None,
            revoked_by: None,
            last_used_at: None,
        };
        let _turn = self.0.turn.lock().await;
        match self.0.ports.portal_keys.issue_portal_key(scope, &key, MOST_KEYS, now - KEPT).await? {
            Issued::TooMany => return Err(Failure::TooManyPortalKeys(MOST_KEYS)),
            Issued::Done => self.newest(scope).await?,
        }
        tracing::info!(operator = scope.operator(), %tenant, %portal, key = %key.id, "a portal has another key");
        Ok(NewKey { key, secret })
    }

    /// The keys of a portal: those of its settings, then those that were made here, oldest first.
    pub async fn list_portal_keys(
        &self,
        scope: &OperatorScope,
        tenant: &TenantId,
        portal: &PortalId,
    ) -> Result<Vec<KeyOverview>, Failure> {
        let settings = self.get_portal(scope, tenant, portal)?.portal.keys.into_iter().map(KeyOverview::InSettings);
        let issued = self.issued_keys(scope, tenant, portal).await?.into_iter().map(KeyOverview::Issued);
        Ok(settings.chain(issued).collect())
    }

    /// Revokes a key: it opens nothing any more, here at once and elsewhere within seconds. A second time changes nothing.
    pub async fn revoke_portal_key(
        &self,
        scope: &OperatorScope,
        tenant: &TenantId,
        portal: &PortalId,
        key: PortalKeyId,
    ) -> Result<IssuedKey, Failure> {
        let now = self.0.hub.clock.now();
        let mut keys = self.issued_keys(scope, tenant, portal).await?.into_iter();
        let found = keys.find(|found| found.id == key).ok_or(Failure::NotFound("portal key"))?;
        let _turn = self.0.turn.lock().await;
        if self.0.ports.portal_keys.revoke_portal_key(scope, &found, now).await? {
            tracing::info!(operator = scope.operator(), %tenant, %portal, %key, "a portal's key was revoked");
        }
        self.newest(scope).await?;
        let mut keys = self.issued_keys(scope, tenant, portal).await?.into_iter();
        keys.find(|found| found.id == key).ok_or(Failure::NotFound("portal key"))
    }

    /// Those that were made here. The portal itself may be gone; its keys are there to be revoked.
    async fn issued_keys(
        &self,
        scope: &OperatorScope,
        tenant: &TenantId,
        portal: &PortalId,
    ) -> Result<Vec<IssuedKey>, Failure> {
        if !scope.reaches(tenant) {
            return Err(Failure::NotFound("tenant"));
        }
        let keys = self.0.ports.portal_keys.portal_keys(&scope.system()).await?;
        Ok(keys.into_iter().filter(|key| key.tenant == *tenant && key.portal == *portal).collect())
    }

    /// The present time, for telling which keys are valid.
    pub fn now(&self) -> Timestamp {
        self.0.hub.clock.now()
    }
}
