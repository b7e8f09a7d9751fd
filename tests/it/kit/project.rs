//! `komunala adapter new`, `build` and `check`, in an empty folder outside the repository.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use tempfile::TempDir;

use super::adapters::root;

/// The program, with the target folder of the repository's own components: what they stand on is built there already.
fn komunala(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hub"))
        .args(arguments)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", root().join("target").join("guest"))
        .output()
        .unwrap()
}

fn shown(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_new_project_builds_and_passes_its_check_outside_of_the_repository() {
    let empty = TempDir::new().unwrap();
    let new = komunala(empty.path(), &["adapter", "new", "waste"]);
    assert!(new.status.success(), "{}", shown(&new));

    let project = empty.path().join("waste");
    let build = komunala(&project, &["adapter", "build"]);
    assert!(build.status.success(), "{}", shown(&build));
    assert!(shown(&build).contains("customers, invoices, documents, delivery, requests"), "{}", shown(&build));

    let check = komunala(&project, &["adapter", "check"]);
    assert!(check.status.success(), "{}", shown(&check));
    assert!(project.join("check-report.json").is_file());

    let run = komunala(&project, &["adapter", "run", "invoices.get-invoice", "26-10-00017"]);
    let text = shown(&run);
    assert!(run.status.success(), "{text}");
    for part in ["\"total\": 123450", "\"issued\": \"2026-11-03\"", "instructions", "requests      1"] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }

    let again = komunala(empty.path(), &["adapter", "new", "waste"]);
    assert!(!again.status.success() && shown(&again).contains("exists already"), "{}", shown(&again));
}

/// The blocks of code in a language, in their order.
fn blocks<'a>(text: &'a str, language: &str) -> Vec<&'a str> {
    let fence = format!("```{language}\n");
    text.split(&fence).skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

#[test]
fn the_guides_adapter_of_files_builds_and_passes_its_check() {
    let guide = fs::read_to_string(root().join("plugins/README.md")).unwrap();
    let (_, section) = guide.split_once("## When the billing system only leaves files").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let [manifest, subjects] = blocks(section, "toml").try_into().unwrap();

    let empty = TempDir::new().unwrap();
    let project = empty.path().join("nightly");
    assert!(komunala(empty.path(), &["adapter", "new", "nightly"]).status.success());
    fs::remove_dir_all(project.join("src")).unwrap();
    fs::remove_file(project.join("check/recording.json")).unwrap();
    fs::create_dir_all(project.join("src")).unwrap();
    fs::create_dir_all(project.join("check/folders/out")).unwrap();
    fs::write(project.join("src/lib.rs"), blocks(section, "rust")[0]).unwrap();
    fs::write(project.join("check/subjects.toml"), subjects).unwrap();
    let written = fs::read_to_string(project.join("adapter.toml")).unwrap();
    fs::write(project.join("adapter.toml"), written.split("[http]").next().unwrap().to_owned() + manifest).unwrap();
    for line in blocks(section, "")[0].lines().filter_map(|line| line.strip_prefix("printf '")) {
        let (text, file) = line.split_once("' > ").unwrap();
        fs::write(project.join(file), text.replace("\\n", "\n")).unwrap();
    }

    let build = komunala(&project, &["adapter", "build"]);
    assert!(build.status.success(), "{}", shown(&build));
    let check = komunala(&project, &["adapter", "check"]);
    let text = shown(&check);
    assert!(check.status.success(), "{text}");
    for scenario in ["files", "cut-files", "totals", "bad-rows"] {
        assert!(text.contains(&format!("ok      {scenario} ")), "{scenario}: {text}");
    }
    let run = komunala(&project, &["adapter", "run", "files.list-files", "null", "10"]);
    let text = shown(&run);
    for part in ["\"id\": \"20261102\"", "instructions", "requests      0"] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
    let fingerprint = text.split("\"fingerprint\": \"").nth(1).unwrap().split('"').next().unwrap();
    let run = komunala(&project, &["adapter", "run", "files.read-file", "20261102", fingerprint, "null", "100"]);
    assert!(run.status.success() && shown(&run).contains("\"amount\": 1250"), "{}", shown(&run));
}

#[test]
fn what_is_wrong_is_said_in_words_that_name_it() {
    let empty = TempDir::new().unwrap();
    for (arguments, said) in [
        (&["adapter", "build"][..], "has no adapter.toml"),
        (&["adapter", "new", "../up"], "lower-case letters"),
        (&["adapter", "check"], "has no adapter.toml"),
    ] {
        let output = komunala(empty.path(), arguments);
        assert!(!output.status.success() && shown(&output).contains(said), "{}", shown(&output));
    }
}
