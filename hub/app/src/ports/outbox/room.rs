//! What a worker has room for.

use komunala_domain::{Channel, ProviderId};

/// Whose messages a worker takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Whose<'a> {
    /// Every provider's.
    #[default]
    Everybody,
    /// Those of these providers.
    Only(&'a [ProviderId]),
    /// Those of every provider but these.
    AllBut(&'a [ProviderId]),
}

impl Whose<'_> {
    /// Whether a provider's messages are among them.
    pub fn includes(self, provider: &str) -> bool {
        let among = |providers: &[ProviderId]| providers.iter().any(|one| one.as_str() == provider);
        match self {
            Self::Everybody => true,
            Self::Only(providers) => among(providers),
            Self::AllBut(providers) => !among(providers),
        }
    }
}

/// How much work a worker has room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room<'a> {
    /// The channel that it serves; it gets no message of another one.
    pub channel: Channel,
    /// Whose messages it takes; it gets nobody else's.
    pub whose: Whose<'a>,
    /// Messages of any kind.
    pub messages: u32,
    /// Of these, messages that are [`Bulk`](super::Priority::Bulk).
    pub bulk: u32,
}
