//! Mail that comes back: a Maildir that the operator's mail server delivers bounces to.
//!
//! A folder is the simplest thing that every mail server writes and that needs no port, no password and no protocol; what
//! it holds survives a hub that is down. A file is taken by renaming it, so several replicas can share one folder, and
//! deleted once what it says is written down: it names people. What is no bounce of the hub's own mail stays in `cur`,
//! for somebody to look at.

mod report;
mod verdict;

use std::{
    io::Read as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use komunala_app::{
    ports::{
        Bounces, Clock, StoreError,
        bounces::{Bounce, Noted},
    },
    scope::SystemScope,
};
use opentelemetry::{KeyValue, global, metrics::Counter};
use tokio_util::sync::CancellationToken;

use crate::return_path::ReturnPaths;

/// Bytes of a file that are looked at: a report and the head of the mail stand at its beginning.
const MOST: u64 = 256 * 1024;
/// Files in one look at the folder.
const AT_ONCE: usize = 500;
/// A file that somebody took so long ago was dropped by whoever took it.
const DROPPED: Duration = Duration::from_secs(10 * 60);
/// How the name of a taken file ends, and that of one that is left to an operator.
const TAKEN: &str = ":2,T";
const LEFT: &str = ":2,S";

/// What comes back, and where it is written down.
pub struct BounceBox {
    folder: PathBuf,
    poll: Duration,
    paths: ReturnPaths,
    bounces: Arc<dyn Bounces>,
    clock: Arc<dyn Clock>,
    scope: SystemScope,
    read: Counter<u64>,
}

/// A file that was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Letter {
    /// It is about a mail of the hub's.
    Bounce(Noted),
    /// It says of a mail of the hub's that it is on its way.
    Delay,
    /// It is something else.
    Other,
}

impl BounceBox {
    /// A box that looks into a Maildir.
    pub fn new(
        folder: PathBuf,
        poll: Duration,
        paths: ReturnPaths,
        bounces: Arc<dyn Bounces>,
        clock: Arc<dyn Clock>,
        scope: SystemScope,
    ) -> Self {
        let read = global::meter("komunala.delivery")
            .u64_counter("komunala.mail.returned")
            .with_description("mails that came back, by what became of them")
            .build();
        Self { folder, poll, paths, bounces, clock, scope, read }
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
    pub async fn look(&self) -> std::io::Result<Vec<Letter>> {
        let folder = self.folder.clone();
        let taken = tokio::task::spawn_blocking(move || take(&folder)).await.map_err(std::io::Error::other)??;
        let mut letters = Vec::with_capacity(taken.len());
        for file in taken {
            let path = file.clone();
            let head = tokio::task::spawn_blocking(move || head(&path)).await.map_err(std::io::Error::other)?;
            match self.open(&head?).await {
                Ok(letter) => {
                    self.read.add(1, &[KeyValue::new("outcome", name(letter))]);
                    put_away(&file, letter)?;
                    letters.push(letter);
                }
                // the file stays taken, and is found again as one that was dropped
                Err(error) => tracing::warn!(%error, "a mail that came back cannot be written down yet"),
            }
        }
        Ok(letters)
    }

    async fn open(&self, mail: &[u8]) -> Result<Letter, StoreError> {
        let Some(report) = report::read(mail) else { return Ok(Letter::Other) };
        let message = report.addresses.iter().find_map(|address| self.paths.message_of(address));
        let Some(message) = message else { return Ok(Letter::Other) };
        match verdict::of(&report.recipients) {
            None => Ok(Letter::Other),
            Some(verdict::Verdict::Delayed) => Ok(Letter::Delay),
            Some(verdict::Verdict::Returned(kind, status)) => {
                let bounce = Bounce { message, kind, status };
                let noted = self.bounces.bounced(&self.scope, bounce, self.clock.now()).await?;
                tracing::info!(%message, %status, ?kind, ?noted, "a mail came back");
                Ok(Letter::Bounce(noted))
            }
        }
    }
}

fn name(letter: Letter) -> &'static str {
    match letter {
        Letter::Bounce(Noted::Nothing) => "known",
        Letter::Bounce(Noted::SentAgain) => "sent_again",
        Letter::Bounce(Noted::GivenUp) => "given_up",
        Letter::Bounce(Noted::Suppressed) => "suppressed",
        Letter::Delay => "delayed",
        Letter::Other => "other",
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

fn put_away(path: &Path, letter: Letter) -> std::io::Result<()> {
    match letter {
        Letter::Bounce(_) | Letter::Delay => std::fs::remove_file(path),
        Letter::Other => {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            std::fs::rename(path, path.with_file_name(name.replace(TAKEN, LEFT)))
        }
    }
}
