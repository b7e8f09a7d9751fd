//! AdapterService, AuditService, BillRunService, MessageService, OutageService, ProviderAdminService, RequestDeskService and
//! TenantService.

mod adapters;
mod audit;
mod bill_run_service;
mod bill_runs;
mod desk;
mod install;
mod messages;
mod outages;
mod pages;
mod portals;
mod providers;
mod readings;
mod tenants;

use komunala_app::Operations;
use tonic::{Request, Response, Status, Streaming, async_trait};

pub(super) use self::bill_run_service::BillRuns;
use super::asked::Asked;
use crate::proto::operator::v1::{
    self, adapter_service_server::AdapterService, audit_service_server::AuditService,
    message_service_server::MessageService, outage_service_server::OutageService,
    provider_admin_service_server::ProviderAdminService, request_desk_service_server::RequestDeskService,
    tenant_service_server::TenantService,
};

pub(super) struct Adapters {
    pub(super) operations: Operations,
}

#[async_trait]
impl AdapterService for Adapters {
    async fn install_adapter(
        &self,
        request: Request<Streaming<v1::InstallAdapterRequest>>,
    ) -> Result<Response<v1::InstallAdapterResponse>, Status> {
        Ok(Response::new(install::install(&self.operations, Asked::streamed(request)?).await?))
    }

    async fn list_components(
        &self,
        request: Request<v1::ListComponentsRequest>,
    ) -> Result<Response<v1::ListComponentsResponse>, Status> {
        Ok(Response::new(adapters::components(&self.operations, Asked::by_operator(request)?).await?))
    }

    async fn list_adapters(
        &self,
        request: Request<v1::ListAdaptersRequest>,
    ) -> Result<Response<v1::ListAdaptersResponse>, Status> {
        Ok(Response::new(adapters::list(&self.operations, Asked::by_operator(request)?)?))
    }

    async fn get_adapter(&self, request: Request<v1::GetAdapterRequest>) -> Result<Response<v1::Adapter>, Status> {
        Ok(Response::new(adapters::get(&self.operations, &Asked::by_operator(request)?)?))
    }

    async fn roll_back_adapter(
        &self,
        request: Request<v1::RollBackAdapterRequest>,
    ) -> Result<Response<v1::Adapter>, Status> {
        Ok(Response::new(adapters::roll_back(&self.operations, Asked::by_operator(request)?).await?))
    }

    async fn disable_adapter(
        &self,
        request: Request<v1::DisableAdapterRequest>,
    ) -> Result<Response<v1::Adapter>, Status> {
        let asked = Asked::by_operator(request)?;
        Ok(Response::new(adapters::enable(&self.operations, &asked.scope, &asked.message.name, false).await?))
    }

    async fn enable_adapter(
        &self,
        request: Request<v1::EnableAdapterRequest>,
    ) -> Result<Response<v1::Adapter>, Status> {
        let asked = Asked::by_operator(request)?;
        Ok(Response::new(adapters::enable(&self.operations, &asked.scope, &asked.message.name, true).await?))
    }
}

pub(super) struct Audits {
    pub(super) operations: Operations,
}

#[async_trait]
impl AuditService for Audits {
    async fn list_audit_events(
        &self,
        request: Request<v1::ListAuditEventsRequest>,
    ) -> Result<Response<v1::ListAuditEventsResponse>, Status> {
        Ok(Response::new(audit::list(&self.operations, Asked::by_operator(request)?).await?))
    }
}

pub(super) struct Mail {
    pub(super) operations: Operations,
}

#[async_trait]
impl MessageService for Mail {
    async fn get_delivery(&self, request: Request<v1::GetDeliveryRequest>) -> Result<Response<v1::Delivery>, Status> {
        Ok(Response::new(messages::delivery(&self.operations, Asked::by_operator(request)?).await?))
    }

    async fn release_delivery(
        &self,
        request: Request<v1::ReleaseDeliveryRequest>,
    ) -> Result<Response<v1::Delivery>, Status> {
        Ok(Response::new(messages::release(&self.operations, Asked::by_operator(request)?).await?))
    }

    async fn list_messages(
        &self,
        request: Request<v1::ListMessagesRequest>,
    ) -> Result<Response<v1::ListMessagesResponse>, Status> {
        Ok(Response::new(messages::list(&self.operations, Asked::by_operator(request)?).await?))
    }

    async fn resolve_unknown(
        &self,
        request: Request<v1::ResolveUnknownRequest>,
    ) -> Result<Response<v1::ResolveUnknownResponse>, Status> {
        Ok(Response::new(messages::resolve(&self.operations, Asked::by_operator(request)?).await?))
    }

