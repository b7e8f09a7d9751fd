//! What the components export, and what the API says of them.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use anyhow::{Context, ensure};
use komunala_grpc::proto::v1::GetProviderRequest;
use wasmparser::{Parser, Payload};

use super::{table::TABLE, town::BUILT};

/// How the contract's interfaces are called in a component.
const CONTRACT: &str = "komunala:adapter/";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests have a parent folder").to_owned()
}

/// The contract's interfaces that a component exports.
fn exports(component: &[u8]) -> anyhow::Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut depth = 0;
    for payload in Parser::new(0).parse_all(component) {
        match payload? {
            Payload::Version { .. } => depth += 1,
            Payload::End(_) => depth -= 1,
            Payload::ComponentExportSection(section) if depth == 1 => {
                for export in section {
                    let name = export?.name.name.to_owned();
                    if let Some(interface) = name.strip_prefix(CONTRACT) {
                        found.insert(interface.split('@').next().unwrap_or_default().to_owned());
                    }
                }
            }
            _ => {}
        }
    }
    Ok(found)
}

/// The folders of `plugins/` that hold an adapter.
fn adapters() -> anyhow::Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(root().join("plugins"))? {
        let entry = entry?;
        if entry.path().join("adapter.toml").is_file() {
            let name = entry.file_name().to_string_lossy().into_owned();
            // what a new adapter begins with serves nobody
            if name != "template" {
                found.insert(name);
            }
        }
    }
    Ok(found)
}

#[test]
fn every_component_exports_what_the_table_ticks_and_nothing_else() -> anyhow::Result<()> {
    let mut served: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for column in &TABLE.columns {
        served.entry(&column.adapter).or_default().push(&column.provider);
    }
    for adapter in adapters()? {
        let providers = served.get(adapter.as_str()).with_context(|| format!("nobody is served by {adapter}"))?;
        let exported = exports(&std::fs::read(komunala_components::component(&adapter))?)?;
        ensure!(!exported.is_empty(), "{adapter} exports nothing");
        for provider in providers {
            let ticked: BTreeSet<_> = TABLE.exported(provider).into_iter().map(str::to_owned).collect();
            ensure!(exported == ticked, "{adapter} exports {exported:?}, the table has {ticked:?} for {provider}");
        }
    }
    Ok(())
}

#[test]
fn the_table_has_every_provider_that_has_a_settings_file() -> anyhow::Result<()> {
    let mut settled = BTreeMap::new();
    for entry in std::fs::read_dir(root().join("deploy/settings"))? {
        let path = entry?.path();
        if path.is_dir() {
            continue;
        }
        let file: toml::Table = std::fs::read_to_string(path)?.parse()?;
        if let (Some(provider), Some(adapter)) = (file.get("provider"), file.get("adapter")) {
            let word = |table: &toml::Value, key: &str| table[key].as_str().map(str::to_owned).context("no word");
            settled.insert(word(provider, "id")?, word(adapter, "name")?);
        }
    }
    let columns: BTreeMap<_, _> =
        TABLE.columns.iter().map(|column| (column.provider.clone(), column.adapter.clone())).collect();
    ensure!(columns == settled, "the table has {columns:?}, the settings files {settled:?}");
    let shown: BTreeSet<_> = komunala_demo::providers::ALL.iter().map(|(id, _)| (*id).to_owned()).collect();
    ensure!(columns.into_keys().collect::<BTreeSet<_>>() == shown, "the demo shows {shown:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn portals_are_told_what_the_table_offers() -> anyhow::Result<()> {
    let visitor = BUILT.visitor().await?;
    for provider in &BUILT.region.providers {
        let request = GetProviderRequest { name: format!("providers/{}", provider.id()) };
        let said = visitor.providers().get_provider(request).await?.into_inner().capabilities;
        let said: BTreeSet<_> = said.iter().map(String::as_str).collect();
        let offered = TABLE.told(provider.id());
        ensure!(said == offered, "GetProvider says {said:?} of {}, the table {offered:?}", provider.id());
    }
    Ok(())
}
