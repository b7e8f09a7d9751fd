//! Where settings are read, and adapters are fitted to what they say.

use std::{path::PathBuf, sync::Arc};

use async_trait::async_trait;
use komunala_domain::{CapabilitySet, Provider, Sha256, TenantId};

use super::{
    BillingError, BillingSystem, Gateway,
    components::{About, ComponentFile},
};
use crate::{directory::Portal, sms::TextLine};

/// A text of settings and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsText {
    /// The text.
    pub text: Arc<str>,
    /// Where it came from.
    pub origin: Origin,
}

/// Where settings came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// From a file that the hub was started with. Relative paths begin at it.
    File(PathBuf),
    /// From an operator. Relative paths begin at the hub's folder of settings, and there are no others.
    Applied,
}

/// What a provider's settings say.
#[derive(Debug, Clone)]
pub struct ProviderSettings {
    /// The provider.
    pub provider: Arc<Provider>,
    /// The name of its adapter.
    pub adapter: String,
    /// The digest its component must have.
    pub component: Sha256,
}

/// What a tenant's portal settings say.
#[derive(Debug, Clone)]
pub struct PortalSettings {
    /// The tenant of all of them.
    pub tenant: TenantId,
    /// The portals.
    pub portals: Vec<Portal>,
}

/// What settings are of.
#[derive(Debug, Clone)]
pub enum Settled {
    /// Of a provider.
    Provider(ProviderSettings),
    /// Of a tenant's portals.
    Portals(PortalSettings),
}

/// A field that says something it must not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct SettingsProblem {
    /// The path of the field in the file: `provider.time_zone`.
    pub field: String,
    /// What is wrong with it.
    pub problem: String,
}

impl SettingsProblem {
    /// What is wrong with a field.
    pub fn new(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { field: field.into(), problem: problem.into() }
    }
}

/// Why an adapter was not fitted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FitError {
    /// The settings do not suit the adapter or the machine.
    #[error(transparent)]
    Settings(SettingsProblem),
    /// The component is none, or not of the contract.
    #[error("the component cannot be used: {0}")]
    Component(String),
    /// It was instantiated, and did not survive that.
    #[error("the component does not start: {0}")]
    Start(BillingError),
}

/// Reads settings, and fits adapters to what they say.
#[async_trait]
pub trait Workshop: Send + Sync {
    /// Reads a text; every field that is wrong is named, as far as the text can be read at all.
    fn read(&self, text: &SettingsText) -> Result<Settled, Vec<SettingsProblem>>;

    /// The text of a provider's settings with another component pinned, everything else left as it stands.
    fn pin(&self, text: &str, component: Sha256) -> Result<String, SettingsProblem>;

    /// What a manifest says of its component.
    fn about(&self, manifest: &str) -> Result<About, String>;

    /// The component of that name in the hub's own folder of adapters.
    async fn local(&self, name: &str) -> Result<Option<ComponentFile>, String>;

    /// Checks a component without a provider: compiled, of the contract, and instantiated once with nothing granted.
    async fn try_out(&self, component: &ComponentFile, digest: Sha256) -> Result<CapabilitySet, FitError>;

    /// Fits a component to a provider's settings and instantiates it once.
    async fn fit(
        &self,
        settings: &SettingsText,
        component: &ComponentFile,
        digest: Sha256,
    ) -> Result<Arc<dyn BillingSystem>, FitError>;

    /// The payment providers that a provider's settings name, in their order.
    fn gateways(&self, settings: &SettingsText) -> Result<Vec<Arc<dyn Gateway>>, SettingsProblem>;

    /// The line to customers' phones that a provider's settings describe, if they do.
    fn line(&self, settings: &SettingsText) -> Result<Option<TextLine>, SettingsProblem>;
}
