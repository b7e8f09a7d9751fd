//! Requests that are seen through to their end, whether anybody waits for it or not.
//!
//! A billing system that bears one request at a time is at it until it has answered, not until its client gave up. So a
//! request that is exclusive runs in a task of its own, which holds the turn until the last byte of the answer is there.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt, Full};
use tokio::sync::oneshot;
use tracing::Instrument;

use super::transport::{ResponseBody, Transport, TransportError};
use crate::turn::Turn;

/// Sends a request and holds the turn until it is over, for `longest` at most once nobody waits for it.
pub(super) async fn send(
    transport: Arc<dyn Transport>,
    request: Request<Full<Bytes>>,
    turn: Arc<Turn>,
    longest: Duration,
) -> Result<Response<ResponseBody>, TransportError> {
    let (tell, told) = oneshot::channel();
    let exchange = async move {
        let Ok(answer) = tokio::time::timeout(longest, transport.send(request)).await else {
            tracing::warn!("an exclusive request did not end; the next one may meet a busy billing system");
            return;
        };
        let held = |body| Held { body: Some(body), turn: Some(turn), longest }.boxed_unsync();
        // what nobody takes is dropped, and so read to its end
        let _ = tell.send(answer.map(|response| response.map(held)));
    };
    tokio::spawn(exchange.in_current_span());
    told.await.unwrap_or_else(|_| Err(TransportError::Protocol("the answer did not come".into())))
}

/// A body with the turn it belongs to.
struct Held {
    body: Option<ResponseBody>,
    turn: Option<Arc<Turn>>,
    longest: Duration,
}

impl Body for Held {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let frame = ready!(Pin::new(body).poll_frame(context));
        if !matches!(frame, Some(Ok(_))) {
            (self.body, self.turn) = (None, None);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let (Some(mut body), Some(turn)) = (self.body.take(), self.turn.take()) else { return };
        if body.is_end_stream() {
            return;
        }
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let longest = self.longest;
        let reading = async move {
            let to_the_end = async { while let Some(Ok(_)) = body.frame().await {} };
            // cut off after that time, which the billing system notices
            let _ = tokio::time::timeout(longest, to_the_end).await;
            drop(turn);
        };
        runtime.spawn(reading.in_current_span());
    }
}
