//! A quota of calls per tenant, so that one of them cannot use up what all share.

use std::{
    convert::Infallible,
    hash::{BuildHasher, RandomState},
    num::NonZeroU32,
    sync::Arc,
    task::{Context, Poll},
};

use futures::future::{Either, Ready, ready};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock, clock::DefaultClock};
use komunala_app::scope::{PortalScope, TenantScope, UserScope};
use tower::Service;

use super::{Request, Response, refuse};
use crate::failure::{self, Failure, Reason};

/// The quotas that are left. Only scopes that were authenticated have one, so there are no more than tenants.
#[derive(Debug)]
pub(crate) struct Quotas {
    limiter: DefaultKeyedRateLimiter<u64>,
    hasher: RandomState,
    clock: DefaultClock,
    per_second: NonZeroU32,
}

impl Quotas {
    pub(crate) fn new(per_second: NonZeroU32, burst: NonZeroU32) -> Arc<Self> {
        Arc::new(Self {
            limiter: RateLimiter::keyed(Quota::per_second(per_second).allow_burst(burst)),
            hasher: RandomState::new(),
            clock: DefaultClock::default(),
            per_second,
        })
    }

    fn take(&self, tenant: &TenantScope) -> Result<(), Failure> {
        // a number, so that no string is made for each call
        let key = self.hasher.hash_one(tenant.tenant());
        self.limiter.check_key(&key).map_err(|not_until| {
            let quota = failure::Quota {
                subject: format!("tenant:{}", tenant.tenant()),
                description: format!("{} calls per second", self.per_second),
            };
            Failure::new(Reason::RateLimited, "the tenant's portals call faster than its quota allows")
                .retry_after(not_until.wait_time_from(self.clock.now()))
                .exceeding(quota)
        })
    }
}

#[derive(Debug, Clone)]
pub(crate) struct LimitRate<S> {
    pub(crate) inner: S,
    pub(crate) quotas: Arc<Quotas>,
}

impl<S> Service<Request> for LimitRate<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Either<S::Future, Ready<Result<Response, Infallible>>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let extensions = request.extensions();
        let portal = extensions.get::<PortalScope>().map(PortalScope::tenant);
        let tenant = portal.or_else(|| extensions.get::<UserScope>().map(UserScope::tenant));
        match tenant.map(|tenant| self.quotas.take(tenant)) {
            Some(Err(failure)) => Either::Right(ready(Ok(refuse(failure)))),
            _ => Either::Left(self.inner.call(request)),
        }
    }
}
