//! Which relay takes whose mail.

use komunala_app::ports::outbox::Whose;
use komunala_domain::ProviderId;

use crate::settings::{MailSettings, RelaySettings};

/// A relay, and whose mail it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Route {
    /// The relay of everybody but these, who have their own.
    Common { but: Vec<ProviderId> },
    /// A provider's own.
    Own([ProviderId; 1]),
}

impl Route {
    /// Every relay there is, each once.
    pub(super) fn all(settings: &MailSettings) -> Vec<Self> {
        let own = settings.relays.keys().map(|provider| Self::Own([provider.clone()]));
        std::iter::once(Self::Common { but: settings.relays.keys().cloned().collect() }).chain(own).collect()
    }

    /// How to speak to the relay.
    pub(super) fn relay<'s>(&self, settings: &'s MailSettings) -> &'s RelaySettings {
        match self {
            Self::Common { .. } => &settings.relay,
            Self::Own([provider]) => settings.relays.get(provider).unwrap_or(&settings.relay),
        }
    }

    /// Whose mail it takes.
    pub(super) fn whose(&self) -> Whose<'_> {
        match self {
            Self::Common { but } if but.is_empty() => Whose::Everybody,
            Self::Common { but } => Whose::AllBut(but),
            Self::Own(provider) => Whose::Only(provider),
        }
    }
}
