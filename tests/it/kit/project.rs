//! `komunala adapter new`, `build` and `check`, in an empty folder outside the repository.

use std::{
    path::Path,
    process::{Command, Output},
};

use tempfile::TempDir;

use super::adapters::root;

/// The program, with a target folder that keeps what other runs of this test have built.
fn komunala(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hub"))
        .args(arguments)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", root().join("target").join("guest-project"))
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
