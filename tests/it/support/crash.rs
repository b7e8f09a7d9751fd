//! A hub that dies between the bytes of an upload and the row that names them.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant, SystemTime},
};

use anyhow::{Context, ensure};
use komunala_demo::{Customer, Newcomer, Region, desk::SCANNED};
use komunala_grpc::proto::v1::UploadAttachmentRequest;
use komunala_tests::{Database, HubProcess, worlds};

use super::named;

const HUB: &str = env!("CARGO_BIN_EXE_hub");

/// The sealed attachments below a folder, without those that are just being written.
fn kept(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let below = entries.filter_map(Result::ok).flat_map(|entry| {
        let path = entry.path();
        if path.is_dir() { kept(&path) } else { vec![path] }
    });
    let is_whole = |path: &PathBuf| !path.to_string_lossy().contains('#');
    let is_attachment = |path: &PathBuf| path.components().any(|part| part.as_os_str() == "attachments");
    below.filter(|path| is_whole(path) && is_attachment(path)).collect()
}

async fn killed(database: Database) -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let settings = worlds::settings(&dir, database.create().await?, toml::Table::new());
    let region = Region::start(&settings).await?;
    let configuration = region.configure(&settings)?;
    let log = dir.path().join("hub.log");
    let mut hub = HubProcess::start(HUB, &configuration, "store::attachment_written=pause", &log).await?;
    let newcomer = Newcomer::at(&region, 0)?;
    let (vera, _) = newcomer.settle(hub.api, &region).await?;
    let head = UploadAttachmentRequest { request_id: uuid::Uuid::new_v4().to_string(), ..named("izjava.pdf") };
    let uploading = tokio::spawn({
        let (vera, head) = (vera.clone(), head.clone());
        async move { vera.upload(head, SCANNED.as_bytes()).await }
    });
    let started = Instant::now();
    let orphan = loop {
        if let Some(orphan) = kept(dir.path()).pop() {
            break orphan;
        }
        ensure!(started.elapsed() < Duration::from_secs(20), "nothing was written");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    hub.kill()?;
    ensure!(uploading.await?.is_err(), "the upload was answered");
    // as if a while had passed
    let earlier = SystemTime::now() - Duration::from_secs(2 * 60 * 60);
    fs::File::options().write(true).open(&orphan)?.set_modified(earlier)?;

    let hub = HubProcess::start(HUB, &configuration, "", &log).await?;
    let started = Instant::now();
    while orphan.exists() {
        ensure!(started.elapsed() < Duration::from_secs(20), "what nothing names is still there");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let visitor = Customer::open(hub.api, &region.portal_key).await?;
    let session = visitor.accounts().sign_in(newcomer.sign_in()).await?.into_inner();
    let vera = visitor.signed_in(&session.access_token)?;
    // the same request again: it never happened
    let kept_now = vera.upload(head, SCANNED.as_bytes()).await?;
    let (_, bytes) = vera.handed_in(&kept_now.name).await?;
    ensure!(bytes == SCANNED.as_bytes(), "it is another file");
    let [file] = &kept(dir.path())[..] else { anyhow::bail!("more than one file is kept") };
    ensure!(*file != orphan, "the orphan came back");
    fs::read(file).context("it is gone").map(|_| ())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_left_is_swept_away_on_sqlite() -> anyhow::Result<()> {
    killed(Database::Sqlite).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_left_is_swept_away_on_postgresql() -> anyhow::Result<()> {
    killed(Database::PostgreSql).await
}
