//! Money never passes through a float: there is none in any source that an amount could pass, and where a library wants
//! one, for times, the file is named here.

use std::{collections::BTreeSet, path::Path};

use super::{root, sources};

/// Whatever touches a bill, from the billing system to the portal.
const FOLDERS: [&str; 6] = ["hub", "plugins", "migrations", "deploy", "tests/simulators/src", "tests/harness"];

/// Where floats are times, places on paper or somebody else's values, and no amount ever comes.
const ELSEWHERE: [(&str, &str); 9] = [
    ("hub/delivery/src/metrics.rs", "OpenTelemetry measures durations in seconds"),
    ("hub/grpc/src/layers/metrics.rs", "OpenTelemetry measures durations in seconds"),
    ("hub/rendering/src/bill_sheets/pdf.rs", "the PDF library wants places on paper"),
    ("hub/sandbox/src/adapter/telemetry.rs", "OpenTelemetry measures durations in seconds"),
    ("hub/sandbox/src/adapter/tries.rs", "a pause is drawn at random"),
    ("hub/sandbox/src/turn.rs", "a pause is drawn at random"),
    ("hub/sandbox/src/trial/json/show.rs", "any function of any component is shown to its author"),
    ("hub/server/src/feeds.rs", "OpenTelemetry measures durations in seconds"),
    ("hub/store/benches/invoices.rs", "a bench divides times"),
];

/// A source without its comments and texts: what the compiler sees of it.
fn code(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(next) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(quoted) = raw_text(rest) {
            quoted
        } else if next == '"' {
            text(rest)
        } else if rest.starts_with("'\"'") || rest.starts_with("b'\"'") {
            rest.find("\"'").map_or(rest.len(), |end| end + 2)
        } else {
            0
        };
        match skipped {
            0 => code.push(next),
            _ => code.push(' '),
        }
        rest = &rest[skipped.max(next.len_utf8())..];
    }
    code
}

/// The length of the text literal that `source` begins with.
fn text(source: &str) -> usize {
    let mut escaped = false;
    for (at, character) in source.char_indices().skip(1) {
        match character {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    source.len()
}

/// The length of the raw text literal that `source` begins with, if it begins with one.
fn raw_text(source: &str) -> Option<usize> {
    let hashes = source.strip_prefix('r')?.chars().take_while(|character| *character == '#').count();
    let body = source[1 + hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    Some(body.find(&end).map_or(source.len(), |at| source.len() - body.len() + at + end.len()))
}

/// Why a source computes with floats: a type, a method or a literal suffix that names one, or a number with a point.
fn float(code: &str) -> Option<&str> {
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    let named = code.split(|character| !is_part(character)).find(|word| {
        let stem = word.strip_suffix("f32").or_else(|| word.strip_suffix("f64"));
        stem.is_some_and(|stem| stem.is_empty() || stem.ends_with('_') || stem.ends_with(|c: char| c.is_ascii_digit()))
            || word.starts_with("Float")
    });
    named.or_else(|| {
        let mut digits = code.match_indices(|character: char| character.is_ascii_digit());
        digits.find_map(|(at, _)| {
            // a field of a tuple stands behind a point, and a digit inside a name or number behind its other characters
            let before = code[..at].chars().next_back();
            if before.is_some_and(|character| is_part(character) || character == '.') && !code[..at].ends_with("..") {
                return None;
            }
            let number = &code[at..];
            let behind = number.find(|character: char| !is_part(character))?;
            let mut next = number[behind..].chars();
            let has_point = next.next() == Some('.');
            let is_float =
                has_point && next.next().is_none_or(|character| !character.is_alphabetic() && character != '.');
            is_float.then(|| &number[..behind + 1])
        })
    })
}

#[test]
fn money_never_passes_through_a_float() {
    let allowed: BTreeSet<_> = ELSEWHERE.iter().map(|(path, _)| root().join(path)).collect();
    let (mut read, mut found) = (0, BTreeSet::new());
    for path in FOLDERS.iter().flat_map(|folder| sources(&root().join(folder))) {
        if path.extension().is_none_or(|end| end != "rs") {
            continue;
        }
        read += 1;
        let source = code(&std::fs::read_to_string(&path).unwrap());
        if let Some(float) = float(&source) {
            assert!(allowed.contains(&path), "{} computes with a float: {float}", path.display());
            found.insert(path);
        }
    }
    assert!(read > 700, "only {read} sources were read");
    assert_eq!(found, allowed, "a file is named here and has no float any more");
}

#[test]
fn no_message_has_a_float() {
    let mut read = 0;
    for path in sources(&root().join("proto/komunala")).iter().chain(&sources(&root().join("plugins/wit"))) {
        let text = std::fs::read_to_string(path).unwrap();
        read += 1;
        let lines = text.lines().map(|line| line.split("//").next().unwrap_or_default());
        let words = lines.flat_map(|line| line.split(|character: char| !character.is_alphanumeric()));
        let floats: Vec<_> = words.filter(|word| ["float", "double", "f32", "f64"].contains(word)).collect();
        assert!(floats.is_empty() || is_prose(path), "{}: {floats:?}", path.display());
    }
    assert!(read > 30, "only {read} files were read");
}

fn is_prose(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "md")
}

#[test]
fn a_float_is_told_from_what_only_looks_like_one() {
    for whole in [
        "let x = self.0.1;",
        "for n in 0..10 {}",
        "a[1..=2]",
        "1.max(2)",
        "// 1.5 f64",
        "let t = \"1.5 \\\" f64\";",
        "let t = r#\"1.5 \" f64\"#;",
        "let c = '\"'; let d = 7; // \"1.5",
        "/* 2.5 */ x12.3",
        "let version = V0_1;",
        "encode_utf16()",
    ] {
        assert_eq!(float(&code(whole)), None, "{whole}");
    }
    for float_like in ["1.5", "x as f64", "2f32", "took.as_secs_f64()", "(1.)", "0.0..1.0", "value.to_f32()", "1_0.5"] {
        assert!(float(&code(float_like)).is_some(), "{float_like}");
    }
}
