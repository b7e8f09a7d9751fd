//! How long a call may take: what the caller's `grpc-timeout` says, within what the settings allow. Who is late gets
//! DEADLINE_EXCEEDED, and use cases find the deadline in the request's extensions to end in time themselves.

mod pace;

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use http::HeaderMap;
use komunala_app::ports::Call;
use pin_project_lite::pin_project;
use tokio::time::{Sleep, sleep_until};
use tonic::body::Body;
use tower::Service;

use self::pace::Pace;
use super::{Request, Response, refuse, rpc};
use crate::{
    failure::{Failure, Reason},
    rpc::Shape,
};

/// How long calls may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Where the caller does not say.
    pub(crate) default: Duration,
    /// At most, whatever the caller says.
    pub(crate) longest: Duration,
    /// Between two messages of a stream.
    pub(crate) idle: Duration,
}

fn late() -> Failure {
    Failure::new(Reason::DeadlineExceeded, "the deadline passed")
}

#[derive(Debug, Clone)]
pub(crate) struct KeepTime<S> {
    pub(crate) inner: S,
    pub(crate) limits: Limits,
}

impl<S> Service<Request> for KeepTime<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Timed<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let shape = rpc(request.extensions()).shape;
        let given = timeout_of(request.headers());
        // whoever uploads may have a slow line, and says no more of it than others say of theirs
        let default = if shape == Shape::Upload { self.limits.longest } else { self.limits.default };
        let time = given.unwrap_or(default).min(self.limits.longest);
        let deadline = Instant::now() + time;
        request.extensions_mut().insert(Call { deadline });
        // a stream may go on while it flows; a watch as long as it is watched; both end when the caller said so
        let pace = match shape {
            Shape::Unary | Shape::Upload => None,
            Shape::Stream => Some((Some(self.limits.idle), given.map(|_| deadline))),
            Shape::Watch => Some((None, given.map(|time| Instant::now() + time))),
        };
        Timed { inner: self.inner.call(request), deadline, sleep: None, pace }
    }
}

pin_project! {
    pub(crate) struct Timed<F> {
        #[pin]
        inner: F,
        deadline: Instant,
        // made when the answer is not there at once: most are
        #[pin]
        sleep: Option<Sleep>,
        pace: Option<(Option<Duration>, Option<Instant>)>,
    }
}

impl<F: Future<Output = Result<Response, Infallible>>> Future for Timed<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if let Poll::Ready(Ok(response)) = this.inner.poll(cx) {
            return Poll::Ready(Ok(match *this.pace {
                Some((idle, until)) if idle.is_some() || until.is_some() => {
                    response.map(|body| Body::new(Pace::new(body, idle, until)))
                }
                _ => response,
            }));
        }
        if this.sleep.is_none() {
            this.sleep.set(Some(sleep_until((*this.deadline).into())));
        }
        if let Some(sleep) = this.sleep.as_pin_mut() {
            ready!(sleep.poll(cx));
        }
        Poll::Ready(Ok(refuse(late())))
    }
}

/// `grpc-timeout`: at most 8 digits and a unit. Another spelling counts as none.
fn timeout_of(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("grpc-timeout")?.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if !(1..=8).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let value: u64 = digits.parse().ok()?;
    Some(match unit {
        "H" => Duration::from_secs(value * 3600),
        "M" => Duration::from_secs(value * 60),
        "S" => Duration::from_secs(value),
        "m" => Duration::from_millis(value),
        "u" => Duration::from_micros(value),
        "n" => Duration::from_nanos(value),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &'static str) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert("grpc-timeout", http::HeaderValue::from_static(text));
        timeout_of(&headers)
    }

    #[test]
    fn a_timeout_is_digits_and_a_unit() {
        assert_eq!(read("250m"), Some(Duration::from_millis(250)));
        assert_eq!(read("99999999H"), Some(Duration::from_secs(99_999_999 * 3600)));
        assert_eq!(read("7n"), Some(Duration::from_nanos(7)));
    }

    #[test]
    fn another_spelling_counts_as_none() {
        for wrong in ["", "m", "10", "123456789S", "-1S", "+1S", "1.5S", "1 S", "1x"] {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
    }
}
