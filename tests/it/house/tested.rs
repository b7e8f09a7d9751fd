//! A program or library without tests of its own is not built a second time to run none of them, nor read for examples that
//! it does not have. So that this never hides one, whatever is left out is looked through.

use std::path::{Path, PathBuf};

use cargo_metadata::{Package, Target};

use super::{metadata, sources};

#[test]
fn what_is_not_built_for_its_tests_has_none() {
    let left_out = look_through(|target| !target.test && !target.is_custom_build(), has_test);
    assert!(left_out > 20, "that is all? {left_out}");
}

#[test]
fn what_is_not_read_for_examples_has_none() {
    let left_out = look_through(|target| target.is_lib() && !target.doctest, has_example);
    assert!(left_out > 3, "that is all? {left_out}");
}

/// Looks for `what` in the sources of the targets that are left out; answers how many there are.
fn look_through(is_left_out: impl Fn(&Target) -> bool, what: impl Fn(&str) -> bool) -> usize {
    let mut left_out = 0;
    for package in metadata().packages {
        for target in package.targets.iter().filter(|target| is_left_out(target)) {
            left_out += 1;
            for source in of(target, &package) {
                let text = std::fs::read_to_string(&source).unwrap();
                assert!(!what(&text), "{} has what {} leaves out", source.display(), package.manifest_path);
            }
        }
    }
    left_out
}

/// The sources of a target: the folder of its root, or the root alone where a tested one shares that.
fn of(target: &Target, package: &Package) -> Vec<PathBuf> {
    let root = target.src_path.as_std_path();
    let folder = root.parent().expect("a file stands in a folder");
    let shares = |other: &&Target| other.test && other.src_path.as_std_path().parent() == Some(folder);
    match package.targets.iter().find(shares) {
        Some(_) => vec![root.to_owned()],
        None => rust(folder),
    }
}

fn rust(folder: &Path) -> Vec<PathBuf> {
    sources(folder).into_iter().filter(|path| path.extension().is_some_and(|end| end == "rs")).collect()
}

/// Whether there is a test; what a macro makes of others' words is none here.
fn has_test(text: &str) -> bool {
    let mut in_macro = false;
    text.lines().any(|line| {
        in_macro = line.starts_with("macro_rules!") || (in_macro && line != "}");
        !in_macro && ["#[test]", "#[tokio::test", "proptest!"].iter().any(|mark| line.trim_start().starts_with(mark))
    })
}

/// Whether a comment holds Rust that rustdoc would run.
fn has_example(text: &str) -> bool {
    let comments = text.lines().filter_map(|line| {
        let line = line.trim_start();
        line.strip_prefix("///").or(line.strip_prefix("//!"))
    });
    let mut fences = comments.filter_map(|comment| comment.trim().strip_prefix("```"));
    // every second one ends what the one before began
    std::iter::from_fn(|| fences.next().inspect(|_| _ = fences.next())).any(|begins| {
        begins.split(',').all(|word| ["", "rust", "no_run", "should_panic", "compile_fail"].contains(&word))
    })
}

#[test]
fn tests_are_told_from_what_a_macro_makes() {
    assert!(has_test("mod tests {\n    #[test]\n    fn a() {}\n}"));
    assert!(!has_test("macro_rules! both {\n    () => {\n        #[test]\n        fn a() {}\n    };\n}\nfn b() {}"));
}

#[test]
fn examples_are_told_from_other_boxes() {
    assert!(has_example("/// ```\n/// let a = 1;\n/// ```"));
    assert!(has_example("//! ```text\n//! x\n//! ```\n//! ```rust,no_run\n//! ```"));
    assert!(!has_example("//! ```toml\n//! a = 1\n//! ```\n// ```"));
}
