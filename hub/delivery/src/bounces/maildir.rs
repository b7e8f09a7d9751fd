//! A Maildir that the operator's mail server delivers bounces to.
//!
//! A folder is the simplest thing that every mail server writes and that needs no port, no password and no protocol; what
//! it holds survives a hub that is down. A file is taken by renaming it, so several replicas can share one folder, and
//! deleted once what it says is written down: it names people. What is no bounce of the hub's own mail stays in `cur`,
//! for somebody to look at.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use komunala_app::ports::{ReturnedMail, bounces::Returned};
use tokio_util::sync::CancellationToken;

/// Bytes of a file that are looked at: a report and the head of the mail stand at its beginning.
const MOST: u64 = 256 * 1024;
/// Files in one look at the folder.
const AT_ONCE: usize = 500;
/// A file that somebody took so long ago was dropped by whoever took it.
const DROPPED: Duration = Duration::from_secs(10 * 60);
/// How the name of a taken file ends, and that of one that is left to an operator.
const TAKEN: &str = ":2,T";
const LEFT: &str = ":2,S";

/// A folder that mail comes back to, and who reads it.
pub struct BounceBox {
    folder: PathBuf,
    poll: Duration,
    reader: Arc<dyn ReturnedMail>,
}

impl BounceBox {
    /// A box that looks into a Maildir.
    pub fn new(folder: PathBuf, poll: Duration, reader: Arc<dyn ReturnedMail>) -> Self {
        Self { folder, poll, reader }
    }

    /// Looks again and again until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            if let Err(error) = self.look().await {
                tracing::warn!(%error, "the folder for mail that comes back cannot be read");
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(self.poll) => {}
            }
        }
    }

    /// Reads what has come; answers what it was.
    pub async fn look(&self) -> std::io::Result<Vec<Returned>> {
        let folder = self.folder.clone();
        let taken = tokio::task::spawn_blocking(move || take(&folder)).await.map_err(std::io::Error::other)??;
        let mut letters = Vec::with_capacity(taken.len());
        for file in taken {
            let path = file.clone();
            let head = tokio::task::spawn_blocking(move || head(&path)).await.map_err(std::io::Error::other)?;
            match self.reader.read(&head?).await {
                Ok(returned) => {
                    put_away(&file, returned)?;
                    letters.push(returned);
                }
                // the file stays taken, and is found again as one that was dropped
                Err(error) => tracing::warn!(%error, "a mail that came back cannot be written down yet"),
            }
        }
        Ok(letters)
    }
}

/// Takes files that are new, and those that were dropped.
fn take(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let (new, cur) = (folder.join("new"), folder.join("cur"));
    let mut taken = Vec::new();
    for entry in std::fs::read_dir(&new)?.take(AT_ONCE) {
        let entry = entry?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let own = cur.join(format!("{}{TAKEN}", name.split(':').next().unwrap_or(name)));
        // another replica may have been quicker
        if std::fs::rename(entry.path(), &own).is_ok() {
            // from now on it counts as taken now
            let _ =
                std::fs::File::options().write(true).open(&own).and_then(|file| file.set_modified(SystemTime::now()));
            taken.push(own);
        }
    }
    for entry in std::fs::read_dir(&cur)? {
        let entry = entry?;
        let is_taken = entry.file_name().to_str().is_some_and(|name| name.ends_with(TAKEN));
        let was = entry.metadata().and_then(|metadata| metadata.modified());
        let is_dropped = was.is_ok_and(|was| was.elapsed().is_ok_and(|ago| ago > DROPPED));
        if is_taken && is_dropped && taken.len() < AT_ONCE {
            taken.push(entry.path());
        }
    }
    Ok(taken)
}

fn head(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut head = Vec::new();
    std::fs::File::open(path)?.take(MOST).read_to_end(&mut head)?;
    Ok(head)
}

fn put_away(path: &Path, returned: Returned) -> std::io::Result<()> {
    match returned {
        Returned::Bounce(_) | Returned::Delay => std::fs::remove_file(path),
        Returned::Other => {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            std::fs::rename(path, path.with_file_name(name.replace(TAKEN, LEFT)))
        }
    }
}
