//! What the end-to-end tests stand on: worlds on either database, a hub as a process that can be killed, and
//! a clock that can be turned.

pub mod authority;
pub mod clock;
pub mod hub_process;
pub mod worlds;

pub use clock::TurnedClock;
pub use hub_process::HubProcess;
pub use worlds::{Database, TestWorld};

/// A test that runs on SQLite and again on PostgreSQL; it gets the [`Database`].
#[macro_export]
macro_rules! on_both_databases {
    ($(async fn $name:ident($database:ident) $body:block)+) => {$(
        mod $name {
            use super::*;

            async fn holds($database: $crate::Database) -> anyhow::Result<()> $body

            #[tokio::test(flavor = "multi_thread")]
            async fn on_sqlite() -> anyhow::Result<()> {
                holds($crate::Database::Sqlite).await
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn on_postgresql() -> anyhow::Result<()> {
                holds($crate::Database::PostgreSql).await
            }
        }
    )+};
}
