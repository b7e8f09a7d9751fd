//! The component in the sandbox.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use jiff::tz::TimeZone;
use komunala_app::ports::{Call, FileExchange as _};
use komunala_domain::Sha256;
use komunala_sandbox::{Adapter, AdapterSettings, Engine, EngineSettings, Manifest, Secrets};
use komunala_simulators::HeatingExchange;
use sha2::Digest as _;
use tokio::runtime::Runtime;

use crate::{PORTION, Run};

/// The longest that a call may take here: going over a whole file is one call.
const PATIENCE: Duration = Duration::from_secs(600);

pub(crate) struct Sandbox {
    runtime: Runtime,
    adapter: Adapter,
    gauge: Gauge,
}

impl Sandbox {
    pub(crate) fn new(exchange: &HeatingExchange) -> anyhow::Result<Self> {
        let component = komunala_components::get("heating");
        let bytes = std::fs::read(component.path())?;
        let [out, ack, inbox] = [exchange.out(), exchange.ack(), exchange.inbox()];
        let policy = format!(
            "[folders]\nout = {out:?}\nack = {ack:?}\nin = {inbox:?}\n[settings]\npayee = 'JKP'\n[limits]\ncall_ms = 600000\n"
        );
        let settings = AdapterSettings {
            provider: "unified".parse()?,
            currency: "RSD".parse()?,
            time_zone: TimeZone::get("Europe/Belgrade")?,
            manifest: std::fs::read_to_string(component.manifest())?.parse::<Manifest>()?,
            policy: toml::from_str(&policy)?,
            secrets: Secrets::default(),
        };
        let engine = Engine::new(EngineSettings::default())?;
        let pinned = Sha256(sha2::Sha256::digest(&bytes).into());
        let adapter = Adapter::load(&engine, &bytes, pinned, None, &settings)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        Ok(Self { runtime, adapter, gauge: Gauge::over(engine) })
    }

    /// Names and sizes.
    pub(crate) fn files(&self) -> anyhow::Result<Vec<(String, u64)>> {
        let page = self.runtime.block_on(self.adapter.list_files(Call::within(PATIENCE), None, 1000))?;
        Ok(page.files.into_iter().map(|file| (file.id.as_str().to_owned(), file.size)).collect())
    }

    pub(crate) fn read(&self, id: &str) -> anyhow::Result<Run> {
        self.gauge.most.store(0, Ordering::Relaxed);
        self.runtime.block_on(async {
            let page = self.adapter.list_files(Call::within(PATIENCE), None, 1000).await?;
            let file = page.files.into_iter().find(|file| file.id.as_str() == id);
            let file = file.ok_or_else(|| anyhow::anyhow!("{id} is not listed"))?;
            let (began, mut run, mut since) = (Instant::now(), Run::default(), None);
            loop {
                let call = Call::within(PATIENCE);
                let portion = self.adapter.read_file(call, &file, since.as_deref(), PORTION.into()).await?;
                run.rows += portion.rows.len() as u64;
                run.all = began.elapsed();
                if since.is_none() {
                    run.first = run.all;
                }
                since = portion.next;
                if since.is_none() {
                    return Ok(run);
                }
            }
        })
    }

    /// The most guest memory there was since the last file began, in bytes.
    pub(crate) fn most_memory(&self) -> u64 {
        self.gauge.most.load(Ordering::Relaxed)
    }
}

/// Looks at the guests' memory every millisecond.
struct Gauge {
    most: Arc<AtomicU64>,
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Gauge {
    fn over(engine: Engine) -> Self {
        let (most, ended) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let (seen, stop) = (Arc::clone(&most), Arc::clone(&ended));
        let thread = std::thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                seen.fetch_max(engine.guest_memory_bytes(), Ordering::Relaxed);
                std::thread::park_timeout(Duration::from_millis(1));
            }
        });
        Self { most, ended, thread: Some(thread) }
    }
}

impl Drop for Gauge {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        // a gauge that panicked has nothing more to say
        let _ = self.thread.take().map(JoinHandle::join);
    }
}