    async fn list_suppressions(
        &self,
        request: Request<v1::ListSuppressionsRequest>,
    ) -> Result<Response<v1::ListSuppressionsResponse>, Status> {
        Ok(Response::new(messages::suppressions(&self.operations, Asked::by_operator(request)?).await?))
    }

    async fn lift_suppression(
        &self,
        request: Request<v1::LiftSuppressionRequest>,
    ) -> Result<Response<v1::LiftSuppressionResponse>, Status> {
        Ok(Response::new(messages::lift(&self.operations, Asked::by_operator(request)?).await?))
    }
}

pub(super) struct Outages {
    pub(super) operations: Operations,
}

#[async_trait]
impl OutageService for Outages {
    async fn publish_outage(
        &self,
        request: Request<v1::PublishOutageRequest>,
    ) -> Result<Response<v1::PlannedOutage>, Status> {
        Ok(Response::new(outages::publish(&self.operations, Asked::by_operator(request)?).await?))
    }

    async fn change_outage(
        &self,
        request: Request<v1::ChangeOutageRequest>,
    ) -> Result<Response<v1::PlannedOutage>, Status> {
        Ok(Response::new(outages::change(&self.operations, Asked::by_operator(request)?).await?))
    }

    async fn cancel_outage(
        &self,
        request: Request<v1::CancelOutageRequest>,
    ) -> Result<Response<v1::PlannedOutage>, Status> {
        Ok(Response::new(outages::cancel(&self.operations, Asked::by_operator(request)?).await?))
    }

    async fn get_outage(&self, request: Request<v1::GetOutageRequest>) -> Result<Response<v1::PlannedOutage>, Status> {
        Ok(Response::new(outages::get(&self.operations, Asked::by_operator(request)?).await?))
    }

    async fn list_outages(
        &self,
        request: Request<v1::ListOutagesRequest>,
    ) -> Result<Response<v1::ListOutagesResponse>, Status> {
        Ok(Response::new(outages::list(&self.operations, Asked::by_operator(request)?).await?))
    }

    async fn preview_outage(
        &self,
        request: Request<v1::PreviewOutageRequest>,
    ) -> Result<Response<v1::PreviewOutageResponse>, Status> {
        Ok(Response::new(outages::preview(&self.operations, Asked::by_operator(request)?).await?))
    }
}

pub(super) struct Providers {
    pub(super) operations: Operations,
}

#[async_trait]
impl ProviderAdminService for Providers {
    async fn apply_provider(
        &self,
        request: Request<v1::ApplyProviderRequest>,
    ) -> Result<Response<v1::ApplyProviderResponse>, Status> {
        Ok(Response::new(providers::apply(&self.operations, Asked::by_operator(request)?).await?))
    }

    async fn apply_portals(
        &self,
        request: Request<v1::ApplyPortalsRequest>,
    ) -> Result<Response<v1::ApplyPortalsResponse>, Status> {
        Ok(Response::new(providers::apply_portals(&self.operations, Asked::by_operator(request)?).await?))
    }

    async fn list_providers(
        &self,
        request: Request<v1::ListProvidersRequest>,
    ) -> Result<Response<v1::ListProvidersResponse>, Status> {
        Ok(Response::new(providers::list(&self.operations, Asked::by_operator(request)?)?))
    }

    async fn get_provider(
        &self,
        request: Request<v1::GetProviderRequest>,
    ) -> Result<Response<v1::ProviderSettings>, Status> {
        Ok(Response::new(providers::get(&self.operations, &Asked::by_operator(request)?)?))
    }

    async fn disable_provider(
        &self,
        request: Request<v1::DisableProviderRequest>,
    ) -> Result<Response<v1::ProviderSettings>, Status> {
        let asked = Asked::by_operator(request)?;
        Ok(Response::new(providers::show(&self.operations, &asked.scope, &asked.message.name, false).await?))
    }

    async fn enable_provider(
        &self,
        request: Request<v1::EnableProviderRequest>,
    ) -> Result<Response<v1::ProviderSettings>, Status> {
        let asked = Asked::by_operator(request)?;
        Ok(Response::new(providers::show(&self.operations, &asked.scope, &asked.message.name, true).await?))
    }
}

pub(super) struct Tenants {
    pub(super) operations: Operations,
}

#[async_trait]
impl TenantService for Tenants {
    async fn create_tenant(&self, request: Request<v1::CreateTenantRequest>) -> Result<Response<v1::Tenant>, Status> {
        Ok(Response::new(tenants::create(&self.operations, Asked::by_operator(request)?).await?))
    }

