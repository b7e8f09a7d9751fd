//! `komunala serve`.

use std::path::Path;

use tokio::signal::unix::{SignalKind, signal};

use crate::{Configuration, start, telemetry::Telemetry};

pub(super) async fn run(path: &Path) -> anyhow::Result<()> {
    let configuration = Configuration::read(path)?;
    let _telemetry = Telemetry::start(&configuration.telemetry)?;
    let mut terminate = signal(SignalKind::terminate())?;
    let running = start(configuration).await?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = terminate.recv() => {}
    }
    tracing::info!("told to stop; calls in flight end first");
    running.stop().await;
    Ok(())
}
