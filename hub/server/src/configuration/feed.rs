//! How providers' data are taken in, as the configuration file says.

use jiff::SignedDuration;
use komunala_app::FeedSettings;
use serde::Deserialize;

use super::positive;

/// How providers' data are taken in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeedConfiguration {
    /// How often a feed is followed and files are looked for.
    pub every: SignedDuration,
    /// How often what was written is handed over.
    pub hand_over_every: SignedDuration,
    /// How long a replica may be silent before another one goes on.
    pub turn: SignedDuration,
    /// The age at which copies are renewed unasked.
    pub renew_after: SignedDuration,
    /// Records of a page, rows of a portion.
    pub page: u32,
    /// How long bills and payments out of files are kept.
    pub keep_for: SignedDuration,
    /// How long a problem is shown that is not met again.
    pub keep_problems_for: SignedDuration,
}

impl FeedConfiguration {
    /// As the use cases want it.
    pub(crate) fn settings(&self) -> FeedSettings {
        FeedSettings {
            every: positive(self.every),
            hand_over_every: positive(self.hand_over_every),
            turn: positive(self.turn),
            renew_after: positive(self.renew_after),
            page: self.page.clamp(1, 1_000),
            keep_for: positive(self.keep_for),
            keep_problems_for: positive(self.keep_problems_for),
        }
    }
}
