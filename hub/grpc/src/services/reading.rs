//! ReadingService.

mod export;
mod intervals;
mod list;
mod statistics;
mod submit;

use komunala_app::Hub;
use tonic::{Request, Response, Status, async_trait};

use super::{asked::Asked, pieces::Chunks};
use crate::proto::v1::{self, reading_service_server::ReadingService};

pub(super) struct Readings {
    pub(super) hub: Hub,
}

#[async_trait]
impl ReadingService for Readings {
    type ExportConsumptionStream = Chunks<v1::ExportConsumptionResponse>;

    async fn list_meters(
        &self,
        request: Request<v1::ListMetersRequest>,
    ) -> Result<Response<v1::ListMetersResponse>, Status> {
        Ok(Response::new(list::meters(&self.hub, Asked::by_user(request)?).await?))
    }

    async fn submit_reading(
        &self,
        request: Request<v1::SubmitReadingRequest>,
    ) -> Result<Response<v1::Reading>, Status> {
        Ok(Response::new(submit::submit(&self.hub, Asked::by_user(request)?).await?))
    }

    async fn check_reading(
        &self,
        request: Request<v1::CheckReadingRequest>,
    ) -> Result<Response<v1::CheckReadingResponse>, Status> {
        Ok(Response::new(submit::check(&self.hub, Asked::by_user(request)?).await?))
    }

    async fn get_reading_window(
        &self,
        request: Request<v1::GetReadingWindowRequest>,
    ) -> Result<Response<v1::GetReadingWindowResponse>, Status> {
        Ok(Response::new(list::window(&self.hub, &Asked::by_user(request)?)?))
    }

    async fn list_readings(
        &self,
        request: Request<v1::ListReadingsRequest>,
    ) -> Result<Response<v1::ListReadingsResponse>, Status> {
        Ok(Response::new(list::readings(&self.hub, Asked::by_user(request)?).await?))
    }

    async fn list_intervals(
        &self,
        request: Request<v1::ListIntervalsRequest>,
    ) -> Result<Response<v1::ListIntervalsResponse>, Status> {
        Ok(Response::new(intervals::list(&self.hub, Asked::by_user(request)?).await?))
    }

    async fn export_consumption(
        &self,
        request: Request<v1::ExportConsumptionRequest>,
    ) -> Result<Response<Self::ExportConsumptionStream>, Status> {
        Ok(Response::new(export::export(&self.hub, Asked::by_user(request)?).await?))
    }

    async fn get_statistics(
        &self,
        request: Request<v1::GetStatisticsRequest>,
    ) -> Result<Response<v1::GetStatisticsResponse>, Status> {
        Ok(Response::new(statistics::get(&self.hub, Asked::by_user(request)?).await?))
    }
}
