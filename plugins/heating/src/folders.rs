//! Where the folders of the exchange are.

use std::path::{Path, PathBuf};

use crate::file_name::{FileName, Kind};

/// The three folders of the exchange.
#[derive(Debug, Clone)]
pub struct Folders {
    /// What the billing system leaves.
    pub out: PathBuf,
    /// What it answers.
    pub ack: PathBuf,
    /// What the hub writes.
    pub inbox: PathBuf,
}

impl Folders {
    /// As the sandbox grants them.
    #[must_use]
    pub fn granted() -> Self {
        Self { out: "/out".into(), ack: "/ack".into(), inbox: "/in".into() }
    }

    /// The three below one folder, as the billing system lays them out.
    #[must_use]
    pub fn below(folder: &Path) -> Self {
        Self { out: folder.join("out"), ack: folder.join("ack"), inbox: folder.join("in") }
    }

    /// Where a file that is read lies.
    pub(crate) fn incoming(&self, name: &FileName) -> PathBuf {
        match name.kind {
            Kind::Customers | Kind::Bills | Kind::Lines | Kind::Payments => self.out.join(name.file()),
            Kind::Deliveries | Kind::Requests => self.ack.join(name.file()),
        }
    }

    /// Where a file that is written lies.
    pub(crate) fn outgoing(&self, name: &FileName) -> PathBuf {
        self.inbox.join(name.file())
    }
}
