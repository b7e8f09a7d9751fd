//! The pages of `proto/errors` and the reasons of the code are the same.

use std::{collections::BTreeMap, fs, path::Path};

use komunala_grpc::Reason;

fn pages() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../proto/errors");
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(&path).unwrap()))
        .collect()
}

/// `FAILED_PRECONDITION`, as gRPC spells its codes.
fn spelled(reason: Reason) -> String {
    let camel = format!("{:?}", reason.code());
    let mut text = String::new();
    for (index, letter) in camel.char_indices() {
        if letter.is_uppercase() && index > 0 {
            text.push('_');
        }
        text.push(letter.to_ascii_uppercase());
    }
    text
}

#[test]
fn every_reason_has_a_page_that_says_its_code() {
    let pages = pages();
    for reason in Reason::ALL {
        let page = pages.get(reason.as_str()).unwrap_or_else(|| panic!("no page proto/errors/{}.md", reason.as_str()));
        assert!(page.starts_with(&format!("# {}\n", reason.as_str())), "{reason:?}");
        assert!(page.contains(&format!("Status code: {}\n", spelled(*reason))), "{reason:?}");
        assert!(page.contains("**What to do:**"), "{reason:?}");
    }
}

#[test]
fn every_page_has_a_reason() {
    for name in pages().keys() {
        assert!(Reason::named(name).is_some(), "proto/errors/{name}.md is of no reason");
    }
}

#[test]
fn every_reason_that_the_proto_files_name_exists() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../proto/komunala");
    let files = ["v1", "operator/v1"].map(|package| fs::read_dir(folder.join(package)).unwrap());
    let mut named = 0;
    for file in files.into_iter().flatten() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        // in a method's "Errors: CODE (REASON, REASON)"
        let comments: String = text.lines().filter_map(|line| line.trim().strip_prefix("//")).collect();
        for list in comments.split('(').skip(1).filter_map(|rest| rest.split_once(')').map(|(list, _)| list)) {
            for word in list.split([',', ':', ' ']).filter(|word| word.len() > 5 && word.contains('_')) {
                if word.chars().all(|c| c.is_ascii_uppercase() || c == '_') {
                    assert!(Reason::named(word).is_some(), "{word}");
                    named += 1;
                }
            }
        }
    }
    assert!(named > 30, "only {named} reasons were found in the comments");
}
