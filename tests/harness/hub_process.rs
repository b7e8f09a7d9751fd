//! A hub as a process of its own, which can be killed at any line.

use std::{
    fs::{self, OpenOptions},
    io,
    net::SocketAddr,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use anyhow::Context;
use rustix::process::{Pid, Signal, kill_process};
use serde::Deserialize;
use tokio::time::sleep;

/// How long a hub may take to come up; compiling an adapter is part of it.
const UP_WITHIN: Duration = Duration::from_secs(60);

/// A running process; it is killed when this is dropped.
pub struct HubProcess {
    /// Where it listens.
    pub api: SocketAddr,
    /// Where operators call it, if they can.
    pub operator: Option<SocketAddr>,
    /// Where its pages are, if it has any.
    pub pages: Option<SocketAddr>,
    child: Child,
}

/// What a hub logs once it listens.
#[derive(Deserialize)]
struct Up {
    message: String,
    api: SocketAddr,
    operator: Option<SocketAddr>,
    pages: Option<SocketAddr>,
}

impl HubProcess {
    /// Starts `program serve` and waits until it listens, on the ports that it logs. `failpoints` is what the crate `fail`
    /// reads; `log` may hold what an earlier hub logged.
    pub async fn start(program: &str, configuration: &Path, failpoints: &str, log: &Path) -> anyhow::Result<Self> {
        let path = log;
        let log = OpenOptions::new().create(true).append(true).open(path)?;
        let before = usize::try_from(log.metadata()?.len())?;
        let mut child = Command::new(program)
            .args(["serve", "--config"])
            .arg(configuration)
            .env("FAILPOINTS", failpoints)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()?;
        match until_up(&mut child, path, before).await {
            Ok(Up { api, operator, pages, .. }) => Ok(Self { api, operator, pages, child }),
            Err(error) => {
                // ended already: nothing to kill
                let _ = child.kill();
                let _ = child.wait();
                Err(error)
            }
        }
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

    /// SIGSTOP: it does nothing any more, and keeps its connections and all that it remembers.
    pub fn suspend(&self) -> anyhow::Result<()> {
        self.signal(Signal::STOP)
    }

    /// SIGCONT: it goes on where it was, and finds out how much time has passed.
    pub fn resume(&self) -> anyhow::Result<()> {
        self.signal(Signal::CONT)
    }

    fn signal(&self, signal: Signal) -> anyhow::Result<()> {
        let id = Pid::from_raw(i32::try_from(self.id())?).context("a process without a number")?;
        Ok(kill_process(id, signal)?)
    }

    /// `kill -9`.
    pub fn kill(&mut self) -> io::Result<()> {
        self.child.kill()?;
        self.child.wait().map(|_| ())
    }
}

/// Reads what a hub logs behind so many bytes until it says that it is up.
async fn until_up(child: &mut Child, log: &Path, before: usize) -> anyhow::Result<Up> {
    let started = Instant::now();
    loop {
        let written = fs::read(log)?;
        let lines = written[before..].split(|byte| *byte == b'\n');
        let up =
            lines.filter_map(|line| serde_json::from_slice::<Up>(line).ok()).find(|up| up.message == "the hub is up");
        if let Some(up) = up {
            return Ok(up);
        }
        if let Some(status) = child.try_wait()? {
            anyhow::bail!("the hub ended at start: {status}");
        }
        anyhow::ensure!(started.elapsed() < UP_WITHIN, "the hub did not come up");
        sleep(Duration::from_millis(20)).await;
    }
}

impl Drop for HubProcess {
    fn drop(&mut self) {
        // ended already: nothing to kill
        let _ = self.kill();
    }
}
