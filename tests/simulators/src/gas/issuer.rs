//! The legal entities that bill on their own where a utility has two of them.

use serde::Serialize;

/// Who a bill, a card row or a balance belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Issuer {
    /// Who delivers the gas.
    Network,
    /// Who sells it.
    Supplier,
}

impl Issuer {
    /// The name on the bill.
    pub fn name(self) -> &'static str {
        match self {
            Self::Network => "АТ «Чернігівгаз»",
            Self::Supplier => "ТОВ «Чернігівгаз Збут»",
        }
    }

    /// The name for printers that know no Cyrillic.
    pub(super) fn latin_name(self) -> &'static str {
        match self {
            Self::Network => "AT Chernihivhaz",
            Self::Supplier => "TOV Chernihivhaz Zbut",
        }
    }

    /// The account to pay to.
    pub(super) fn iban(self) -> &'static str {
        match self {
            Self::Network => "UA213223130000026007233566001",
            Self::Supplier => "UA903052992990004149123456789",
        }
    }

    /// What the numbers of its bills end in.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::Network => "N",
            Self::Supplier => "S",
        }
    }
}
