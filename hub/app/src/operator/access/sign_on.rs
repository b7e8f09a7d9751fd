//! Operators who sign in with an OpenID Connect provider: what their tokens must say, and what that grants.

use std::{str::FromStr, sync::Arc, time::Duration};

use jsonwebtoken::{Algorithm, Validation, errors::ErrorKind};
use serde_json::{Map, Value};

use super::{
    super::role::{Grant, Operator},
    key_ring::{KeyRing, NoKey},
    token_header::TokenHeader,
};
use crate::ports::Issuer;

pub use super::key_ring::KeyTimes;

/// Values of a claim that are looked at.
const MOST_VALUES: usize = 512;
/// The longest name of an operator, in bytes.
const LONGEST_NAME: usize = 200;

/// An algorithm that tokens may be signed with. Only such as need a private key: what is shared proves nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SigningAlgorithm {
    /// RSA, PKCS #1, SHA-256.
    Rs256,
    /// ECDSA over P-256, SHA-256.
    Es256,
    /// Ed25519.
    EdDsa,
}

/// A name of no such algorithm.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no algorithm for tokens here: RS256, ES256, EdDSA")]
pub struct NotAnAlgorithm(String);

impl SigningAlgorithm {
    /// The name in the header of a token.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }

    const fn algorithm(self) -> Algorithm {
        match self {
            Self::Rs256 => Algorithm::RS256,
            Self::Es256 => Algorithm::ES256,
            Self::EdDsa => Algorithm::EdDSA,
        }
    }
}

impl FromStr for SigningAlgorithm {
    type Err = NotAnAlgorithm;

    fn from_str(name: &str) -> Result<Self, NotAnAlgorithm> {
        let known = [Self::Rs256, Self::Es256, Self::EdDsa].into_iter().find(|algorithm| algorithm.name() == name);
        known.ok_or_else(|| NotAnAlgorithm(name.chars().take(20).collect()))
    }
}

/// What a value of the roles' claim grants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimGrant {
    /// The value, such as the name of a group.
    pub value: String,
    /// What it grants.
    pub grant: Grant,
}

/// What tokens of operators must say.
#[derive(Debug, Clone)]
pub struct SignOnSettings {
    /// Who must have issued them.
    pub issuer: String,
    /// For whom.
    pub audience: String,
    /// How they may be signed.
    pub algorithms: Vec<SigningAlgorithm>,
    /// How far clocks may differ.
    pub leeway: Duration,
    /// The claim that says who it is.
    pub name_claim: String,
    /// The claim that says what they may do: a name, or a path with dots.
    pub roles_claim: String,
    /// What its values grant.
    pub grants: Vec<ClaimGrant>,
    /// How long keys are kept.
    pub keys: KeyTimes,
}

/// Why a token was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SignOnError {
    /// It is none, or not for this hub.
    Invalid(&'static str),
    /// It was right, and has ended.
    Expired,
    /// Nobody can tell: there are no keys.
    NoKeys,
}

/// Whoever signs operators in.
pub struct SignOn {
    settings: SignOnSettings,
    keys: KeyRing,
}

impl SignOn {
    /// Tokens by these settings, signed with the keys of `issuer`.
    pub fn new(settings: SignOnSettings, issuer: Arc<dyn Issuer>) -> Self {
        let keys = KeyRing::new(issuer, settings.keys);
        Self { settings, keys }
    }

    /// Fetches the keys again where they are due.
    pub(super) async fn refresh(&self) {
        self.keys.refresh().await;
    }

    /// The operator whose token this is.
    pub(super) async fn operator(&self, token: &str) -> Result<Operator, SignOnError> {
        let header = TokenHeader::read(token).map_err(SignOnError::Invalid)?;
        if !self.settings.algorithms.contains(&header.algorithm) {
            return Err(SignOnError::Invalid("it is signed by an algorithm that the settings do not allow"));
        }
        let key = self.keys.find(&header).await.map_err(|error| match error {
            NoKey::Unknown => SignOnError::Invalid("it is signed with a key that the identity provider does not have"),
            NoKey::NoKeys => SignOnError::NoKeys,
        })?;
        let token = jsonwebtoken::decode::<Map<String, Value>>(token, &key, &self.validation(header.algorithm));
        let claims = token.map_err(|error| refusal(error.kind()))?.claims;
        self.check_issue_time(&claims)?;
        self.settings.read(&claims)
    }

    fn validation(&self, algorithm: SigningAlgorithm) -> Validation {
        let mut validation = Validation::new(algorithm.algorithm());
        validation.set_audience(&[&self.settings.audience]);
        validation.set_issuer(&[&self.settings.issuer]);
        validation.set_required_spec_claims(&["exp", "aud", "iss"]);
        validation.validate_nbf = true;
        validation.leeway = self.settings.leeway.as_secs();
        validation
    }

