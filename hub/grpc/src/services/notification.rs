//! NotificationService.

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
