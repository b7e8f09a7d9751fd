//! NotificationService.

mod list;
mod outages;
mod preferences;
mod subscriptions;
mod watch;

use komunala_app::Hub;
use tonic::{Request, Response, Status, async_trait};

use super::asked::{Asked, signed_in};
use crate::proto::v1::{self, notification_service_server::NotificationService};

pub(super) struct Notifications {
    pub(super) hub: Hub,
}

#[async_trait]
impl NotificationService for Notifications {
    async fn list_outages(
        &self,
        request: Request<v1::ListOutagesRequest>,
    ) -> Result<Response<v1::ListOutagesResponse>, Status> {
        Ok(Response::new(outages::list(&self.hub, Asked::by_user(request)?).await?))
    }

    async fn subscribe(&self, request: Request<v1::SubscribeRequest>) -> Result<Response<v1::Subscription>, Status> {
        let user = signed_in(&request);
        Ok(Response::new(subscriptions::subscribe(&self.hub, user, Asked::by_portal(request)?).await?))
    }

    async fn confirm_subscription(
        &self,
        request: Request<v1::ConfirmSubscriptionRequest>,
    ) -> Result<Response<v1::ConfirmSubscriptionResponse>, Status> {
        Ok(Response::new(subscriptions::confirm(&self.hub, Asked::by_portal(request)?).await?))
    }

    async fn list_subscriptions(
        &self,
        request: Request<v1::ListSubscriptionsRequest>,
    ) -> Result<Response<v1::ListSubscriptionsResponse>, Status> {
        Ok(Response::new(subscriptions::list(&self.hub, Asked::by_user(request)?).await?))
    }

    async fn unsubscribe(
        &self,
        request: Request<v1::UnsubscribeRequest>,
    ) -> Result<Response<v1::UnsubscribeResponse>, Status> {
        let user = signed_in(&request);
        Ok(Response::new(subscriptions::unsubscribe(&self.hub, user, Asked::by_portal(request)?).await?))
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
