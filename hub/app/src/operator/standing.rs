//! How a provider stands: what its settings say, and what serves it.

use std::sync::Arc;

use jiff::Timestamp;
use komunala_domain::{Provider, Sha256};

use crate::{
    ports::{
        BillingSystem, Gateway,
        settings::Applied,
        workshop::{Origin, ProviderSettings, SettingsText},
    },
    sms::TextLine,
};

/// A text of settings that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The text and where it came from.
    pub text: SettingsText,
    /// The component that served before the one that the text pins.
    pub previous_component: Option<Sha256>,
    /// Whether the adapter is asked at all.
    pub is_enabled: bool,
    /// Whether portals show the provider.
    pub is_shown: bool,
    /// Which change of the hub's settings it was; 0 for a file.
    pub revision: u64,
    /// When it was applied; `None` for a file.
    pub applied_at: Option<Timestamp>,
    /// By whom; `None` for a file.
    pub applied_by: Option<String>,
}

impl From<Applied> for Held {
    fn from(applied: Applied) -> Self {
        Self {
            text: SettingsText { text: applied.text, origin: Origin::Applied },
            previous_component: applied.previous_component,
            is_enabled: applied.is_enabled,
            is_shown: applied.is_shown,
            revision: applied.revision,
            applied_at: Some(applied.applied_at),
            applied_by: Some(applied.applied_by),
        }
    }
}

impl From<SettingsText> for Held {
    fn from(text: SettingsText) -> Self {
        Self {
            text,
            previous_component: None,
            is_enabled: true,
            is_shown: true,
            revision: 0,
            applied_at: None,
            applied_by: None,
        }
    }
}

/// What serves a provider.
#[derive(Clone)]
pub struct Serving {
    /// The provider, as the settings say that it was fitted to.
    pub provider: Arc<Provider>,
    /// Its billing system.
    pub billing: Arc<dyn BillingSystem>,
    /// The payment providers through which its bills can be paid.
    pub(super) gateways: Vec<Arc<dyn Gateway>>,
    /// Its line to its customers' phones, if it has one.
    pub(super) line: Option<Arc<TextLine>>,
    /// The settings that it was fitted to.
    pub(super) fitted_to: SettingsText,
}

/// How a provider stands on this replica.
#[derive(Clone)]
pub struct Standing {
    /// The settings that hold.
    pub held: Held,
    /// What they say.
    pub settings: ProviderSettings,
    /// What serves it; `None` if nothing ever could.
    pub serving: Option<Serving>,
    /// Why what serves it is not what the settings say, where that is so.
    pub problem: Option<String>,
    /// The settings file that this hub was started with, where it says something about the provider.
    pub file: Option<SettingsText>,
}

/// What becomes of calls to a provider, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProviderState {
    /// Portals show it, and its billing system is asked.
    Serving,
    /// Portals show it, and its billing system is not asked: an operator disabled its adapter.
    Paused,
    /// Portals do not show it: an operator disabled it.
    Disabled,
    /// This replica cannot follow its settings, and serves earlier ones or nothing.
    Failing,
}

impl Standing {
    /// How it stands, in one word.
    pub fn state(&self) -> ProviderState {
        match (self.held.is_shown, self.held.is_enabled, &self.problem) {
            (false, _, _) => ProviderState::Disabled,
            (true, _, Some(_)) => ProviderState::Failing,
            (true, false, None) => ProviderState::Paused,
            (true, true, None) => ProviderState::Serving,
        }
    }

    /// Whether the settings file says something else than what holds: an operator applied other settings since.
    pub fn has_drifted(&self) -> bool {
        self.file.as_ref().is_some_and(|file| file.text != self.held.text.text)
    }

    /// The provider that is served: the settings' own, unless they could not be followed.
    pub(super) fn provider(&self) -> Arc<Provider> {
        self.serving.as_ref().map_or(&self.settings.provider, |serving| &serving.provider).clone()
    }
}
