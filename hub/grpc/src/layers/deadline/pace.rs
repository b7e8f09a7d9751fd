//! A stream that stalls, or goes on past its caller's deadline, is ended with a status.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::HeaderMap;
use http_body::Frame;
use tokio::time::{Sleep, sleep_until};
use tonic::{Status, body::Body};

use super::late;

pub(super) struct Pace {
    inner: Body,
    /// The longest wait for the next frame.
    idle: Option<Duration>,
    /// When it is over in any case.
    until: Option<Instant>,
    sleep: Pin<Box<Sleep>>,
    over: bool,
}

impl Pace {
    pub(super) fn new(inner: Body, idle: Option<Duration>, until: Option<Instant>) -> Self {
        let sleep = Box::pin(sleep_until(next(idle, until).into()));
        Self { inner, idle, until, sleep, over: false }
    }
}

/// A day stands for never.
const NEVER: Duration = Duration::from_secs(24 * 60 * 60);

fn next(idle: Option<Duration>, until: Option<Instant>) -> Instant {
    let stalled = Instant::now() + idle.unwrap_or(NEVER);
    until.map_or(stalled, |until| until.min(stalled))
}

impl http_body::Body for Pace {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        if self.over {
            return Poll::Ready(None);
        }
        let expired = self.until.is_some_and(|until| until <= Instant::now());
        if !expired && let Poll::Ready(frame) = Pin::new(&mut self.inner).poll_frame(cx) {
            let next = next(self.idle, self.until);
            self.sleep.as_mut().reset(next.into());
            return Poll::Ready(frame);
        }
        ready!(self.sleep.as_mut().poll(cx));
        if self.idle.is_none() && self.until.is_none_or(|until| until > Instant::now()) {
            let next = next(None, self.until);
            self.sleep.as_mut().reset(next.into());
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.over = true;
        let mut trailers = HeaderMap::new();
        Status::from(late()).add_header(&mut trailers)?;
        Poll::Ready(Some(Ok(Frame::trailers(trailers))))
    }

    fn is_end_stream(&self) -> bool {
        self.over || self.inner.is_end_stream()
    }
}
