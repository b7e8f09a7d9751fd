//! The same write twice is one write.

use std::{collections::BTreeMap, path::PathBuf};

use komunala_sandbox::Answer;

use super::{questions::verdict, reference::Names, run::Run, words};
use crate::{
    line::Asked,
    report::Verdict,
    scenario::{OperationKind, OperationRow},
};

pub(super) async fn tried(run: &mut Run<'_>) -> Verdict {
    let (mut failures, mut tried) = (Vec::new(), 0);
    for row in run.rows(OperationKind::Write) {
        let names = Names::of_write(run.next_mark(&row.name));
        let key = names.mark.key.as_str();
        let Ok(arguments) = run.arguments(&row.with, &names) else { continue };
        run.bench.line().take_writes();
        let at_first = written(run);
        let first = run.ask(&row.name, &arguments).await;
        let in_files = written(run);
        let second = run.ask(&row.name, &arguments).await;
        let (Ok(first_tried), Ok(second_tried)) = (&first, &second) else {
            failures.push(format!("{} {}", row.name, words::said(&first)));
            continue;
        };
        tried += 1;
        if !matches!(first_tried.answer, Answer::Value(_)) || first_tried.answer != second_tried.answer {
            failures.push(format!(
                "{} with the same key {} and then {}",
                row.name,
                words::ended(first_tried),
                words::ended(second_tried)
            ));
            continue;
        }
        let writes = run.bench.line().take_writes();
        if first_tried.cost.requests > 0 {
            match copies(&writes, key, row.natural) {
                1 => {}
                0 => failures.push(format!("{} wrote nothing to the billing system", row.name)),
                copies => failures.push(format!("{} with the same key wrote {copies} times", row.name)),
            }
        }
        if in_files != written(run) {
            failures.push(format!("{} with the same key is written into a file again", row.name));
        }
        let is_filed = in_files != at_first && in_files.values().any(|file| mentions(file, key));
        if is_filed || writes.iter().any(|write| write.carries(key)) {
            failures.extend(with_another_body(run, &row, &names).await);
        }
    }
    verdict(failures, tried, "writes, each twice")
}

/// What stands in the files that the adapter writes.
fn written(run: &Run<'_>) -> BTreeMap<PathBuf, Vec<u8>> {
    run.bench.exchange().written().unwrap_or_default()
}

fn mentions(file: &[u8], key: &str) -> bool {
    file.windows(key.len().max(1)).any(|part| part == key.as_bytes())
}

/// A key that is used for something else is a conflict, where the billing system knows keys.
async fn with_another_body(run: &mut Run<'_>, row: &OperationRow, names: &Names) -> Option<String> {
    let arguments = run.arguments(row.other.as_deref()?, names).ok()?;
    let asked = run.ask(&row.name, &arguments).await;
    match &asked {
        Ok(tried) if words::is_one_of(&tried.answer, &["conflict".to_owned(), "rejected".to_owned()]) => None,
        _ => Some(format!(
            "{} with a key that was used for something else {}; right is conflict",
            row.name,
            words::said(&asked)
        )),
    }
}

/// How many writes the billing system has to believe it got.
///
/// Those that carry the key and say the same are one to a billing system that knows keys. Without a key, a repeated PUT
/// or DELETE is one by HTTP, and a value that is set twice is one by its nature; everything else counts.
pub(super) fn copies(writes: &[Asked], key: &str, natural: bool) -> usize {
    let mut distinct: Vec<&Asked> = Vec::new();
    for write in writes {
        let is_repeated = (natural || write.may_be_repeated() || write.carries(key))
            && distinct.iter().any(|known| {
                known.method == write.method
                    && known.path == write.path
                    && known.action == write.action
                    && (natural || known.says_like(write))
            });
        if !is_repeated {
            distinct.push(write);
        }
    }
    distinct.len()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn write(method: &str, key: Option<&str>, body: &'static str) -> Asked {
        Asked {
            method: method.to_owned(),
            path: "/readings".to_owned(),
            action: None,
            headers: key.map(|key| ("idempotency-key".to_owned(), key.to_owned())).into_iter().collect(),
            body: Bytes::from_static(body.as_bytes()),
        }
    }

    #[test]
    fn a_repeated_write_counts_once_only_where_the_billing_system_can_tell() {
        let twice = |method, key| [write(method, key, "{}"), write(method, key, "{}")];
        assert_eq!(copies(&twice("POST", Some("k-1")), "k-1", false), 1);
        assert_eq!(copies(&twice("POST", None), "k-1", false), 2);
        assert_eq!(copies(&twice("PUT", None), "k-1", false), 1);
        assert_eq!(copies(&twice("POST", None), "k-1", true), 1);
        let other = [write("POST", Some("k-1"), "{}"), write("POST", Some("k-1"), "{\"a\":1}")];
        assert_eq!(copies(&other, "k-1", false), 2, "one key, two writes");
    }
}
