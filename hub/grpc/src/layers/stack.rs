//! The layers in their order.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tonic::service::Routes;

use super::{
    authentication::{AskWho, Authenticate},
    catch_panic::CatchPanic,
    deadline::{KeepTime, Limits},
    explain::Explain,
    load_shed::ShedLoad,
    metrics::{Instruments, Measure},
    rate_limit::{LimitRate, Quotas},
    request_id::NameCalls,
    trace::Trace,
};
use crate::server::Settings;

/// A service behind all layers. A clone per connection shares limits and quotas with all others.
pub(crate) type Stack<A> =
    NameCalls<Trace<Measure<Explain<CatchPanic<ShedLoad<KeepTime<AskWho<LimitRate<Routes>, A>>>>>>>>;

/// Puts the layers around the services. Read from the bottom up: the innermost one comes first.
pub(crate) fn stack<A: Authenticate>(routes: Routes, authenticate: A, settings: &Settings) -> Stack<A> {
    let inner = routes.prepare();
    // Behind the authentication, since the quota is a tenant's and nobody may use up another's.
    let inner = LimitRate { inner, quotas: Quotas::new(settings.calls_per_second, settings.burst) };
    // Behind the load limit, since verifying a token is work; before the quota, which it tells whose to take.
    let inner = AskWho { inner, authenticate };
    // Before everything that may wait. Behind the load limit, which never does.
    let inner = KeepTime {
        inner,
        limits: Limits {
            default: settings.default_deadline,
            longest: settings.longest_deadline,
            idle: settings.stream_idle,
        },
    };
    // Before all work. One semaphore for the whole server: a limit per connection bounds nothing when there are many.
    let inner = ShedLoad { inner, room: Arc::new(Semaphore::new(settings.calls_under_way)) };
    // Before whatever may panic; behind what must see the answer to a panic too: its text, its count, its span.
    let inner = CatchPanic(inner);
    // Around everything that refuses, so that each refusal has a reason and a text; behind the count, which takes the
    // code that the caller gets.
    let inner = Explain { inner, otherwise: settings.language };
    // Counts refused calls as well. Within the span, so that exemplars find it.
    let inner = Measure { inner, instruments: Instruments::new() };
    // Everything else is part of the call's span.
    let inner = Trace(inner);
    // First of all: the span carries the name, and so does every answer.
    NameCalls(inner)
}
