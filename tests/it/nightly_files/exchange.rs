//! An exchange of files with the adapter at one end and the simulator at the other.

use std::{path::Path, sync::LazyLock, time::Duration};

use jiff::{civil::Date, tz::TimeZone};
use komunala_app::ports::{
    BillingError, Call, FileExchange as _,
    files::{FileRow, ListedFile},
};
use komunala_domain::Sha256;
use komunala_sandbox::{Adapter, AdapterSettings, CodeCache, Engine, EngineSettings, Manifest, Policy, Secrets};
use komunala_simulators::{
    HeatingExchange,
    heating::{Night, Population},
};
use sha2::Digest as _;
use tempfile::TempDir;

/// The night that most tests are about.
pub(super) const DAY: Date = Date::constant(2024, 8, 15);

/// Compiled once for all tests of this process.
static CACHE: LazyLock<(TempDir, CodeCache)> = LazyLock::new(|| {
    let folder = TempDir::new().expect("a temporary folder");
    let cache = CodeCache::open(folder.path().join("code")).expect("a private folder");
    (folder, cache)
});

pub(super) struct Exchange {
    pub(super) simulator: HeatingExchange,
    pub(super) adapter: Adapter,
    _folder: TempDir,
}

impl Exchange {
    pub(super) fn new(customers: u32) -> Self {
        let folder = TempDir::new().unwrap();
        let simulator = HeatingExchange::create(folder.path(), Population { seed: 7, count: customers }).unwrap();
        Self { adapter: over(folder.path()), simulator, _folder: folder }
    }

    /// With the files of one night.
    pub(super) fn with(customers: u32, night: &Night) -> Self {
        let exchange = Self::new(customers);
        exchange.simulator.write(night).unwrap();
        exchange
    }

    pub(super) async fn files(&self) -> Vec<ListedFile> {
        self.adapter.list_files(patiently(), None, 1000).await.unwrap().files
    }

    pub(super) async fn ids(&self) -> Vec<String> {
        self.files().await.into_iter().map(|file| file.id.as_str().to_owned()).collect()
    }

    pub(super) async fn problems(&self) -> Vec<String> {
        let page = self.adapter.list_files(patiently(), None, 1000).await.unwrap();
        page.problems.into_iter().map(|problem| problem.problem).collect()
    }

    pub(super) async fn file(&self, id: &str) -> ListedFile {
        let file = self.files().await.into_iter().find(|file| file.id.as_str() == id);
        file.unwrap_or_else(|| panic!("{id} is listed"))
    }

    /// All rows of a file in portions of `size`, and what was put aside.
    pub(super) async fn rows(&self, id: &str, size: u32) -> Result<(Vec<FileRow>, Vec<String>), BillingError> {
        let file = self.file(id).await;
        let (mut rows, mut problems, mut since) = (Vec::new(), Vec::new(), None);
        loop {
            let portion = self.adapter.read_file(patiently(), &file, since.as_deref(), size).await?;
            rows.extend(portion.rows);
            problems.extend(portion.problems.into_iter().map(|problem| problem.problem));
            since = portion.next;
            if since.is_none() {
                return Ok((rows, problems));
            }
        }
    }
}

pub(super) fn patiently() -> Call {
    Call::within(Duration::from_secs(30))
}

/// The adapter at the other end of the three folders below one.
pub(super) fn over(folder: &Path) -> Adapter {
    let policy: Policy = toml::from_str(&format!(
        "[folders]\nout = {:?}\nack = {:?}\nin = {:?}\n[settings]\npayee = 'JKP Objedinjena'\npurpose_code = '189'\n",
        folder.join("out"),
        folder.join("ack"),
        folder.join("in")
    ))
    .unwrap();
    let component = komunala_components::get("heating");
    let bytes = std::fs::read(component.path()).unwrap();
    let manifest = std::fs::read_to_string(component.manifest()).unwrap();
    let engine = Engine::new(EngineSettings { concurrent_calls: Some(8), ..EngineSettings::default() }).unwrap();
    let settings = AdapterSettings {
        provider: "unified".parse().unwrap(),
        currency: "RSD".parse().unwrap(),
        time_zone: TimeZone::get("Europe/Belgrade").unwrap(),
        manifest: manifest.parse::<Manifest>().unwrap(),
        policy,
        secrets: Secrets::default(),
    };
    Adapter::load(&engine, &bytes, Sha256(sha2::Sha256::digest(&bytes).into()), Some(&CACHE.1), &settings).unwrap()
}
