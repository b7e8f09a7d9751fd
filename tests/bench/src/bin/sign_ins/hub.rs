//! The hub as a process of its own, which is this program once more.

use std::{
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
};

use anyhow::Context;
use komunala_server::Configuration;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process,
};

/// A running hub; it is killed when this is dropped.
pub(crate) struct Hub {
    /// Where it listens.
    pub(crate) api: SocketAddr,
    child: Child,
}

impl Hub {
    /// Starts this program as a hub, and waits until it says where it listens.
    pub(crate) async fn start(configuration: &Path) -> anyhow::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("--hub")
            .arg(configuration)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().context("the hub says nothing")?;
        let output = process::ChildStdout::from_std(output)?;
        let mut hub = Self { api: SocketAddr::from(([0, 0, 0, 0], 0)), child };
        let line = BufReader::new(output).lines().next_line().await?.context("the hub ended at its start")?;
        hub.api = line.parse().with_context(|| format!("the hub said: {line}"))?;
        Ok(hub)
    }

    /// The number that the system knows it by.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        // ended already: nothing to kill
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves until the process is killed.
#[allow(clippy::print_stdout, reason = "whoever started this process reads where it listens")]
pub(crate) async fn serve(configuration: &Path) -> anyhow::Result<()> {
    let running = komunala_server::start(Configuration::read(configuration)?).await?;
    println!("{}", running.api);
    std::future::pending().await
}
