//! The project's `Cargo.toml`: the template's, as a workspace of its own.

use toml::{Table, Value};

use super::{Name, TEMPLATE};
use crate::embedded;

/// What stands above it.
const HEADER: &str = "\
# A workspace of two: the adapter, and the SDK in `sdk`, which stays as it came. Your own dependencies go to
# [dependencies]; they must compile for wasm32-wasip2.

";

/// The manifest of a project.
pub(super) fn of(name: &Name) -> String {
    let root = table("Cargo.toml");
    let mut manifest = table("plugins/template/Cargo.toml");
    if let Some(package) = manifest.get_mut("package").and_then(Value::as_table_mut) {
        package.insert("name".to_owned(), Value::String(name.package()));
        package.insert("description".to_owned(), Value::String(format!("the adapter {name}")));
        package.insert("version".to_owned(), Value::String("0.1.0".to_owned()));
    }
    manifest.remove("lints");

    let mut wanted = inherited(&manifest);
    wanted.extend(inherited(&table("plugins/sdk/Cargo.toml")));
    let known = root["workspace"]["dependencies"].as_table().expect("the workspace names its dependencies");
    let mut dependencies: Table =
        known.iter().filter(|(name, _)| wanted.contains(name)).map(|(name, how)| (name.clone(), how.clone())).collect();
    let sdk = Table::from_iter([("path".to_owned(), Value::String("sdk".to_owned()))]);
    dependencies.insert("komunala-adapter-sdk".to_owned(), Value::Table(sdk));

    let mut workspace = Table::new();
    workspace.insert("members".to_owned(), Value::Array(vec![Value::String("sdk".to_owned())]));
    workspace.insert("resolver".to_owned(), root["workspace"]["resolver"].clone());
    workspace.insert("package".to_owned(), root["workspace"]["package"].clone());
    workspace.insert("dependencies".to_owned(), Value::Table(dependencies));
    // the SDK inherits its lints; what holds in its own house is not asked of a project
    workspace.insert("lints".to_owned(), Value::Table(Table::new()));
    manifest.insert("workspace".to_owned(), Value::Table(workspace));
    let component = Table::from_iter([("component".to_owned(), root["profile"]["component"].clone())]);
    manifest.insert("profile".to_owned(), Value::Table(component));

    let text = toml::to_string(&manifest).expect("tables of texts can be written");
    format!("{HEADER}{}", text.replace(TEMPLATE, &name.package()))
}

/// The direct dependencies of a project's package and of the SDK, by name.
pub(super) fn direct(path: &str) -> Vec<String> {
    inherited(&table(path))
}

/// The names of all dependencies that a manifest takes from its workspace.
fn inherited(manifest: &Table) -> Vec<String> {
    let mut names = Vec::new();
    let mut take = |dependencies: Option<&Value>| {
        names.extend(dependencies.and_then(Value::as_table).into_iter().flat_map(|table| table.keys().cloned()));
    };
    take(manifest.get("dependencies"));
    take(manifest.get("dev-dependencies"));
    for target in manifest.get("target").and_then(Value::as_table).into_iter().flat_map(|targets| targets.values()) {
        take(target.get("dependencies"));
    }
    names
}

fn table(path: &str) -> Table {
    toml::from_str(embedded::text(path)).expect("cargo has read this manifest")
}
