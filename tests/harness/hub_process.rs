//! A hub as a process of its own, which can be killed at any line.

use std::{
    io,
    net::SocketAddr,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use komunala_server::Configuration;
use tokio::{net::TcpStream, time::sleep};

/// How long a hub may take to come up; compiling an adapter is part of it.
const UP_WITHIN: Duration = Duration::from_secs(60);

/// A running process; it is killed when this is dropped.
pub struct HubProcess {
    /// Where it listens.
    pub api: SocketAddr,
    child: Child,
}

impl HubProcess {
    /// Starts `program serve` and waits until it listens. `failpoints` is what the crate `fail` reads.
    pub async fn start(program: &str, configuration: &Path, failpoints: &str, log: &Path) -> anyhow::Result<Self> {
        let Configuration { api, operator, .. } = Configuration::read(configuration)?;
        let api = api.listen;
        let log = std::fs::OpenOptions::new().create(true).append(true).open(log)?;
        let child = Command::new(program)
            .args(["serve", "--config"])
            .arg(configuration)
            .env("FAILPOINTS", failpoints)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()?;
        let mut process = Self { api, child };
        let started = Instant::now();
        let listeners = [Some(api), operator.enabled.then_some(operator.listen)];
        for listener in listeners.into_iter().flatten() {
            process.until_it_listens(listener, started).await?;
        }
        Ok(process)
    }

    async fn until_it_listens(&mut self, address: SocketAddr, started: Instant) -> anyhow::Result<()> {
        while TcpStream::connect(address).await.is_err() {
            if let Some(status) = self.child.try_wait()? {
                anyhow::bail!("the hub ended at start: {status}");
            }
            anyhow::ensure!(started.elapsed() < UP_WITHIN, "the hub did not come up");
            sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    /// The number that the system knows the process by.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until the process has ended by itself, as a failpoint makes it.
    pub async fn ended(&mut self, within: Duration) -> anyhow::Result<ExitStatus> {
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            anyhow::ensure!(started.elapsed() < within, "the hub went on");
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// `kill -9`.
    pub fn kill(&mut self) -> io::Result<()> {
        self.child.kill()?;
        self.child.wait().map(|_| ())
    }
}

impl Drop for HubProcess {
    fn drop(&mut self) {
        // ended already: nothing to kill
        let _ = self.kill();
    }
}