    /// A token from tomorrow was not issued yet.
    fn check_issue_time(&self, claims: &Map<String, Value>) -> Result<(), SignOnError> {
        let Some(issued) = claims.get("iat") else { return Ok(()) };
        let latest = jiff::Timestamp::now() + self.settings.leeway;
        match issued.as_i64() {
            Some(issued) if issued <= latest.as_second() => Ok(()),
            _ => Err(SignOnError::Invalid("it was issued at no time that has been")),
        }
    }
}

impl SignOnSettings {
    /// Who it is and what they may do, of claims that were verified.
    fn read(&self, claims: &Map<String, Value>) -> Result<Operator, SignOnError> {
        let name = claims.get(&self.name_claim).and_then(Value::as_str).filter(|name| is_name(name));
        let name = name.ok_or(SignOnError::Invalid("it does not say who it is of"))?;
        let values = values_of(claims, &self.roles_claim);
        let grants = self.grants.iter().filter(|known| values.contains(&known.value.as_str()));
        // behind a word that no other operator's name begins with
        Ok(Operator { name: format!("sso:{name}").into(), grants: grants.map(|known| known.grant.clone()).collect() })
    }
}

fn is_name(name: &str) -> bool {
    (1..=LONGEST_NAME).contains(&name.len()) && !name.chars().any(char::is_control)
}

/// The values of a claim: a list of texts, one text, or words with spaces between them, as `scope` has them.
fn values_of<'a>(claims: &'a Map<String, Value>, claim: &str) -> Vec<&'a str> {
    let found = claims.get(claim).or_else(|| {
        let mut path = claim.split('.');
        let first = claims.get(path.next()?)?;
        path.try_fold(first, |here, part| here.get(part))
    });
    match found {
        Some(Value::Array(values)) => values.iter().take(MOST_VALUES).filter_map(Value::as_str).collect(),
        Some(Value::String(values)) => values.split(' ').take(MOST_VALUES).collect(),
        _ => Vec::new(),
    }
}

fn refusal(kind: &ErrorKind) -> SignOnError {
    SignOnError::Invalid(match kind {
        ErrorKind::ExpiredSignature => return SignOnError::Expired,
        ErrorKind::ImmatureSignature => "it does not count yet",
        ErrorKind::InvalidIssuer => "somebody else issued it",
        ErrorKind::InvalidAudience => "it is for somebody else",
        ErrorKind::MissingRequiredClaim(_) => "it lacks a claim",
        ErrorKind::InvalidSignature => "its signature is wrong",
        _ => "it cannot be read",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operator::role::Role;

    fn claims(text: &str) -> Map<String, Value> {
        serde_json::from_str(text).unwrap()
    }

    fn settings(roles_claim: &str) -> SignOnSettings {
        let grant = |value: &str, role| ClaimGrant {
            value: value.to_owned(),
            grant: Grant { roles: vec![role], tenants: None },
        };
        SignOnSettings {
            issuer: "https://login.example".to_owned(),
            audience: "komunala".to_owned(),
            algorithms: vec![SigningAlgorithm::EdDsa],
            leeway: Duration::from_secs(60),
            name_claim: "email".to_owned(),
            roles_claim: roles_claim.to_owned(),
            grants: vec![grant("hub-admins", Role::Admin), grant("hub-desk", Role::Desk)],
            keys: KeyTimes { max_age: Duration::ZERO, stale_for: Duration::ZERO, rest: Duration::ZERO },
        }
    }

    #[test]
    fn groups_grant_roles_wherever_the_claim_stands() {
        for (claim, text) in [
            ("groups", r#"{"email":"o@x.example","groups":["staff","hub-desk"]}"#),
            ("realm.roles", r#"{"email":"o@x.example","realm":{"roles":["hub-desk"]}}"#),
            ("https://x.example/roles", r#"{"email":"o@x.example","https://x.example/roles":["hub-desk"]}"#),
            ("scope", r#"{"email":"o@x.example","scope":"openid hub-desk"}"#),
        ] {
            let operator = settings(claim).read(&claims(text)).unwrap();
            assert_eq!(&*operator.name, "sso:o@x.example");
            assert!(operator.clone().acting_as(Role::Desk).is_ok(), "{claim}");
            assert!(operator.acting_as(Role::Admin).is_err(), "{claim}");
        }
    }

    #[test]
    fn who_has_no_name_is_nobody_and_who_has_no_group_may_nothing() {
        let settings = settings("groups");
        for nobody in [r#"{"groups":["hub-admins"]}"#, r#"{"email":"","groups":[]}"#, r#"{"email":7}"#] {
            assert!(settings.read(&claims(nobody)).is_err(), "{nobody}");
        }
        for powerless in [r#"{"email":"o@x.example"}"#, r#"{"email":"o@x.example","groups":{"hub-admins":true}}"#] {
            let operator = settings.read(&claims(powerless)).unwrap();
            assert!(operator.acting_as(Role::Read).is_err(), "{powerless}");
        }
    }
}
