//! WatchNotifications.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use futures::Stream;
use komunala_app::{
    Hub,
    notification::{WatchedPieces, Watching},
    scope::UserScope,
};
use tonic::Status;

use crate::{convert, failure::Failure, proto::v1, services::asked::Asked};

pub(super) async fn watch(hub: &Hub, asked: Asked<UserScope, v1::WatchNotificationsRequest>) -> Result<Watch, Failure> {
    Ok(Watch(hub.watch_notifications(&asked.scope, &asked.message.watch_token).await?))
}

/// The messages of a watch.
pub(in crate::services) struct Watch(WatchedPieces);

impl Stream for Watch {
    type Item = Result<v1::WatchNotificationsResponse, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|piece| {
            piece.map(|piece| {
                let Watching { notification, token } = piece.map_err(|failure| Status::from(Failure::from(failure)))?;
                let notification = notification.map(convert::notification);
                Ok(v1::WatchNotificationsResponse { notification, watch_token: token })
            })
        })
    }
}
