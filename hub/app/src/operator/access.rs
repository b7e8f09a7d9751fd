//! Who is an operator: whoever shows the bootstrap token, until operators have certificates and identities of their own.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use aws_lc_rs::{constant_time::verify_slices_are_equal, digest};
use moka::sync::Cache;
use secrecy::{ExposeSecret, SecretString};

use super::Operations;
use crate::{caller::Caller, failure::Failure, scope::OperatorScope};

/// Wrong tokens from one address before it has to wait. The token cannot be guessed in any time; this keeps somebody
/// who tries from being served at full speed.
const FAILURES: u32 = 10;
/// How long it has to wait, counted from its first failure on.
const WINDOW: Duration = Duration::from_secs(60);
/// Addresses that are remembered; the longest forgotten ones make room.
const ADDRESSES: u64 = 10_000;

/// The name that changes carry which were made with the bootstrap token.
const BOOTSTRAP: &str = "bootstrap-token";

/// What an operator shows. It is kept as its digest, which is also what makes comparing take the same time for all.
pub struct BootstrapToken([u8; 32]);

/// Why a token was refused as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an operator's token has at least {min} characters", min = BootstrapToken::MIN_CHARS)]
pub struct TokenTooShort;

impl BootstrapToken {
    /// The fewest characters; what [`BootstrapToken::generate`] makes has 67.
    pub const MIN_CHARS: usize = 32;

    /// Takes the token as it stands in its file.
    pub fn new(token: &SecretString) -> Result<Self, TokenTooShort> {
        let token = token.expose_secret();
        if token.chars().count() < Self::MIN_CHARS {
            return Err(TokenTooShort);
        }
        Ok(Self(hash(token)))
    }

    /// A new token: 32 random bytes.
    pub fn generate() -> SecretString {
        let mut bytes = [0; 32];
        aws_lc_rs::rand::fill(&mut bytes).expect("the system has randomness");
        format!("ko_{}", hex::encode(bytes)).into()
    }

    fn is(&self, shown: &str) -> bool {
        verify_slices_are_equal(&self.0, &hash(shown)).is_ok()
    }
}

fn hash(token: &str) -> [u8; 32] {
    digest::digest(&digest::SHA256, token.as_bytes()).as_ref().try_into().expect("SHA-256 has 32 bytes")
}

/// The door of the operators' listener.
pub(super) struct Access {
    token: Option<BootstrapToken>,
    failures: Cache<Caller, Arc<AtomicU32>>,
}

impl Access {
    pub(super) fn new(token: Option<BootstrapToken>) -> Self {
        Self { token, failures: Cache::builder().max_capacity(ADDRESSES).time_to_live(WINDOW).build() }
    }

    fn admit(&self, shown: &str, peer: IpAddr) -> Result<OperatorScope, Failure> {
        let peer = Caller::at(peer);
        let failures = self.failures.get(&peer);
        if failures.is_some_and(|failures| failures.load(Ordering::Relaxed) >= FAILURES) {
            return Err(Failure::TooManyAttempts { retry_after: WINDOW });
        }
        if self.token.as_ref().is_some_and(|token| token.is(shown)) {
            return Ok(OperatorScope::new(BOOTSTRAP));
        }
        let failed = self.failures.get_with(peer, Arc::default).fetch_add(1, Ordering::Relaxed) + 1;
        tracing::warn!(%peer, failed, "somebody called the operators' listener with a wrong token");
        Err(Failure::OperatorUnknown)
    }
}

impl Operations {
    /// The operator whose token this is. After some wrong ones an address waits, whatever it shows.
    pub fn authenticate(&self, token: &str, peer: IpAddr) -> Result<OperatorScope, Failure> {
        self.0.access.admit(token, peer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    #[test]
    fn a_token_opens_the_door_and_another_does_not() {
        let token = BootstrapToken::generate();
        let access = Access::new(Some(BootstrapToken::new(&token).unwrap()));
        assert_eq!(access.admit(token.expose_secret(), HERE).unwrap().operator(), BOOTSTRAP);
        let wrong = access.admit(&token.expose_secret()[1..], HERE);
        assert!(matches!(wrong, Err(Failure::OperatorUnknown)), "{wrong:?}");
    }

    #[test]
    fn without_a_token_nobody_is_an_operator() {
        assert!(matches!(Access::new(None).admit("", HERE), Err(Failure::OperatorUnknown)));
    }

    #[test]
    fn after_ten_failures_an_address_waits_and_others_do_not() {
        let token = BootstrapToken::generate();
        let access = Access::new(Some(BootstrapToken::new(&token).unwrap()));
        let there: IpAddr = "2001:db8::1".parse().unwrap();
        let next_door: IpAddr = "2001:db8::2".parse().unwrap();
        for _ in 0..FAILURES {
            assert!(matches!(access.admit("wrong", there), Err(Failure::OperatorUnknown)));
        }
        let late = access.admit(token.expose_secret(), next_door);
        assert!(matches!(late, Err(Failure::TooManyAttempts { .. })), "{late:?}");
        assert!(access.admit(token.expose_secret(), HERE).is_ok());
    }

    #[test]
    fn a_short_token_is_none() {
        assert_eq!(BootstrapToken::new(&"secret".to_owned().into()).err(), Some(TokenTooShort));
    }
}
