//! Guessing is hopeless, and whoever is in the right is not locked out by those who guess.

mod callers;
mod codes;
mod devices;

use komunala_demo::WorldSettings;
use komunala_tests::{Database, worlds};
use tempfile::TempDir;
use tonic::Status;
use tonic_types::StatusExt;

fn reason(status: &Status) -> String {
    status.get_details_error_info().map(|info| info.reason).unwrap_or_default()
}

/// A world with one gas utility in `dir`, with something in its hub's configuration.
async fn settings(dir: &TempDir, database: Database, configuration: &str) -> anyhow::Result<WorldSettings> {
    Ok(worlds::settings(dir, database.create().await?, configuration.parse()?))
}
