//! The component in the sandbox.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use komunala_app::ports::FileExchange as _;
use komunala_bench::unified_bill::{self, patiently};
use komunala_sandbox::{Adapter, Engine, EngineSettings};
use komunala_simulators::HeatingExchange;
use tokio::runtime::Runtime;

use crate::{PORTION, Run};

pub(crate) struct Sandbox {
    runtime: Runtime,
    adapter: Adapter,
    gauge: Gauge,
}

impl Sandbox {
    pub(crate) fn new(exchange: &HeatingExchange) -> anyhow::Result<Self> {
        let engine = Engine::new(EngineSettings::default())?;
        let adapter = unified_bill::adapter(&engine, exchange)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        Ok(Self { runtime, adapter, gauge: Gauge::over(engine) })
    }

    /// Names and sizes.
    pub(crate) fn files(&self) -> anyhow::Result<Vec<(String, u64)>> {
        let page = self.runtime.block_on(self.adapter.list_files(patiently(), None, 1000))?;
        Ok(page.files.into_iter().map(|file| (file.id.as_str().to_owned(), file.size)).collect())
    }

    pub(crate) fn read(&self, id: &str) -> anyhow::Result<Run> {
        self.gauge.most.store(0, Ordering::Relaxed);
        self.runtime.block_on(async {
            let page = self.adapter.list_files(patiently(), None, 1000).await?;
            let file = page.files.into_iter().find(|file| file.id.as_str() == id);
            let file = file.ok_or_else(|| anyhow::anyhow!("{id} is not listed"))?;
            let (began, mut run, mut since) = (Instant::now(), Run::default(), None);
            loop {
                let portion = self.adapter.read_file(patiently(), &file, since.as_deref(), PORTION.into()).await?;
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
