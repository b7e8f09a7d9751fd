//! A guest's start alone: what an operator's change must survive before anybody is served by it.

use std::{sync::Arc, time::Instant};

use async_trait::async_trait;
use http_body_util::Full;
use komunala_app::ports::{BillingError, Call};
use komunala_domain::Sha256;

use super::{Adapter, AdapterError, AdapterSettings, Operation, Tries, Visit};
use crate::{CodeCache, Engine, Manifest, Policy, ResponseBody, Secrets, Transport, TransportError, grant::Grant};

impl Adapter {
    /// Loads a component that no provider has yet: nothing is granted, and of its settings only the defaults are set.
    pub fn load_for_nobody(
        engine: &Engine,
        bytes: &[u8],
        pinned: Sha256,
        cache: Option<&CodeCache>,
        manifest: Manifest,
    ) -> Result<Self, AdapterError> {
        let grant = Grant::nothing(&manifest);
        let settings = AdapterSettings {
            provider: "nobody".parse().expect("a short word"),
            currency: "EUR".parse().expect("the euro is a currency"),
            time_zone: jiff::tz::TimeZone::UTC,
            manifest,
            policy: Policy::default(),
            secrets: Secrets::default(),
        };
        Self::with(engine, bytes, pinned, cache, &settings, grant, Arc::new(Nowhere))
    }

    /// Instantiates the guest once, with everything it is granted, and throws it away.
    pub async fn start(&self, call: Call) -> Result<(), BillingError> {
        let mut visit = Visit::new(self, call, Operation::Start, Instant::now()).await?;
        let watch = visit.watch();
        let (store, component) = visit.guest();
        let ended = watch.over(async {
            component.instantiate_async(&mut *store).await?;
            Ok(Ok(()))
        });
        let ended = ended.await;
        visit.leave(&watch, ended, &mut Tries::new(call, &self.gate.grant.limits), |()| Ok(()))
    }
}

/// The network of a guest that is granted nothing; no request gets as far as this.
#[derive(Debug)]
struct Nowhere;

#[async_trait]
impl Transport for Nowhere {
    async fn send(&self, _: http::Request<Full<bytes::Bytes>>) -> Result<http::Response<ResponseBody>, TransportError> {
        Err(TransportError::AddressNotGranted)
    }
}
