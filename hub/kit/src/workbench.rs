//! An adapter that can be called: its component in the sandbox, its settings, and the line to its billing system.

mod clock;

use std::{path::Path, sync::Arc, time::SystemTime};

use jiff::Timestamp;
use komunala_app::ports::Call;
use komunala_domain::Sha256;
use komunala_sandbox::{
    Adapter, AdapterError, AdapterSettings, ArgumentError, CacheError, CodeCache, Conditions, Engine, EngineError,
    EngineSettings, Transport, Trial, TrialError, Tried,
};
use serde_json::Value as Json;
use sha2::Digest;

use crate::{
    AdapterFolder, FolderError, Provision, Recording, Source, Subjects,
    exchange::Exchange,
    line::{Line, OtherEnd},
    recording::{self, Recorder, RecordingError, Replay},
};

use clock::Clock;

/// The longest that a call may take, in seconds; the adapter's own limit may be lower.
const LONGEST_CALL: u64 = 30;

/// An adapter on its author's desk.
#[derive(Debug)]
pub struct Workbench {
    /// The adapter's folder.
    pub folder: AdapterFolder,
    component: Vec<u8>,
    cache: CodeCache,
    settings: AdapterSettings,
    line: Arc<Line>,
    trial: Trial,
    clock: Clock,
    exchange: Exchange,
    seed: u64,
    recorded: Option<Timestamp>,
}

/// Why an adapter cannot be called.
#[derive(Debug, thiserror::Error)]
pub enum WorkbenchError {
    /// Its folder is no adapter's.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The sandbox does not take it.
    #[error("the adapter cannot be used: {0}")]
    Trial(#[from] TrialError),
    /// The hub would not take it.
    #[error("the adapter cannot be used: {0}")]
    Adapter(#[from] AdapterError),
    /// The sandbox does not run on this machine.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// Compiled code cannot be kept.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// The folders that the check uses cannot be made.
    #[error(transparent)]
    Exchange(#[from] RecordingError),
}

impl Workbench {
    /// Puts the adapter of `folder` on the bench. `records` keeps what its billing system answers.
    pub fn open(
        folder: AdapterFolder,
        subjects: &Subjects,
        source: Source,
        records: bool,
    ) -> Result<Self, WorkbenchError> {
        let component = folder.component()?;
        let manifest = folder.manifest.clone();
        let now = Timestamp::now();
        let (mut provision, seed, recorded) = match &source {
            Source::Live(provision) => (provision.as_ref().clone(), fresh_seed(now), None::<Timestamp>),
            Source::Recording(recording) => {
                let provision = Provision::of_recording(&manifest, subjects, recording);
                (provision, recording.seed, Some(recording.recorded))
            }
        };
        let replayed = match &source {
            Source::Live(_) => None,
            Source::Recording(recording) => Some(recording),
        };
        let exchange = Exchange::prepare(&folder, &provision.policy, replayed)?;
        provision.policy.folders = exchange.granted(&manifest);

        // a recording is of one moment: the adapter's clock stands while it is made, as it will when it is played
        let stands_at = subjects.now.or(recorded).or(records.then_some(now));
        let conditions = Conditions { now: stands_at, seed: stands_at.map(|_| seed) };
        let recorder =
            records.then(|| Recorder::new(seed, now, provision.recorded_settings(&manifest), provision.scrubber()));
        let settings = AdapterSettings {
            provider: provision.provider.clone(),
            currency: provision.currency,
            time_zone: provision.time_zone.clone(),
            manifest,
            policy: provision.policy.clone(),
            secrets: provision.secrets(),
        };
        // whoever checks again has seldom changed the component
        let cache = CodeCache::open(folder.path.join("target").join("komunala-code"))?;
        let mut line = None;
        let trial = Trial::load(&component, Some(&cache), &settings, conditions, |network| {
            let end = match source {
                Source::Live(_) => OtherEnd::Network(network),
                Source::Recording(recording) => OtherEnd::Replay(Replay::new(recording)),
            };
            let made = Line::new(end, subjects.write_words.clone(), recorder);
            line = Some(Arc::clone(&made));
            made as Arc<dyn Transport>
        })?;
        let line = line.expect("loading a trial asks for its line");
        let clock = Clock::new(conditions);
        Ok(Self { folder, component, cache, settings, line, trial, clock, exchange, seed, recorded })
    }

    /// Calls one operation.
    pub async fn call(&self, operation: &str, arguments: &[Json]) -> Result<Tried, ArgumentError> {
        let call = Call::within(std::time::Duration::from_secs(LONGEST_CALL));
        let (began, conditions) = (SystemTime::now(), self.clock.conditions());
        let before = self.exchange.times().unwrap_or_default();
        let tried = self.trial.call_under(conditions, call, operation, arguments).await?;
        if let Some(now) = conditions.now {
            // a file system keeps its own time; one that cannot be told another leaves the adapter with that
            let _ = self.exchange.date(&before, began, now.into());
        }
        Ok(tried)
    }

    /// The adapter as the sandbox shows it to its author.
    pub fn trial(&self) -> &Trial {
        &self.trial
    }

    /// The line to its billing system.
    pub fn line(&self) -> &Line {
        &self.line
    }

    /// The adapter as a hub has it, which checks every value of an answer, over the same line.
    pub fn adapter(&self) -> Result<Adapter, WorkbenchError> {
        let engine = Engine::new(EngineSettings { concurrent_calls: Some(2), ..EngineSettings::default() })?;
        let digest = Sha256(sha2::Sha256::digest(&self.component).into());
        let line = Arc::clone(&self.line) as Arc<dyn Transport>;
        let adapter =
            Adapter::load_with_transport(&engine, &self.component, digest, Some(&self.cache), &self.settings, line)?;
        Ok(adapter.under(self.clock.conditions()))
    }

    /// A key for a write: the same in a replay as in its recording, another for every write.
    pub fn key(&self, scenario: &str, operation: &str, number: u32) -> String {
        let name = format!("{}/{scenario}/{operation}/{number}", self.seed);
        format!("check-{}", hex::encode(&sha2::Sha256::digest(name)[..16]))
    }

    /// Puts the adapter's clock so many days on; with 0, where it was.
    pub(crate) fn later(&self, days: i64) {
        self.clock.later(days);
    }

    /// The folders that the adapter exchanges files in.
    pub(crate) fn exchange(&self) -> &Exchange {
        &self.exchange
    }

    /// When the recording was made that answers here.
    pub fn recorded(&self) -> Option<Timestamp> {
        self.recorded
    }

    /// What was recorded.
    pub fn take_recording(&self) -> Result<Option<Recording>, RecordingError> {
        let Some(recorder) = self.line.take_recorder() else { return Ok(None) };
        let failed = |error| RecordingError::File("the folders of the check".to_owned(), error);
        let mut recording = recorder.finish();
        recording.files = self.exchange.recorded().map_err(failed)?;
        Ok(Some(recording))
    }

    /// Writes a recording with the files beside it.
    pub fn keep(&self, recording: &Recording, path: &Path) -> Result<(), RecordingError> {
        recording.write(path)?;
        let folders = recording::folders_of(path);
        self.exchange.keep(&folders).map_err(|error| RecordingError::File(folders.display().to_string(), error))
    }
}

/// Two runs against one billing system must not use the same keys.
fn fresh_seed(now: Timestamp) -> u64 {
    // truncated on purpose: JSON readers elsewhere keep 53 bits
    u64::try_from(now.as_microsecond()).unwrap_or_default() & ((1 << 53) - 1)
}
