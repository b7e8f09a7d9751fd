//! What a customer is told while they look at the portal, and how they wish to be told.

use std::time::Duration;

use anyhow::{Context, ensure};
use komunala_grpc::proto::v1::{
    ListNotificationsRequest, MarkNotificationsReadRequest, Preferences, TopicPreference, UpdatePreferencesRequest,
    WatchNotificationsRequest, WatchNotificationsResponse,
};
use tokio::time::timeout;
use tonic::Streaming;

use crate::{Customer, story::Teller};

/// How soon a portal that watches hears of something.
const HEARD_WITHIN: Duration = Duration::from_secs(2);

/// A portal that watches for its customer from now on.
pub(super) async fn watch(customer: &Customer) -> anyhow::Result<Streaming<WatchNotificationsResponse>> {
    let request = WatchNotificationsRequest::default();
    let mut watch = customer.notifications().watch_notifications(request).await?.into_inner();
    let first = timeout(HEARD_WITHIN, watch.message()).await??.context("the watch ended")?;
    ensure!(first.notification.is_none(), "old news is told anew");
    Ok(watch)
}

/// It hears that this request was answered.
pub(super) async fn tell(
    teller: &Teller<'_>,
    customer: &Customer,
    watch: &mut Streaming<WatchNotificationsResponse>,
    request: &str,
) -> anyhow::Result<()> {
    let heard = loop {
        let next = timeout(HEARD_WITHIN, watch.message()).await.context("nobody tells")??;
        if let Some(notification) = next.context("the watch ended")?.notification {
            break notification;
        }
    };
    ensure!(heard.kind == "request_answered" && heard.resource == request, "it hears of {heard:?}");
    let mut notifications = customer.notifications();
    let listed = notifications.list_notifications(ListNotificationsRequest::default()).await?.into_inner();
    ensure!(listed.notifications.first() == Some(&heard) && listed.unread_count > 0, "the list has it not");
    notifications.mark_notifications_read(MarkNotificationsReadRequest { up_to: heard.name }).await?;
    let listed = notifications.list_notifications(ListNotificationsRequest::default()).await?.into_inner();
    ensure!(listed.unread_count == 0, "{} are unread", listed.unread_count);
    teller.holds(
        "WatchNotifications",
        "the portal hears of the answer within two seconds, and lists it with its request",
    );

    let silent = TopicPreference { topic: "requests".into(), ..Default::default() };
    let preferences = Some(Preferences { topics: vec![silent], ..Default::default() });
    let wish = UpdatePreferencesRequest { preferences, update_mask: None };
    let wishes = notifications.update_preferences(wish).await?.into_inner();
    let requests = wishes.topics.iter().find(|topic| topic.topic == "requests").context("no such topic")?;
    ensure!(requests.channels.is_empty(), "it is still told by {:?}", requests.channels);
    teller
        .holds("UpdatePreferences", "answers come without a mail from now on; what is about safety cannot be silenced");
    Ok(())
}
