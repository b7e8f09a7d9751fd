//! A portal front end.

use komunala_app::directory::Portal;
use komunala_domain::{PortalId, ProviderId, Sha256, TenantId};
use serde::Deserialize;

/// A portal front end and what it shows.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PortalSettings {
    /// Its id.
    pub id: PortalId,
    /// Its tenant.
    pub tenant: TenantId,
    /// The SHA-256 of its keys in hexadecimal: several while one is exchanged for another. `komunala portal-key` makes
    /// a key.
    pub key_sha256: Vec<Digest>,
    /// The providers it shows.
    pub providers: Vec<ProviderId>,
    /// The origins whose pages may call from a browser, such as `https://portal.example`.
    #[serde(default)]
    pub allowed_origins: Vec<String>,
}

/// A digest as it is written in settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Digest(pub Sha256);

impl TryFrom<String> for Digest {
    type Error = komunala_domain::document::NotADigest;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(Self)
    }
}

impl PortalSettings {
    /// The portal, as the use cases know it.
    pub fn portal(&self) -> Portal {
        Portal {
            id: self.id.clone(),
            tenant: self.tenant.clone(),
            keys: self.key_sha256.iter().map(|digest| digest.0.into()).collect(),
            providers: self.providers.clone(),
        }
    }
}
