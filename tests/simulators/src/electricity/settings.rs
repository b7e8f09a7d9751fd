//! How a simulator is set up.

use std::time::Duration;

use super::customer::Payers;

/// The settings of a simulator.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) payers: Payers,
    /// The token that every request must show.
    pub(super) token: String,
    /// How long a submitted reading stays accepted before it is posted.
    pub(super) posting: Duration,
    /// How many requests for readings are answered before 429; no bound if left out.
    pub(super) quota: Option<u32>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            payers: Payers { seed: 7, count: 1_000 },
            token: "electricity-token".to_owned(),
            posting: Duration::from_secs(2),
            quota: None,
        }
    }
}
