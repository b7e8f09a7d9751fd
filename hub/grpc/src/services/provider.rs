//! ProviderService.

use komunala_app::{Hub, scope::PortalScope};
use tonic::{Request, Response, Status, async_trait};

use super::asked::{Asked, page};
use crate::{
    convert,
    failure::Failure,
    names,
    proto::v1::{self, provider_service_server::ProviderService},
};

pub(super) struct Providers {
    pub(super) hub: Hub,
}

#[async_trait]
impl ProviderService for Providers {
    async fn list_providers(
        &self,
        request: Request<v1::ListProvidersRequest>,
    ) -> Result<Response<v1::ListProvidersResponse>, Status> {
        Ok(Response::new(self.list(Asked::by_portal(request)?)?))
    }

    async fn get_provider(&self, request: Request<v1::GetProviderRequest>) -> Result<Response<v1::Provider>, Status> {
        Ok(Response::new(self.get(&Asked::by_portal(request)?)?))
    }
}

impl Providers {
    fn list(&self, asked: Asked<PortalScope, v1::ListProvidersRequest>) -> Result<v1::ListProvidersResponse, Failure> {
        let request = page(asked.message.page_size, asked.message.page_token);
        let page = self.hub.list_providers(&asked.scope, &request)?;
        Ok(v1::ListProvidersResponse {
            providers: page.items.iter().map(convert::provider).collect(),
            next_page_token: page.next_token,
        })
    }

    fn get(&self, asked: &Asked<PortalScope, v1::GetProviderRequest>) -> Result<v1::Provider, Failure> {
        let id = names::provider("name", &asked.message.name)?;
        Ok(convert::provider(&self.hub.get_provider(&asked.scope, &id)?))
    }
}
