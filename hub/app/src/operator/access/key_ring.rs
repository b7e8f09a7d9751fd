//! The keys of an identity provider: fetched ahead of need, and seldom, whatever tokens name.

use std::{sync::Arc, time::Duration};

use arc_swap::ArcSwapOption;
use jsonwebtoken::{
    DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse},
};
use serde::Deserialize;
use tokio::{sync::Mutex, time::Instant};

use super::{sign_on::SigningAlgorithm, token_header::TokenHeader};
use crate::ports::Issuer;

/// Keys of a set that are looked at; identity providers publish two or three.
const MOST_KEYS: usize = 32;

/// How long keys are kept, and how often they are fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyTimes {
    /// Keys of this age are fetched again, while calls go on with those that are there.
    pub max_age: Duration,
    /// For so long after that they are used where the identity provider does not answer.
    pub stale_for: Duration,
    /// Between two attempts at fetching there is at least this time, whatever keys are asked for.
    pub rest: Duration,
}

/// Why there is no key for a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoKey {
    /// The identity provider has no such key.
    Unknown,
    /// There are no keys at all, or none that are young enough.
    NoKeys,
}

/// The keys of one identity provider.
pub(super) struct KeyRing {
    issuer: Arc<dyn Issuer>,
    times: KeyTimes,
    keys: ArcSwapOption<KeySet>,
    /// When the last attempt at fetching was made. Held while one is made, so that there is one at a time.
    tried: Mutex<Option<Instant>>,
}

struct KeySet {
    keys: Vec<PublicKey>,
    fetched_at: Instant,
}

struct PublicKey {
    id: Option<String>,
    algorithm: SigningAlgorithm,
    key: DecodingKey,
}

#[derive(Deserialize)]
struct Written {
    keys: Vec<serde_json::Value>,
}

impl KeyRing {
    pub(super) fn new(issuer: Arc<dyn Issuer>, times: KeyTimes) -> Self {
        Self { issuer, times, keys: ArcSwapOption::empty(), tried: Mutex::default() }
    }

    /// The key that a token says it was signed with. One that is not there may be new: keys are fetched once for it, unless
    /// they were just before.
    pub(super) async fn find(&self, header: &TokenHeader) -> Result<DecodingKey, NoKey> {
        if let Some(key) = self.usable().and_then(|keys| keys.find(header)) {
            return Ok(key);
        }
        self.fetch().await;
        self.usable().ok_or(NoKey::NoKeys)?.find(header).ok_or(NoKey::Unknown)
    }

    /// Fetches the keys where there are none or they are old.
    pub(super) async fn refresh(&self) {
        let is_young = self.keys.load().as_ref().is_some_and(|keys| keys.fetched_at.elapsed() < self.times.max_age);
        if !is_young {
            self.fetch().await;
        }
    }

    /// The keys, as long as they may be used at all.
    fn usable(&self) -> Option<Arc<KeySet>> {
        let longest = self.times.max_age + self.times.stale_for;
        self.keys.load_full().filter(|keys| keys.fetched_at.elapsed() < longest)
    }

    async fn fetch(&self) {
        let mut tried = self.tried.lock().await;
        if tried.is_some_and(|at| at.elapsed() < self.times.rest) {
            return;
        }
        // before: whoever gives up waiting takes this future along
        *tried = Some(Instant::now());
        match self.issuer.key_set().await.map_err(|error| error.to_string()).and_then(|text| KeySet::read(&text)) {
            Ok(keys) => {
                tracing::info!(keys = keys.keys.len(), "the identity provider's keys were fetched");
                self.keys.store(Some(Arc::new(keys)));
            }
            Err(problem) => {
                let age = self.keys.load().as_ref().map(|keys| keys.fetched_at.elapsed().as_secs());
                tracing::error!(problem, age, "the identity provider's keys could not be fetched");
            }
        }
        *tried = Some(Instant::now());
    }
}

impl KeySet {
    fn read(text: &[u8]) -> Result<Self, String> {
        let written: Written = serde_json::from_slice(text).map_err(|error| format!("no key set: {error}"))?;
        // one that this release does not know is no reason to do without the others
        let keys: Vec<_> = written.keys.into_iter().take(MOST_KEYS).filter_map(PublicKey::read).collect();
        match keys.is_empty() {
            true => Err("the key set holds no key that can be used".to_owned()),
            false => Ok(Self { keys, fetched_at: Instant::now() }),
        }
    }

    /// A token that does not say which key it was signed with needs one where there is no other.
    fn find(&self, header: &TokenHeader) -> Option<DecodingKey> {
        let mut fitting = self.keys.iter().filter(|key| key.algorithm == header.algorithm);
        match &header.key {
            Some(id) => fitting.find(|key| key.id.as_ref() == Some(id)).map(|key| key.key.clone()),
            None => fitting.next().filter(|_| fitting.next().is_none()).map(|key| key.key.clone()),
        }
    }
}

