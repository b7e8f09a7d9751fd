//! Who the operators are: by their certificates, or by what an identity provider says of them.

use std::{collections::BTreeSet, path::PathBuf, str::FromStr, time::Duration};

use jiff::SignedDuration;
use komunala_app::{
    credentials::CertificateMark,
    operator::{
        CertifiedOperator, ClaimGrant, Grant, KeyTimes, NotARole, NotAnAlgorithm, Role, SignOnSettings,
        SigningAlgorithm,
    },
    ports::issuer::IssuerError,
};
use komunala_domain::{Sha256, TenantId, document::NotADigest};
use serde::Deserialize;

use super::positive;

/// Clocks that differ by more are wrong.
const LONGEST_LEEWAY: Duration = Duration::from_secs(5 * 60);

/// Why nobody can be an operator by these settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccessError {
    /// There is no way in at all.
    #[error(
        "operator: nobody could be one: switch the bootstrap token on, or name certificates or an identity provider"
    )]
    Nobody,
    /// Certificates without an authority.
    #[error("operator.certificates: they are verified against operator.tls.client_ca, which is missing")]
    NoAuthority,
    /// A certificate is known by no mark, or by several.
    #[error("operator.certificates: `{0}` is known by one of dns, uri and key_sha256")]
    Mark(String),
    /// A name that belongs to others.
    #[error("operator.certificates: `{0}` is no name: 1 to 100 characters without a colon")]
    Name(String),
    /// A value of the identity provider's settings.
    #[error("operator.oidc.{field}: {problem}")]
    Oidc {
        /// The setting.
        field: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// The identity provider cannot be set up.
    #[error("operator.oidc: {0}")]
    Provider(#[from] komunala_identity::SetupError),
    /// It does not answer as it should.
    #[error("operator.oidc: {0}")]
    Keys(IssuerError),
}

/// A word of the configuration that stands for a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String", bound = "Word<T>: TryFrom<String, Error: std::fmt::Display>")]
pub struct Word<T>(pub T);

macro_rules! words {
    ($($value:ty, $error:ty;)*) => {$(
        impl TryFrom<String> for Word<$value> {
            type Error = $error;

            fn try_from(text: String) -> Result<Self, $error> {
                <$value>::from_str(&text).map(Self)
            }
        }
    )*};
}

words! {
    Role, NotARole;
    SigningAlgorithm, NotAnAlgorithm;
    Sha256, NotADigest;
}

/// An operator who is known by a client certificate.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateConfiguration {
    /// What the audit log calls them.
    pub name: String,
    /// A DNS name that their certificate is for.
    pub dns: Option<String>,
    /// A URI that it is for.
    pub uri: Option<String>,
    /// The SHA-256 of its public key, in hexadecimal.
    pub key_sha256: Option<Word<Sha256>>,
    /// What they may do.
    pub roles: Vec<Word<Role>>,
    /// For which tenants; left out: for all, and the hub as a whole.
    pub tenants: Option<BTreeSet<TenantId>>,
}

/// An OpenID Connect provider that signs operators in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcConfiguration {
    /// Who issues the tokens: `https://…`, as it stands in them.
    pub issuer: String,
    /// For whom they are.
    pub audience: String,
    /// How they may be signed.
    #[serde(default = "every_algorithm")]
    pub algorithms: Vec<Word<SigningAlgorithm>>,
    /// Certificate authorities to trust instead of the public ones, in PEM.
    pub roots: Option<PathBuf>,
    /// How far clocks may differ.
    #[serde(default = "a_minute")]
    pub leeway: SignedDuration,
    /// The claim that says who it is.
    #[serde(default = "subject")]
    pub name_claim: String,
    /// The claim that says what they may do.
    #[serde(default = "groups")]
    pub roles_claim: String,
    /// What its values grant.
    pub grants: Vec<GrantConfiguration>,
    /// Keys of this age are fetched again.
    #[serde(default = "an_hour")]
    pub keys_max_age: SignedDuration,
    /// For so long after that they are used while the provider does not answer.
    #[serde(default = "a_day")]
    pub keys_stale_for: SignedDuration,
    /// Between two attempts at fetching there is at least this time, whatever tokens name.
    #[serde(default = "half_a_minute")]
    pub keys_rest: SignedDuration,
}

/// What a value of the roles' claim grants.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantConfiguration {
    /// The value, such as the name of a group.
    pub value: String,
    /// What it grants.
    pub roles: Vec<Word<Role>>,
    /// For which tenants; left out: for all, and the hub as a whole.
    pub tenants: Option<BTreeSet<TenantId>>,
}

fn every_algorithm() -> Vec<Word<SigningAlgorithm>> {
    [SigningAlgorithm::Rs256, SigningAlgorithm::Es256, SigningAlgorithm::EdDsa].map(Word).to_vec()
}

fn subject() -> String {
    "sub".to_owned()
}

fn groups() -> String {
    "groups".to_owned()
}

const fn a_minute() -> SignedDuration {
    SignedDuration::from_mins(1)
}

