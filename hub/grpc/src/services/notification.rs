//! NotificationService.

mod outages;
mod subscriptions;

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
}
