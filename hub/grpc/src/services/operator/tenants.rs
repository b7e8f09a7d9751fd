//! Tenants: entered, seen, called something else.

use komunala_app::{Operations, operator::TenantOverview, scope::OperatorScope};

use super::pages;
use crate::{
    convert::tenant,
    failure::Failure,
    names,
    proto::operator::v1,
    services::asked::{Asked, page},
};

pub(super) async fn create(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::CreateTenantRequest>,
) -> Result<v1::Tenant, Failure> {
    let v1::CreateTenantRequest { tenant_id, tenant: wanted } = asked.message;
    let id = tenant_id.parse().map_err(|error| Failure::invalid_field("tenant_id", format!("{error}")))?;
    let name = wanted.unwrap_or_default().display_name;
    let name = if name.is_empty() { tenant_id } else { name };
    Ok(tenant::tenant(operations.create_tenant(&asked.scope, id, name).await?))
}

pub(super) async fn get(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::GetTenantRequest>,
) -> Result<v1::Tenant, Failure> {
    let id = names::tenant("name", &asked.message.name)?;
    Ok(tenant::tenant(operations.get_tenant(&asked.scope, &id).await?))
}

pub(super) async fn list(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::ListTenantsRequest>,
) -> Result<v1::ListTenantsResponse, Failure> {
    let request = page(asked.message.page_size, asked.message.page_token);
    let tenants = operations.list_tenants(&asked.scope).await?;
    let key = |tenant: &TenantOverview| tenant.id.to_string();
    let (tenants, next_page_token) = pages::cut(tenants, &request, key)?;
    Ok(v1::ListTenantsResponse { tenants: tenants.into_iter().map(tenant::tenant).collect(), next_page_token })
}

pub(super) async fn update(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::UpdateTenantRequest>,
) -> Result<v1::Tenant, Failure> {
    let v1::UpdateTenantRequest { tenant: wanted, update_mask } = asked.message;
    let v1::Tenant { name, display_name, .. } = wanted.unwrap_or_default();
    let id = names::tenant("tenant.name", &name)?;
    let named = update_mask.is_some_and(|mask| !mask.paths.is_empty());
    if display_name.is_empty() {
        if named {
            return Err(Failure::invalid_field("tenant.display_name", "must not be empty"));
        }
        return Ok(tenant::tenant(operations.get_tenant(&asked.scope, &id).await?));
    }
    Ok(tenant::tenant(operations.rename_tenant(&asked.scope, &id, display_name).await?))
}
