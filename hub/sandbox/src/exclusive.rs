//! What a billing system bears only one of at a time.

use serde::Deserialize;

/// Which calls of an adapter take turns, over all hubs on one database. In TOML `"none"`, `"writes"` or `"all"`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exclusive {
    /// None: the billing system minds for itself.
    #[default]
    None,
    /// Those that change something: rows are added to one file.
    Writes,
    /// All of them.
    All,
}

impl Exclusive {
    /// Whether such a call has to wait for its turn.
    pub(crate) fn covers(self, is_write: bool) -> bool {
        self == Self::All || (is_write && self == Self::Writes)
    }
}
