//! ListNotifications and MarkNotificationsRead.

use komunala_app::{Hub, notification::ListNotifications, scope::UserScope};

use crate::{
    convert,
    failure::Failure,
    names,
    proto::v1,
    services::asked::{Asked, page},
};

pub(super) async fn list(
    hub: &Hub,
    asked: Asked<UserScope, v1::ListNotificationsRequest>,
) -> Result<v1::ListNotificationsResponse, Failure> {
    let page = page(asked.message.page_size, asked.message.page_token);
    let notices = hub.list_notifications(&asked.scope, ListNotifications { page }).await?;
    Ok(v1::ListNotificationsResponse {
        notifications: notices.page.items.into_iter().map(convert::notification).collect(),
        next_page_token: notices.page.next_token,
        unread_count: count(notices.unread),
        watch_token: notices.watch_token,
    })
}

pub(super) async fn mark_read(
    hub: &Hub,
    asked: Asked<UserScope, v1::MarkNotificationsReadRequest>,
) -> Result<v1::MarkNotificationsReadResponse, Failure> {
    let up_to = Some(asked.message.up_to.as_str()).filter(|name| !name.is_empty());
    let up_to = up_to.map(|name| names::notification("up_to", name)).transpose()?;
    let unread = hub.mark_notifications_read(&asked.scope, up_to).await?;
    Ok(v1::MarkNotificationsReadResponse { unread_count: count(unread) })
}

fn count(unread: u32) -> i32 {
    i32::try_from(unread).unwrap_or(i32::MAX)
}
