//! What a billing system answered, kept in a file, so that a check needs neither the system nor credentials.
//!
//! A recording belongs to one run of the check: it holds the answers in the order in which each scenario got them, the
//! moment when it was made (an adapter that looks at the clock finds that moment again) and what its idempotency keys
//! follow from. Secrets and tokens are replaced while it is made; personal data is not, which is why it is made with
//! test customers.
//!
//! Of an adapter that exchanges files it holds the files: a list with their times and digests, and the texts themselves in
//! `folders` beside it.

mod file;
mod format;
mod replay;
mod scrub;

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::line::{Answered, Asked};

pub use file::RecordedFile;
pub use replay::Replay;
pub use scrub::Scrubber;
pub(crate) use scrub::placeholder;

use format::Exchange;

/// The form of the file.
const FORMAT: u32 = 1;

/// A recording's file is read whole; this bounds it.
const MAX_BYTES: u64 = 64 << 20;

/// A recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recording {
    format: u32,
    /// When it was made.
    pub recorded: Timestamp,
    /// What keys and random numbers follow from.
    pub seed: u64,
    /// The adapter's settings; hosts are replaced.
    pub settings: BTreeMap<String, String>,
    /// The files that were exchanged, by folder and name: `out/bills.txt`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<String, RecordedFile>,
    /// Where those of them lie that are texts.
    #[serde(skip)]
    pub folders: Option<PathBuf>,
    exchanges: Vec<Exchange>,
    /// Each scenario's exchanges, by their place above.
    scenarios: BTreeMap<String, Vec<usize>>,
}

/// Why there is no recording.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// The file cannot be read or written.
    #[error("{0}: {1}")]
    File(String, io::Error),
    /// The file is something else.
    #[error("{0} is no recording: {1}")]
    Content(String, String),
    /// An exchanged file is not what it was.
    #[error("{0} is not the file that was recorded: did the version control change its line ends?")]
    Damaged(String),
}

impl Recording {
    /// A recording of nothing: for an adapter that asks nobody.
    pub fn empty() -> Self {
        Recorder::new(0, Timestamp::now(), BTreeMap::new(), Scrubber::default()).finish()
    }

    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, RecordingError> {
        let name = path.display().to_string();
        let failed = |error| RecordingError::File(name.clone(), error);
        let size = fs::metadata(path).map_err(failed)?.len();
        if size > MAX_BYTES {
            return Err(RecordingError::Content(name, format!("more than {MAX_BYTES} bytes")));
        }
        let bytes = fs::read(path).map_err(failed)?;
        let mut recording: Self =
            serde_json::from_slice(&bytes).map_err(|error| RecordingError::Content(name.clone(), error.to_string()))?;
        if recording.format != FORMAT {
            return Err(RecordingError::Content(name, format!("format {} is not known", recording.format)));
        }
        recording.folders = Some(folders_of(path));
        Ok(recording)
    }

    /// Writes a file.
    pub fn write(&self, path: &Path) -> Result<(), RecordingError> {
        let failed = |error: io::Error| RecordingError::File(path.display().to_string(), error);
        let mut text = serde_json::to_string_pretty(self).map_err(|error| failed(error.into()))?;
        text.push('\n');
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        fs::write(path, text).map_err(failed)
    }

    /// How many exchanges and files are in it.
    pub fn len(&self) -> usize {
        self.exchanges.len() + self.files.len()
    }

    /// Whether nothing was recorded.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Where a recording's texts lie.
pub(crate) fn folders_of(recording: &Path) -> PathBuf {
    recording.with_file_name("folders")
}

/// Writes down what goes over a line.
#[derive(Debug)]
pub struct Recorder {
    recording: Recording,
    scrubber: Scrubber,
}

impl Recorder {
    /// A recorder that begins now. `settings` are those that a replay gives the adapter.
    pub fn new(seed: u64, recorded: Timestamp, settings: BTreeMap<String, String>, scrubber: Scrubber) -> Self {
        let recording = Recording {
            format: FORMAT,
            recorded,
            seed,
            settings,
            files: BTreeMap::new(),
            folders: None,
            exchanges: Vec::new(),
            scenarios: BTreeMap::new(),
        };
        Self { recording, scrubber }
    }

    pub(crate) fn note(&mut self, scenario: &str, asked: &Asked, answered: &Answered) {
        self.scrubber.learn(&answered.body);
        let exchange = Exchange::of(asked, answered, &self.scrubber);
        let exchanges = &mut self.recording.exchanges;
        let place = exchanges.iter().position(|known| *known == exchange).unwrap_or_else(|| {
            exchanges.push(exchange);
            exchanges.len() - 1
        });
        self.recording.scenarios.entry(scenario.to_owned()).or_default().push(place);
    }

    /// What was recorded.
    pub fn finish(self) -> Recording {
        self.recording
    }
}