impl PublicKey {
    /// A key for signatures of an algorithm that is known here; one that is shared with somebody never is.
    fn read(written: serde_json::Value) -> Option<Self> {
        let key: Jwk = serde_json::from_value(written).ok()?;
        if key.common.public_key_use.as_ref().is_some_and(|usage| *usage != PublicKeyUse::Signature) {
            return None;
        }
        let algorithm = match &key.algorithm {
            AlgorithmParameters::RSA(_) => SigningAlgorithm::Rs256,
            AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P256 => SigningAlgorithm::Es256,
            AlgorithmParameters::OctetKeyPair(pair) if pair.curve == EllipticCurve::Ed25519 => SigningAlgorithm::EdDsa,
            _ => return None,
        };
        let named = key.common.key_algorithm.as_ref();
        if named.is_some_and(|named| named.to_string() != algorithm.name()) {
            return None;
        }
        let decoding = DecodingKey::from_jwk(&key).ok()?;
        Some(Self { id: key.common.key_id, algorithm, key: decoding })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use async_trait::async_trait;

    use super::*;
    use crate::ports::issuer::IssuerError;

    /// Answers the sets of its list one after the other, then none any more.
    struct Sets {
        sets: Vec<&'static str>,
        asked: AtomicU32,
    }

    #[async_trait]
    impl Issuer for Sets {
        async fn key_set(&self) -> Result<Vec<u8>, IssuerError> {
            let nth = self.asked.fetch_add(1, Ordering::Relaxed) as usize;
            let gone = || IssuerError::Answer { url: "keys".into(), problem: "status 503".into() };
            self.sets.get(nth).map(|set| set.as_bytes().to_vec()).ok_or_else(gone)
        }
    }

    // RFC 8037, A.2
    const FIRST: &str = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"first",
        "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
    const SECOND: &str = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"second","use":"sig","alg":"EdDSA",
        "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
        {"kty":"oct","kid":"shared","k":"c2VjcmV0"},{"kty":"of tomorrow"},
        {"kty":"OKP","crv":"Ed25519","kid":"for-secrets","use":"enc","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;

    fn ring(sets: Vec<&'static str>, times: KeyTimes) -> (KeyRing, Arc<Sets>) {
        let issuer = Arc::new(Sets { sets, asked: AtomicU32::new(0) });
        (KeyRing::new(issuer.clone(), times), issuer)
    }

    fn signed_with(key: &str) -> TokenHeader {
        TokenHeader { algorithm: SigningAlgorithm::EdDsa, key: Some(key.to_owned()) }
    }

    const HOUR: Duration = Duration::from_secs(3600);
    const CALM: KeyTimes = KeyTimes { max_age: HOUR, stale_for: HOUR, rest: HOUR };

    #[tokio::test]
    async fn a_flood_of_unknown_keys_is_worth_one_question() {
        let (ring, issuer) = ring(vec![FIRST], CALM);
        assert!(ring.find(&signed_with("first")).await.is_ok());
        for n in 0..1000 {
            assert_eq!(ring.find(&signed_with(&n.to_string())).await.err(), Some(NoKey::Unknown));
        }
        assert_eq!(issuer.asked.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn a_key_that_is_new_is_fetched_and_one_of_another_use_is_none() {
        let (ring, issuer) = ring(vec![FIRST, SECOND], KeyTimes { rest: Duration::ZERO, ..CALM });
        assert!(ring.find(&signed_with("first")).await.is_ok());
        assert!(ring.find(&signed_with("second")).await.is_ok());
        assert_eq!(issuer.asked.load(Ordering::Relaxed), 2);
        for gone in ["first", "shared", "for-secrets"] {
            assert_eq!(ring.find(&signed_with(gone)).await.err(), Some(NoKey::Unknown), "{gone}");
        }
        let by_another = TokenHeader { algorithm: SigningAlgorithm::Rs256, key: Some("second".to_owned()) };
        assert_eq!(ring.find(&by_another).await.err(), Some(NoKey::Unknown));
        let by_the_only = TokenHeader { algorithm: SigningAlgorithm::EdDsa, key: None };
        assert!(ring.find(&by_the_only).await.is_ok());
    }

    #[tokio::test]
    async fn old_keys_do_for_a_while_when_nobody_answers_and_then_no_more() {
        let times = KeyTimes { max_age: Duration::ZERO, stale_for: Duration::from_millis(300), rest: Duration::ZERO };
        let (ring, _) = ring(vec![FIRST], times);
        ring.refresh().await;
        ring.refresh().await;
        assert!(ring.find(&signed_with("first")).await.is_ok());
        tokio::time::sleep(Duration::from_millis(310)).await;
        assert_eq!(ring.find(&signed_with("first")).await.err(), Some(NoKey::NoKeys));
    }
}
