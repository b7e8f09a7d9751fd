//! The project's `Cargo.toml`: the template's, in a workspace of its own.

use toml::{Table, Value};

use super::{Name, TEMPLATE};
use crate::embedded;

/// What stands between the package and the workspace around it.
const WORKSPACE: &str = "
# A workspace of two: the adapter above, and the SDK in `sdk`, which stays as it came. Your own dependencies go to
# [dependencies] above; they must compile for wasm32-wasip2.

";

/// The template's own house has lints; a project begins with none.
const LINTS: &str = "[lints]\nworkspace = true\n\n";

/// The manifest of a project.
pub(super) fn of(name: &Name) -> String {
    let root = table("Cargo.toml");
    let mut wanted = direct("plugins/template/Cargo.toml");
    wanted.extend(direct("plugins/sdk/Cargo.toml"));
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
    let mut around = Table::new();
    around.insert("workspace".to_owned(), Value::Table(workspace));
    let component = Table::from_iter([("component".to_owned(), root["profile"]["component"].clone())]);
    around.insert("profile".to_owned(), Value::Table(component));

    let package = embedded::text("plugins/template/Cargo.toml").replace(LINTS, "").replace(TEMPLATE, &name.package());
    let around = toml::to_string(&around).expect("tables of texts can be written");
    format!("{package}{WORKSPACE}{around}")
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
