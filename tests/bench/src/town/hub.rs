//! A hub as a process of its own.

use std::{
    fs::{self, OpenOptions},
    io,
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde::Deserialize;

use crate::{memory, process};

/// How long a hub may take to come up; compiling an adapter is part of it.
const UP_WITHIN: Duration = Duration::from_secs(60);

/// A running hub; it is killed when this is dropped.
#[derive(Debug)]
pub struct Hub {
    /// Where portals call it.
    pub api: SocketAddr,
    /// Where operators call it.
    pub operator: SocketAddr,
    child: Child,
}

/// What a hub logs once it listens.
#[derive(Deserialize)]
struct Up {
    message: String,
    api: SocketAddr,
    operator: SocketAddr,
}

impl Hub {
    /// Starts `program serve` and waits until it listens; `log` may hold what earlier hubs logged.
    pub(super) async fn start(program: &Path, configuration: &Path, log: &Path) -> anyhow::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(log)?;
        let before = usize::try_from(file.metadata()?.len())?;
        let mut child = Command::new(program)
            .args(["serve", "--config"])
            .arg(configuration)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(file)
            .spawn()?;
        match until_up(&mut child, log, before).await {
            Ok(Up { api, operator, .. }) => Ok(Self { api, operator, child }),
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

    /// Its resident memory, in KiB.
    pub fn resident_kib(&self) -> u64 {
        memory::resident_kib(self.id())
    }

    /// The time of processors that it has taken.
    pub fn cpu(&self) -> Duration {
        process::cpu(self.id())
    }

    /// Whether it runs still; one that ended by itself has logged why.
    pub fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
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
            let said = String::from_utf8_lossy(&written[before..]).into_owned();
            anyhow::bail!("the hub ended at its start: {status}\n{said}");
        }
        anyhow::ensure!(started.elapsed() < UP_WITHIN, "the hub did not come up");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        // ended already: nothing to kill
        let _ = self.kill();
    }
}
