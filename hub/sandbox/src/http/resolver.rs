//! Looks hosts up and lets through only addresses that are granted.
//!
//! The connector connects to exactly what comes out of here, so a name that is looked up differently a moment later
//! (DNS rebinding) gains nothing. A literal address never comes here: the gate checks it.

use std::{
    future::Future,
    io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use hyper_util::client::legacy::connect::dns::Name;
use tower_service::Service;

use crate::grant::AddressPolicy;

/// A resolver of one adapter.
#[derive(Debug, Clone)]
pub(super) struct FilteringResolver {
    pub(super) policy: Arc<AddressPolicy>,
}

/// Every address of a host was filtered out.
#[derive(Debug, thiserror::Error)]
#[error("no address of the host is granted")]
pub(super) struct AddressNotGranted;

/// The host has no address.
#[derive(Debug, thiserror::Error)]
#[error("the host cannot be looked up")]
pub(super) struct LookupFailed;

impl Service<Name> for FilteringResolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let policy = Arc::clone(&self.policy);
        Box::pin(async move {
            // the connector puts the port in afterwards
            let found =
                tokio::net::lookup_host((name.as_str(), 0)).await.map_err(|_| io::Error::other(LookupFailed))?;
            filter(found, &policy).map(Vec::into_iter)
        })
    }
}

fn filter(found: impl Iterator<Item = SocketAddr>, policy: &AddressPolicy) -> io::Result<Vec<SocketAddr>> {
    let mut found = found.peekable();
    if found.peek().is_none() {
        return Err(io::Error::other(LookupFailed));
    }
    let granted: Vec<_> = found.filter(|address| policy.permits(address.ip())).collect();
    if granted.is_empty() { Err(io::Error::other(AddressNotGranted)) } else { Ok(granted) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_keeps_only_its_granted_addresses() {
        let found = ["127.0.0.1:0", "1.1.1.1:0", "[::ffff:10.0.0.1]:0"].map(|address| address.parse().unwrap());
        let granted = filter(found.into_iter(), &AddressPolicy::default()).unwrap();
        assert_eq!(granted, ["1.1.1.1:0".parse().unwrap()]);
    }

    #[test]
    fn a_host_with_private_addresses_only_is_told_from_one_that_does_not_exist() {
        let cause = |found: &[SocketAddr]| filter(found.iter().copied(), &AddressPolicy::default()).unwrap_err();
        assert!(cause(&["127.0.0.1:0".parse().unwrap()]).get_ref().unwrap().is::<AddressNotGranted>());
        assert!(cause(&[]).get_ref().unwrap().is::<LookupFailed>());
    }
}
