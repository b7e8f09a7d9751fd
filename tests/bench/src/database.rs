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
    /// The address of a new one, which does not lose what it has committed; a file lies in `files`.
    pub async fn url(self, files: &Path) -> anyhow::Result<String> {
        Ok(match self {
            Self::Sqlite => format!("sqlite://{}?mode=rwc", files.join("hub.db").display()),
            Self::Postgresql => komunala_test_postgres::durable_database().await?,
        })
    }
}
