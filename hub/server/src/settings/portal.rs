//! A portal front end.

use komunala_app::{
    caller::Callers,
    directory::{PageAddress, Pages, Portal},
    ports::workshop::SettingsProblem,
};
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
    /// The SHA-256 of keys in hexadecimal, which `komunala portal-key` makes. They hold as long as they stand here;
    /// `komunala portal key` makes and revokes others while the hub runs.
    #[serde(default)]
    pub key_sha256: Vec<Digest>,
    /// The SHA-256 of the public keys of client certificates, in hexadecimal. On a listener with `api.tls.client_ca` a
    /// portal may show one of these instead of a key.
    #[serde(default)]
    pub client_certificates: Vec<Digest>,
    /// The providers it shows.
    pub providers: Vec<ProviderId>,
    /// The origins whose pages may call from a browser, such as `https://portal.example`.
    #[serde(default)]
    pub allowed_origins: Vec<String>,
    /// The pages that links in mails lead to.
    #[serde(default)]
    pub pages: PageSettings,
    /// Whether it is for households alone: an account of a business can be neither registered nor linked here.
    #[serde(default)]
    pub households_only: bool,
    /// How its callers are told apart: by their `connection`, by what its server says in the `metadata`, or not: `unknown`.
    #[serde(default)]
    pub callers: Callers,
}

/// The pages of a portal that links in mails lead to. In each, `{token}` stands for what the page gives to the hub. A
/// mail whose page is left out holds a code alone.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageSettings {
    /// Calls VerifyEmail.
    pub verify_email: Option<Page>,
    /// Asks for a password and calls ResetPassword.
    pub reset_password: Option<Page>,
    /// Calls ConfirmEmailChange, once the user has signed in.
    pub confirm_email_change: Option<Page>,
}

/// The address of a page as it is written in settings.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct Page(pub PageAddress);

impl TryFrom<String> for Page {
    type Error = komunala_app::directory::NotAPage;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(Self)
    }
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
            certificates: self.client_certificates.iter().map(|digest| digest.0).collect(),
            providers: self.providers.clone(),
            origins: self.allowed_origins.clone(),
            pages: Pages {
                verify_email: address(self.pages.verify_email.as_ref()),
                reset_password: address(self.pages.reset_password.as_ref()),
                confirm_email_change: address(self.pages.confirm_email_change.as_ref()),
            },
            callers: self.callers,
            households_only: self.households_only,
        }
    }

    /// What is wrong with the portal at `index` of a text whose portals are all of `tenant`.
    pub(super) fn problems(&self, index: usize, tenant: &TenantId) -> Vec<SettingsProblem> {
        let mut problems = Vec::new();
        if self.tenant != *tenant {
            let problem = format!("a text holds the portals of one tenant, and the first one is of {tenant}");
            problems.push(SettingsProblem::new(format!("portals[{index}].tenant"), problem));
        }
        for (nth, origin) in self.allowed_origins.iter().enumerate().filter(|(_, origin)| !is_origin(origin)) {
            let field = format!("portals[{index}].allowed_origins[{nth}]");
            problems
                .push(SettingsProblem::new(field, format!("`{origin}` is no origin such as https://portal.example")));
        }
        problems
    }
}

fn address(page: Option<&Page>) -> Option<PageAddress> {
    page.map(|page| page.0.clone())
}

/// Scheme, host and port, as browsers send them.
fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'/'))
}
