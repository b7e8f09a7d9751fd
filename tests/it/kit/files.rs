//! The adapter of nightly files under the check: against the folders as its simulator writes them, which are those that
//! its recording holds.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use jiff::{ToSpan, civil::Date};
use komunala_kit::{Provision, Recording, Source, Subjects, Workbench, check, report::Verdict, scenario};
use komunala_simulators::{
    HeatingExchange,
    heating::{Answering, Night, Population},
};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use super::{adapters, clerk::is_about_files};

/// The nights that `plugins/heating/check/subjects.toml` tells of.
fn written(folder: &Path) -> std::io::Result<HeatingExchange> {
    const FIRST: Date = Date::constant(2024, 8, 7);
    let exchange = HeatingExchange::create(folder, Population { seed: 1, count: 12 })?;
    let choices = "korisnik;nacin;od\r\n0100000001;P;20240807\r\n0100000002;E;20240807\r\n";
    let digest: String = Sha256::digest(choices).iter().map(|byte| format!("{byte:02x}")).collect();
    fs::write(exchange.inbox().join("DOST_20240807_001.csv"), choices)?;
    fs::write(exchange.inbox().join("DOST_20240807_001.ok"), format!("{};{digest}\r\n", choices.len()))?;
    for night in 0..3 {
        let date = FIRST.saturating_add(i64::from(night).days());
        exchange.write(&if night == 0 { Night::first(date, 1) } else { Night::nightly(date, 1) })?;
    }
    exchange.write_documents(Night::newest_period(FIRST))?;
    exchange.acknowledge(&Answering::plainly())?;
    Ok(exchange)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_heating_adapter_passes_its_check_in_the_folders_of_its_simulator() -> anyhow::Result<()> {
    let (place, folders) = (TempDir::new()?, TempDir::new()?);
    let exchange = written(folders.path())?;
    let folder = adapters::installed("heating", "plugins", place.path())?;
    let subjects = Subjects::read(&folder.check().join("subjects.toml"))?;
    let settings = BTreeMap::from([("payee".to_owned(), "JKP Objedinjena".to_owned())]);
    let mut provision = Provision::of_author(&folder.manifest, &subjects, settings, BTreeMap::new());
    let names = [("out", exchange.out()), ("in", exchange.inbox()), ("ack", exchange.ack())];
    provision.policy.folders = names.map(|(name, path)| (name.to_owned(), path)).into();
    let bench = Workbench::open(folder, &subjects, Source::Live(Box::new(provision)), false)?;
    let report = check::check(&bench, &subjects, &[], |_| {}).await?;

    assert!(report.passed(), "{report}");
    let about_files: BTreeSet<_> =
        scenario::scenarios().into_iter().filter(is_about_files).map(|scenario| scenario.name).collect();
    let untried = report.scenarios.iter().filter(|it| about_files.contains(&it.name));
    let untried: Vec<_> = untried.filter(|it| !matches!(it.verdict, Verdict::Passed(_))).collect();
    assert!(untried.is_empty(), "{untried:?}");
    Ok(())
}

#[test]
fn the_recording_holds_what_the_simulator_writes_byte_for_byte() -> anyhow::Result<()> {
    let folders = TempDir::new()?;
    let exchange = written(folders.path())?;
    let check = adapters::root().join("plugins/heating/check");
    let recording = Recording::read(&check.join("recording.json"))?;
    let mut found = BTreeSet::new();
    for folder in [exchange.out(), exchange.inbox(), exchange.ack()] {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let name = path.strip_prefix(folders.path())?.to_str().unwrap_or_default().to_owned();
            let recorded = match recording.files.get(&name).and_then(|file| file.content.as_ref()) {
                Some(base64) => BASE64_STANDARD.decode(base64)?,
                None => fs::read(check.join("folders").join(&name))?,
            };
            assert!(recorded == fs::read(&path)?, "{name} is another file");
            found.insert(name);
        }
    }
    assert_eq!(found, recording.files.into_keys().collect(), "one is missing");
    Ok(())
}