    async fn get_tenant(&self, request: Request<v1::GetTenantRequest>) -> Result<Response<v1::Tenant>, Status> {
        Ok(Response::new(tenants::get(&self.operations, Asked::by_operator(request)?).await?))
    }

    async fn list_tenants(
        &self,
        request: Request<v1::ListTenantsRequest>,
    ) -> Result<Response<v1::ListTenantsResponse>, Status> {
        Ok(Response::new(tenants::list(&self.operations, Asked::by_operator(request)?).await?))
    }

    async fn update_tenant(&self, request: Request<v1::UpdateTenantRequest>) -> Result<Response<v1::Tenant>, Status> {
        Ok(Response::new(tenants::update(&self.operations, Asked::by_operator(request)?).await?))
    }

    async fn list_portals(
        &self,
        request: Request<v1::ListPortalsRequest>,
    ) -> Result<Response<v1::ListPortalsResponse>, Status> {
        Ok(Response::new(portals::list(&self.operations, Asked::by_operator(request)?)?))
    }

    async fn get_portal(&self, request: Request<v1::GetPortalRequest>) -> Result<Response<v1::Portal>, Status> {
        Ok(Response::new(portals::get(&self.operations, Asked::by_operator(request)?)?))
    }

    async fn create_portal_key(
        &self,
        request: Request<v1::CreatePortalKeyRequest>,
    ) -> Result<Response<v1::PortalKey>, Status> {
        Ok(Response::new(portals::create_key(&self.operations, Asked::by_operator(request)?).await?))
    }

    async fn list_portal_keys(
        &self,
        request: Request<v1::ListPortalKeysRequest>,
    ) -> Result<Response<v1::ListPortalKeysResponse>, Status> {
        Ok(Response::new(portals::list_keys(&self.operations, Asked::by_operator(request)?).await?))
    }

    async fn revoke_portal_key(
        &self,
        request: Request<v1::RevokePortalKeyRequest>,
    ) -> Result<Response<v1::PortalKey>, Status> {
        Ok(Response::new(portals::revoke_key(&self.operations, Asked::by_operator(request)?).await?))
    }
}

pub(super) struct Desk {
    pub(super) operations: Operations,
}

#[async_trait]
impl RequestDeskService for Desk {
    type DownloadDeskAttachmentStream = desk::Chunks;

    async fn list_desk_requests(
        &self,
        request: Request<v1::ListDeskRequestsRequest>,
    ) -> Result<Response<v1::ListDeskRequestsResponse>, Status> {
        Ok(Response::new(desk::list(&self.operations, Asked::by_operator(request)?).await?))
    }

    async fn get_desk_request(
        &self,
        request: Request<v1::GetDeskRequestRequest>,
    ) -> Result<Response<v1::DeskRequestThread>, Status> {
        Ok(Response::new(desk::get(&self.operations, Asked::by_operator(request)?).await?))
    }

    async fn take_request(
        &self,
        request: Request<v1::TakeRequestRequest>,
    ) -> Result<Response<v1::DeskRequestThread>, Status> {
        Ok(Response::new(desk::take(&self.operations, Asked::by_operator(request)?).await?))
    }

    async fn answer_request(
        &self,
        request: Request<v1::AnswerRequestRequest>,
    ) -> Result<Response<v1::DeskRequestThread>, Status> {
        Ok(Response::new(desk::answer(&self.operations, Asked::by_operator(request)?).await?))
    }

    async fn close_request(
        &self,
        request: Request<v1::CloseRequestRequest>,
    ) -> Result<Response<v1::DeskRequestThread>, Status> {
        Ok(Response::new(desk::close(&self.operations, Asked::by_operator(request)?).await?))
    }

    async fn list_desk_readings(
        &self,
        request: Request<v1::ListDeskReadingsRequest>,
    ) -> Result<Response<v1::ListDeskReadingsResponse>, Status> {
        Ok(Response::new(readings::list(&self.operations, Asked::by_operator(request)?).await?))
    }

    async fn enter_reading(
        &self,
        request: Request<v1::EnterReadingRequest>,
    ) -> Result<Response<crate::proto::v1::Reading>, Status> {
        Ok(Response::new(readings::enter(&self.operations, Asked::by_operator(request)?).await?))
    }

    async fn download_desk_attachment(
        &self,
        request: Request<v1::DownloadDeskAttachmentRequest>,
    ) -> Result<Response<Self::DownloadDeskAttachmentStream>, Status> {
        Ok(Response::new(desk::download(&self.operations, Asked::by_operator(request)?).await?))
    }
}
