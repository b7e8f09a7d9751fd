//! What an adapter may do: what its manifest asks for and its operator also allows. Everything else is denied.

mod address;
mod method;
mod origin;

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use ipnet::IpNet;
use serde::Deserialize;

use crate::{
    BreakerSettings, Limits, Secrets,
    credential::{Credential, CredentialError, CredentialSettings},
    limits::LimitSettings,
    manifest::{FolderAccess, Manifest},
    setting::{SettingError, Settings},
};

pub use address::AddressPolicy;
pub use method::Method;
pub use origin::{HostRule, NotAHost};
pub(crate) use origin::{Origin, granted as granted_origins, literal_address};

/// What an operator allows an adapter and gives it. In TOML, empty = deny:
///
/// ```
/// let policy: komunala_sandbox::Policy = toml::from_str(r#"
///     hosts = ["setting:base_url"]
///     methods = ["GET", "POST"]
///     addresses = ["10.1.0.0/16"]
///
///     [settings]
///     base_url = "https://billing.example"
///
///     [[credentials]]
///     type = "oauth2"
///     token_url = "setting:base_url/oauth/token"
///     client_id = "hub"
///     client_secret = "billing_client_secret"
///
///     [limits]
///     concurrent_calls = 16
/// "#).unwrap();
/// ```
///
/// Secrets are named here and given apart, see [`Secrets`].
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// Where requests may go; the grammar stands at [`HostRule`].
    pub hosts: Vec<HostRule>,
    /// Methods of requests.
    pub methods: Vec<Method>,
    /// Ranges of addresses that are not public and may be connected to all the same.
    pub addresses: Vec<IpNet>,
    /// Certificate authorities beside the public ones, in PEM.
    pub authorities: String,
    /// The names of secrets that may be filled into placeholders.
    pub secrets: Vec<String>,
    /// What the hub adds to requests. Hosts that are not granted get none.
    pub credentials: Vec<CredentialSettings>,
    /// The values of the adapter's settings.
    pub settings: BTreeMap<String, String>,
    /// Folders of the machine by the manifest's names.
    pub folders: BTreeMap<String, PathBuf>,
    /// The most an adapter may ask for, where the defaults do not suit.
    pub limits: LimitSettings,
    /// When an operation that fails is left alone.
    pub breaker: BreakerSettings,
}

/// What is wrong with what an adapter asks for or an operator allows.
#[derive(Debug, thiserror::Error)]
pub enum GrantError {
    /// A setting is missing, unknown or malformed.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// A credential cannot be used.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// The adapter needs a folder that the operator did not name.
    #[error("folder `{0}` is asked for and not given")]
    Folder(String),
    /// The operator names a folder that the adapter did not ask for.
    #[error("folder `{0}` is given and not asked for")]
    UnknownFolder(String),
    /// A placeholder's secret that nobody gave.
    #[error("secret `{0}` is granted and not given")]
    Secret(String),
}

/// What an adapter may do, in the form that calls use.
#[derive(Debug)]
pub(crate) struct Grant {
    pub(crate) origins: Vec<Origin>,
    pub(crate) methods: Vec<Method>,
    pub(crate) addresses: AddressPolicy,
    /// What placeholders stand for.
    pub(crate) secrets: Secrets,
    pub(crate) credentials: Vec<Credential>,
    pub(crate) environment: Vec<(String, String)>,
    pub(crate) folders: Vec<Folder>,
    pub(crate) limits: Arc<Limits>,
}

/// A folder of the machine, as the guest sees it.
#[derive(Debug)]
pub(crate) struct Folder {
    pub(crate) guest: String,
    pub(crate) host: PathBuf,
    pub(crate) access: FolderAccess,
}

impl Grant {
    /// Manifest ∩ policy.
    pub(crate) fn new(manifest: &Manifest, policy: &Policy, secrets: &Secrets) -> Result<Self, GrantError> {
        let settings = Settings::check(&manifest.settings, &policy.settings)?;
        let origins = granted_origins(&manifest.http.hosts, &policy.hosts, &settings);
        let addresses = AddressPolicy::allowing(policy.addresses.iter().copied());
        let credentials = policy
            .credentials
            .iter()
            .map(|credential| Credential::new(credential, &origins, &settings, secrets, &addresses))
            .collect::<Result<_, _>>()?;
        let named = manifest.http.secrets.iter().filter(|name| policy.secrets.contains(name));
        Ok(Self {
            methods: manifest.http.methods.iter().copied().filter(|method| policy.methods.contains(method)).collect(),
            addresses,
            secrets: secrets.only(named).map_err(GrantError::Secret)?,
            environment: settings.environment(),
            folders: folders(manifest, policy)?,
            limits: Arc::new(Limits::granted(&manifest.limits, &policy.limits)),
            origins,
            credentials,
        })
    }

    /// What a component may do that no operator has allowed anything yet.
    pub(crate) fn nothing(manifest: &Manifest) -> Self {
        let defaults = manifest.settings.iter().filter_map(|(name, ask)| Some((name, ask.default.as_ref()?)));
        Self {
            origins: Vec::new(),
            methods: Vec::new(),
            addresses: AddressPolicy::allowing([]),
            secrets: Secrets::default(),
            credentials: Vec::new(),
            environment: defaults.map(|(name, value)| (name.to_ascii_uppercase(), value.clone())).collect(),
            folders: Vec::new(),
            limits: Arc::new(Limits::granted(&manifest.limits, &LimitSettings::default())),
        }
    }
}

fn folders(manifest: &Manifest, policy: &Policy) -> Result<Vec<Folder>, GrantError> {
    if let Some(unknown) = policy.folders.keys().find(|name| !manifest.folders.contains_key(*name)) {
        return Err(GrantError::UnknownFolder(unknown.clone()));
    }
    manifest
        .folders
        .iter()
        .map(|(name, ask)| {
            let host = policy.folders.get(name).ok_or_else(|| GrantError::Folder(name.clone()))?;
            Ok(Folder { guest: format!("/{name}"), host: host.clone(), access: ask.access })
        })
        .collect()
}
