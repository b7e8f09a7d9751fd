//! Which database the hub of a bench stands on.

use std::path::Path;

use clap::ValueEnum;

/// A database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Database {
    /// A file.
    Sqlite,
    /// A new database of a server that goes with the program.
    #[value(alias = "postgres")]
    Postgresql,
}

impl Database {
    /// The address of a new one; a file lies in `files`, and a server does not wait for its disk.
    pub async fn url(self, files: &Path) -> anyhow::Result<String> {
        Ok(match self {
            Self::Sqlite => sqlite(files),
            Self::Postgresql => komunala_test_postgres::empty_database().await?,
        })
    }

    /// The same, but neither loses what it has committed.
    pub async fn durable_url(self, files: &Path) -> anyhow::Result<String> {
        Ok(match self {
            Self::Sqlite => sqlite(files),
            Self::Postgresql => komunala_test_postgres::durable_database().await?,
        })
    }
}

fn sqlite(files: &Path) -> String {
    format!("sqlite://{}?mode=rwc", files.join("hub.db").display())
}