const fn half_a_minute() -> SignedDuration {
    SignedDuration::from_secs(30)
}

const fn an_hour() -> SignedDuration {
    SignedDuration::from_hours(1)
}

const fn a_day() -> SignedDuration {
    SignedDuration::from_hours(24)
}

fn grant(roles: &[Word<Role>], tenants: Option<&BTreeSet<TenantId>>) -> Grant {
    Grant { roles: roles.iter().map(|role| role.0).collect(), tenants: tenants.cloned() }
}

impl CertificateConfiguration {
    /// The operator, as the use cases know them.
    pub(crate) fn operator(&self) -> Result<CertifiedOperator, AccessError> {
        if !(1..=100).contains(&self.name.chars().count()) || self.name.contains(|c: char| c == ':' || c.is_control()) {
            return Err(AccessError::Name(self.name.clone()));
        }
        let mark = match (&self.dns, &self.uri, self.key_sha256) {
            (Some(name), None, None) => CertificateMark::DnsName(name.clone()),
            (None, Some(uri), None) => CertificateMark::Uri(uri.clone()),
            (None, None, Some(key)) => CertificateMark::Key(key.0),
            _ => return Err(AccessError::Mark(self.name.clone())),
        };
        let grant = grant(&self.roles, self.tenants.as_ref());
        Ok(CertifiedOperator { name: self.name.clone(), mark, grant })
    }
}

impl OidcConfiguration {
    /// What tokens must say.
    pub(crate) fn settings(&self) -> Result<SignOnSettings, AccessError> {
        let wrong = |field, problem: &str| AccessError::Oidc { field, problem: problem.to_owned() };
        let leeway = positive(self.leeway);
        if leeway > LONGEST_LEEWAY {
            return Err(wrong("leeway", "at most five minutes"));
        }
        for (field, text) in [
            ("issuer", &self.issuer),
            ("audience", &self.audience),
            ("name_claim", &self.name_claim),
            ("roles_claim", &self.roles_claim),
        ] {
            if text.is_empty() {
                return Err(wrong(field, "must not be empty"));
            }
        }
        if self.algorithms.is_empty() || self.grants.iter().any(|grant| grant.value.is_empty()) {
            return Err(wrong("grants", "each has a value, and some algorithm is allowed"));
        }
        let grants = self
            .grants
            .iter()
            .map(|known| ClaimGrant { value: known.value.clone(), grant: grant(&known.roles, known.tenants.as_ref()) });
        Ok(SignOnSettings {
            issuer: self.issuer.clone(),
            audience: self.audience.clone(),
            algorithms: self.algorithms.iter().map(|algorithm| algorithm.0).collect(),
            leeway,
            name_claim: self.name_claim.clone(),
            roles_claim: self.roles_claim.clone(),
            grants: grants.collect(),
            keys: KeyTimes {
                max_age: positive(self.keys_max_age),
                stale_for: positive(self.keys_stale_for),
                rest: positive(self.keys_rest),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate(text: &str) -> Result<CertifiedOperator, String> {
        let read: CertificateConfiguration = toml::from_str(text).map_err(|error| error.to_string())?;
        read.operator().map_err(|error| error.to_string())
    }

    #[test]
    fn an_operators_certificate_is_known_by_one_mark() {
        let olga = certificate("name = 'olga'\ndns = 'olga.example'\nroles = ['desk', 'billing']").unwrap();
        assert_eq!(olga.mark, CertificateMark::DnsName("olga.example".to_owned()));
        assert_eq!(olga.grant, Grant { roles: vec![Role::Desk, Role::Billing], tenants: None });
        let key = "ab".repeat(32);
        let pavle = format!("name = 'pavle'\nkey_sha256 = '{key}'\nroles = ['read']\ntenants = ['region']");
        assert_eq!(certificate(&pavle).unwrap().mark.clone(), CertificateMark::Key(key.parse().unwrap()));
        for wrong in [
            "name = 'olga'\nroles = ['read']",
            "name = 'olga'\ndns = 'a'\nuri = 'b'\nroles = ['read']",
            "name = 'sso:olga'\ndns = 'a'\nroles = ['read']",
            "name = 'olga'\ndns = 'a'\nroles = ['root']",
            "name = 'olga'\nkey_sha256 = 'ab'\nroles = ['read']",
        ] {
            assert!(certificate(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_identity_provider_needs_little_and_shared_secrets_are_no_algorithm() {
        let least = "issuer = 'https://login.example'\naudience = 'komunala'\ngrants = []";
        let read: OidcConfiguration = toml::from_str(least).unwrap();
        let settings = read.settings().unwrap();
        assert_eq!((settings.name_claim.as_str(), settings.algorithms.len()), ("sub", 3));
        let shared = format!("{least}\nalgorithms = ['HS256']");
        assert!(toml::from_str::<OidcConfiguration>(&shared).is_err());
        let lax: OidcConfiguration = toml::from_str(&format!("{least}\nleeway = '1h'")).unwrap();
        assert!(matches!(lax.settings(), Err(AccessError::Oidc { field: "leeway", .. })));
    }
}
