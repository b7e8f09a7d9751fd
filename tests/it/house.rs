//! The house stands as ARCHITECTURE.md says: who may know whom, and what.

mod floats;
mod one_build;
mod tested;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn metadata() -> Metadata {
    MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec().unwrap()
}

/// What a crate is built with, tests left out.
fn needs(package: &Package) -> BTreeSet<&str> {
    let built_with = package.dependencies.iter().filter(|needed| needed.kind != DependencyKind::Development);
    built_with.map(|needed| needed.name.as_str()).collect()
}

/// Every source file below a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if name != "target" && !name.starts_with('.') {
                found.extend(sources(&path));
            }
        } else if [".rs", ".toml", ".proto", ".md", ".wit", ".html", ".txt"].iter().any(|end| name.ends_with(end)) {
            found.push(path);
        }
    }
    found
}

#[test]
fn every_arrow_in_the_hub_points_from_the_server_towards_the_domain() {
    let allowed = BTreeMap::from([
        ("komunala-domain", vec![]),
        ("komunala-app", vec!["komunala-domain"]),
        ("komunala-grpc", vec!["komunala-app", "komunala-domain", "komunala-listener"]),
        ("komunala-listener", vec![]),
        ("komunala-store", vec!["komunala-app", "komunala-domain", "komunala-migrations"]),
        ("komunala-sandbox", vec!["komunala-app", "komunala-domain"]),
        // the author's kit tries adapters in the sandbox that a hub has
        ("komunala-kit", vec!["komunala-app", "komunala-domain", "komunala-sandbox"]),
        ("komunala-delivery", vec!["komunala-app", "komunala-domain"]),
        ("komunala-http-client", vec![]),
        ("komunala-identity", vec!["komunala-app", "komunala-http-client"]),
        ("komunala-rendering", vec!["komunala-app", "komunala-domain"]),
        ("komunala-inspection", vec!["komunala-app", "komunala-domain"]),
        ("komunala-pages", vec!["komunala-app", "komunala-domain", "komunala-listener"]),
        ("komunala-payments", vec!["komunala-app", "komunala-domain", "komunala-http-client"]),
        ("komunala-sms", vec!["komunala-app", "komunala-domain", "komunala-http-client"]),
        ("komunala-migrations", vec![]),
        (
            "komunala-server",
            vec![
                "komunala-app",
                "komunala-delivery",
                "komunala-domain",
                "komunala-grpc",
                "komunala-identity",
                "komunala-inspection",
                "komunala-kit",
                "komunala-listener",
                "komunala-migrations",
                "komunala-pages",
                "komunala-payments",
                "komunala-rendering",
                "komunala-sandbox",
                "komunala-sms",
                "komunala-store",
            ],
        ),
    ]);
    let metadata = metadata();
    let hub = root().join("hub");
    let mut seen = 0;
    for package in &metadata.packages {
        if !package.manifest_path.starts_with(hub.to_str().unwrap()) && package.name != "komunala-migrations" {
            continue;
        }
        seen += 1;
        let allowed = allowed
            .get(package.name.as_str())
            .unwrap_or_else(|| panic!("{} is new: give it its place in the house", package.name));
        for needed in needs(package).into_iter().filter(|needed| needed.starts_with("komunala-")) {
            assert!(allowed.contains(&needed), "{} must not know {needed}", package.name);
        }
    }
    assert_eq!(seen, allowed.len(), "a crate of the house is gone");
}

#[test]
fn each_large_library_is_known_by_one_crate_of_the_hub() {
    let homes: [(&[&str], &[&str]); 8] = [
        (&["tonic", "tonic-prost", "tonic-types", "tonic-web", "prost", "prost-types"], &["komunala-grpc"]),
        (&["sea-orm", "sea-orm-migration", "sqlx"], &["komunala-store", "komunala-migrations"]),
        (&["object_store"], &["komunala-store"]),
        (&["wasmtime", "wasmtime-wasi", "wasmtime-wasi-http"], &["komunala-sandbox"]),
        (&["lettre"], &["komunala-delivery"]),
        (&["hayro-syntax", "img-parts", "infer", "kamadak-exif"], &["komunala-inspection"]),
        (&["qrcodegen", "krilla", "skrifa"], &["komunala-rendering"]),
        (&["axum"], &["komunala-pages"]),
    ];
    let metadata = metadata();
    for (libraries, home) in homes {
        for package in &metadata.packages {
            let outside = !package.manifest_path.starts_with(root().join("hub").to_str().unwrap())
                && package.name != "komunala-migrations";
            if outside || home.contains(&package.name.as_str()) {
                continue;
            }
            for library in libraries {
                assert!(!needs(package).contains(library), "{} must not know {library}", package.name);
            }
        }
    }
}

#[test]
fn adapters_know_the_sdk_and_never_the_hub() {
    let metadata = metadata();
    let plugins = root().join("plugins");
    for package in &metadata.packages {
        if !package.manifest_path.starts_with(plugins.to_str().unwrap()) {
            continue;
        }
        for needed in needs(package).into_iter().filter(|needed| needed.starts_with("komunala-")) {
            assert_eq!(needed, "komunala-adapter-sdk", "{}", package.name);
        }
    }
}

#[test]
fn no_provider_is_named_outside_plugins_deploy_and_tests() {
    let names = ["gas-ruma", "gas ruma", "chernihiv", "stambeno", "infostan", "gorenjska", "esandu", "esanduč"];
    let mut read = 0;
    for folder in ["hub", "migrations", "proto"] {
        for path in sources(&root().join(folder)) {
            let text = std::fs::read_to_string(&path).unwrap().to_lowercase();
            read += 1;
            for name in names {
                assert!(!text.contains(name), "{} names a provider: {name}", path.display());
            }
        }
    }
    assert!(read > 100, "only {read} files were read: the test looks in the wrong place");
}

#[test]
fn no_file_holds_two_ideas() {
    let mut lengths: Vec<(usize, PathBuf)> = Vec::new();
    for folder in ["hub", "migrations", "plugins", "deploy", "tests"] {
        for path in
            sources(&root().join(folder)).into_iter().filter(|path| path.extension().is_some_and(|end| end == "rs"))
        {
            let lines = std::fs::read_to_string(&path).unwrap().lines().count();
            assert!(lines <= 400, "{} has {lines} lines", path.display());
            lengths.push((lines, path));
        }
    }
    lengths.sort();
    let (median, _) = lengths[lengths.len() / 2];
    assert!(median <= 150, "half of the files have more than {median} lines");
}
