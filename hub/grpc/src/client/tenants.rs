//! Tenants, portals, keys, and how providers stand.

use super::{
    CALL, ClientError, OperatorClient,
    pages::{self, PAGE},
    timed,
};
use crate::proto::operator::v1;

impl OperatorClient {
    /// CreateTenant.
    pub async fn create_tenant(&mut self, id: &str, display_name: &str) -> Result<v1::Tenant, ClientError> {
        let tenant = Some(v1::Tenant { display_name: display_name.to_owned(), ..Default::default() });
        let request = v1::CreateTenantRequest { tenant_id: id.to_owned(), tenant };
        Ok(self.tenants.create_tenant(timed(request, CALL)).await?.into_inner())
    }

    /// UpdateTenant.
    pub async fn rename_tenant(&mut self, name: String, display_name: &str) -> Result<v1::Tenant, ClientError> {
        let tenant = Some(v1::Tenant { name, display_name: display_name.to_owned(), ..Default::default() });
        let request = v1::UpdateTenantRequest { tenant, update_mask: None };
        Ok(self.tenants.update_tenant(timed(request, CALL)).await?.into_inner())
    }

    /// ListTenants, all pages.
    pub async fn tenants(&mut self) -> Result<Vec<v1::Tenant>, ClientError> {
        pages::all(async |page_token| {
            let request = v1::ListTenantsRequest { page_size: PAGE, page_token };
            let page = self.tenants.list_tenants(timed(request, CALL)).await?.into_inner();
            Ok((page.tenants, page.next_page_token))
        })
        .await
    }

    /// ListPortals, all pages.
    pub async fn portals(&mut self, parent: &str) -> Result<Vec<v1::Portal>, ClientError> {
        pages::all(async |page_token| {
            let request = v1::ListPortalsRequest { parent: parent.to_owned(), page_size: PAGE, page_token };
            let page = self.tenants.list_portals(timed(request, CALL)).await?.into_inner();
            Ok((page.portals, page.next_page_token))
        })
        .await
    }

    /// CreatePortalKey; the key ends at `expires`.
    pub async fn create_portal_key(
        &mut self,
        parent: String,
        expires: Option<jiff::Timestamp>,
    ) -> Result<v1::PortalKey, ClientError> {
        let expire_time = expires.map(crate::convert::moment);
        let portal_key = Some(v1::PortalKey { expire_time, ..Default::default() });
        let request = v1::CreatePortalKeyRequest { parent, portal_key };
        Ok(self.tenants.create_portal_key(timed(request, CALL)).await?.into_inner())
    }

    /// ListPortalKeys, all pages.
    pub async fn portal_keys(&mut self, parent: &str) -> Result<Vec<v1::PortalKey>, ClientError> {
        pages::all(async |page_token| {
            let request = v1::ListPortalKeysRequest { parent: parent.to_owned(), page_size: PAGE, page_token };
            let page = self.tenants.list_portal_keys(timed(request, CALL)).await?.into_inner();
            Ok((page.keys, page.next_page_token))
        })
        .await
    }

    /// RevokePortalKey.
    pub async fn revoke_portal_key(&mut self, name: String) -> Result<v1::PortalKey, ClientError> {
        let request = timed(v1::RevokePortalKeyRequest { name }, CALL);
        Ok(self.tenants.revoke_portal_key(request).await?.into_inner())
    }

    /// ListProviders, all pages.
    pub async fn providers(&mut self) -> Result<Vec<v1::ProviderSettings>, ClientError> {
        pages::all(async |page_token| {
            let request = v1::ListProvidersRequest { page_size: PAGE, page_token };
            let page = self.providers.list_providers(timed(request, CALL)).await?.into_inner();
            Ok((page.providers, page.next_page_token))
        })
        .await
    }

    /// DisableProvider and EnableProvider.
    pub async fn enable_provider(
        &mut self,
        name: String,
        is_enabled: bool,
    ) -> Result<v1::ProviderSettings, ClientError> {
        let answer = if is_enabled {
            self.providers.enable_provider(timed(v1::EnableProviderRequest { name }, CALL)).await?
        } else {
            self.providers.disable_provider(timed(v1::DisableProviderRequest { name }, CALL)).await?
        };
        Ok(answer.into_inner())
    }
}
