//! `cargo demo` and `cargo test` want the same features of everything beneath, so that one build serves both: a feature
//! that only a test's dependency switches on would have sea-orm and the hub built twice.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

use super::root;

/// What is built of these packages, with dependencies of these kinds: each package with its version, and its features.
fn built(packages: &[&str], kinds: &str) -> BTreeMap<String, BTreeSet<String>> {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--prefix", "none", "--format", "{p}|{f}", "--edges", kinds])
        .args(packages)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let mut built = BTreeMap::<_, BTreeSet<_>>::new();
    for line in String::from_utf8(tree.stdout).unwrap().lines().filter(|line| !line.is_empty()) {
        let (package, features) = line.trim_end_matches(" (*)").split_once('|').unwrap();
        // what is also built for the machine that builds may stand here twice
        built.entry(package.to_owned()).or_default().insert(features.to_owned());
    }
    built
}

#[test]
fn the_demo_and_the_tests_share_one_build() {
    let with_tests = built(&["--workspace"], "normal,build,dev");
    let demo = built(&["--workspace"], "normal,build");
    assert!(demo.len() > 100, "that is all there is? {demo:?}");
    let twice: Vec<_> = demo
        .iter()
        .filter(|(package, features)| with_tests.get(*package).is_none_or(|tests| tests.is_disjoint(features)))
        .map(|(package, features)| format!("{package}: {features:?}, and for the tests {:?}", with_tests.get(package)))
        .collect();
    assert!(
        twice.is_empty(),
        "name the test's dependency among the ordinary ones of tests/Cargo.toml: {}",
        twice.join("\n")
    );
}

#[test]
fn what_is_shipped_has_nothing_in_it_that_only_tests_need() {
    let shipped = built(&["--package", "komunala-server"], "normal");
    assert!(shipped.keys().any(|package| package.starts_with("komunala-app ")), "{shipped:?}");
    for (package, features) in shipped.iter().filter(|(package, _)| package.starts_with("komunala-")) {
        for feature in features.iter().flat_map(|features| features.split(',')) {
            assert!(!["failpoints", "testing"].contains(&feature), "{package} is shipped with {feature}");
        }
    }
}
