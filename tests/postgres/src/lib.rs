//! PostgreSQL for tests: one server per test process, one fresh database per test.
//!
//! The server is the one that `KOMUNALA_TEST_DATABASE_URL` names; else a throw-away cluster from PostgreSQL binaries on
//! the machine; else from binaries that are fetched. Where none of these works, asking for a database is an error that
//! names the package to install: no test is skipped.
//!
//! **Knows** how to run PostgreSQL. **Must not know** what the hub keeps in it: whoever wants tables brings them.

mod binaries;
mod cluster;
mod databases;

pub use databases::{copy_of, database, dump, durable_database, empty_database};

/// Why there is no PostgreSQL to test with.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    /// No server was named, none is installed, and none could be fetched.
    #[error(
        "no PostgreSQL to test with: install the package `postgresql` (Debian, Ubuntu, Fedora: `postgresql-server`), \
         or set KOMUNALA_TEST_DATABASE_URL to a server where databases and roles may be made; \
         fetching one failed too: {fetching}"
    )]
    NotFound {
        /// Why none could be fetched.
        fetching: String,
    },
    /// The binaries do not start a server.
    #[error("the PostgreSQL of {binaries} does not start: {detail}")]
    DoesNotStart {
        /// The folder of the binaries.
        binaries: String,
        /// What it said.
        detail: String,
    },
    /// The server refused.
    #[error("PostgreSQL refused to {what}")]
    Refused {
        /// What was asked.
        what: String,
        /// What it said.
        #[source]
        source: sea_orm::DbErr,
    },
    /// The files of a cluster cannot be made.
    #[error("no throw-away cluster could be laid out")]
    Files(#[from] std::io::Error),
}
