//! Portals and their keys.

use komunala_app::{
    Operations,
    operator::{KeyOverview, PortalOverview},
    scope::OperatorScope,
};

use super::pages;
use crate::{
    convert::{self, tenant},
    failure::Failure,
    names::{self, PortalKeyName, PortalName},
    proto::operator::v1,
    services::asked::{Asked, page},
};

pub(super) fn list(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::ListPortalsRequest>,
) -> Result<v1::ListPortalsResponse, Failure> {
    let parent = names::tenant("parent", &asked.message.parent)?;
    let request = page(asked.message.page_size, asked.message.page_token);
    let portals = operations.list_portals(&asked.scope, &parent)?;
    let key = |overview: &PortalOverview| overview.portal.id.to_string();
    let (portals, next_page_token) = pages::cut(portals, &request, key)?;
    Ok(v1::ListPortalsResponse { portals: portals.into_iter().map(tenant::portal).collect(), next_page_token })
}

pub(super) fn get(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::GetPortalRequest>,
) -> Result<v1::Portal, Failure> {
    let PortalName { tenant: of, portal } = PortalName::parse("name", &asked.message.name)?;
    Ok(tenant::portal(operations.get_portal(&asked.scope, &of, &portal)?))
}

pub(super) async fn create_key(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::CreatePortalKeyRequest>,
) -> Result<v1::PortalKey, Failure> {
    let v1::CreatePortalKeyRequest { parent, portal_key } = asked.message;
    let name = PortalName::parse("parent", &parent)?;
    let not_after = portal_key.and_then(|key| key.expire_time).as_ref().and_then(convert::moment_of);
    let made = operations.issue_portal_key(&asked.scope, &name.tenant, &name.portal, not_after).await?;
    Ok(tenant::new_key(&name, made, operations.now()))
}

pub(super) async fn list_keys(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::ListPortalKeysRequest>,
) -> Result<v1::ListPortalKeysResponse, Failure> {
    let name = PortalName::parse("parent", &asked.message.parent)?;
    let request = page(asked.message.page_size, asked.message.page_token);
    let keys = operations.list_portal_keys(&asked.scope, &name.tenant, &name.portal).await?;
    let now = operations.now();
    let key = |overview: &KeyOverview| tenant::key(&name, overview.clone(), now).name;
    let (keys, next_page_token) = pages::cut(keys, &request, key)?;
    let keys = keys.into_iter().map(|overview| tenant::key(&name, overview, now)).collect();
    Ok(v1::ListPortalKeysResponse { keys, next_page_token })
}

pub(super) async fn revoke_key(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::RevokePortalKeyRequest>,
) -> Result<v1::PortalKey, Failure> {
    let PortalKeyName { portal: name, key } = PortalKeyName::parse("name", &asked.message.name)?;
    let in_settings = || Failure::from(komunala_app::Failure::PortalKeyInSettings);
    // whether there is such a portal is asked first: what is out of reach has no keys
    operations.list_portal_keys(&asked.scope, &name.tenant, &name.portal).await?;
    let key = key.ok_or_else(in_settings)?;
    let revoked = operations.revoke_portal_key(&asked.scope, &name.tenant, &name.portal, key).await?;
    Ok(tenant::key(&name, KeyOverview::Issued(revoked), operations.now()))
}
