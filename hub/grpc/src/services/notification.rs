//! NotificationService.

mod list;
mod preferences;
mod watch;

use komunala_app::{Hub, outage::ListOutages};
use tonic::{Request, Response, Status, async_trait};

use super::asked::{Asked, page};
use crate::{
    convert,
    failure::Failure,
    names,
    proto::v1::{self, notification_service_server::NotificationService},
};

pub(super) struct Notifications {
    pub(super) hub: Hub,
}

#[async_trait]
impl NotificationService for Notifications {
    async fn list_outages(
        &self,
        request: Request<v1::ListOutagesRequest>,
    ) -> Result<Response<v1::ListOutagesResponse>, Status> {
        Ok(Response::new(outages(&self.hub, Asked::by_user(request)?).await?))
    }

    async fn list_notifications(
        &self,
        request: Request<v1::ListNotificationsRequest>,
    ) -> Result<Response<v1::ListNotificationsResponse>, Status> {
        Ok(Response::new(list::list(&self.hub, Asked::by_user(request)?).await?))
    }

    type WatchNotificationsStream = watch::Watch;

    async fn watch_notifications(
        &self,
        request: Request<v1::WatchNotificationsRequest>,
    ) -> Result<Response<Self::WatchNotificationsStream>, Status> {
        Ok(Response::new(watch::watch(&self.hub, Asked::by_user(request)?).await?))
    }

    async fn mark_notifications_read(
        &self,
        request: Request<v1::MarkNotificationsReadRequest>,
    ) -> Result<Response<v1::MarkNotificationsReadResponse>, Status> {
        Ok(Response::new(list::mark_read(&self.hub, Asked::by_user(request)?).await?))
    }

    async fn get_preferences(
        &self,
        request: Request<v1::GetPreferencesRequest>,
    ) -> Result<Response<v1::Preferences>, Status> {
        Ok(Response::new(preferences::get(&self.hub, Asked::by_user(request)?).await?))
    }

    async fn update_preferences(
        &self,
        request: Request<v1::UpdatePreferencesRequest>,
    ) -> Result<Response<v1::Preferences>, Status> {
        Ok(Response::new(preferences::update(&self.hub, Asked::by_user(request)?).await?))
    }
}

async fn outages(
    hub: &Hub,
    asked: Asked<komunala_app::scope::UserScope, v1::ListOutagesRequest>,
) -> Result<v1::ListOutagesResponse, Failure> {
    let (accounts, point) = names::reach("parent", &asked.message.parent)?;
    let page = page(asked.message.page_size, asked.message.page_token);
    let page = hub.list_outages(&asked.scope, asked.call, ListOutages { accounts, point, page }).await?;
    Ok(v1::ListOutagesResponse {
        outages: page.items.into_iter().map(convert::outage).collect(),
        next_page_token: page.next_token,
        unreachable: names::providers(&page.unreachable),
    })
}
