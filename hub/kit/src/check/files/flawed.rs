//! Files with something wrong, as the author says it can come about in this billing system: the file that it hits meets
//! its fate, every other stays as it is, and nothing is left of it when it is right again.

use super::contents::{Contents, Listed, Rows, look};
use crate::{
    check::{questions::verdict, run::Run},
    exchange::Flaw,
    report::Verdict,
    scenario::{Fate, Flawed},
};

pub(in crate::check) async fn tried(run: &mut Run<'_>, flawed: &Flawed) -> Verdict {
    let Some(flaws) = run.subjects.flaws.get(&flawed.flaw) else {
        return Verdict::Untried(format!("check/subjects.toml has no [[flaws.{}]]", flawed.flaw));
    };
    let right = match look(run).await {
        Ok(right) => right,
        Err(problem) => return Verdict::Failed(vec![problem]),
    };
    let mut failures = Vec::new();
    for flaw in flaws {
        if let Err(error) = spoil(run, flaw) {
            failures.push(format!("{}: the files cannot be changed so: {error}", flaw.what));
            continue;
        }
        match look(run).await {
            Ok(seen) => failures.extend(judged(flaw, flawed.fate, &right, &seen)),
            Err(problem) => failures.push(format!("{}: {problem}", flaw.what)),
        }
        if flawed.fate == Fate::Again {
            failures.extend(stale(run, flaw, &right).await);
        }
        match run.bench.exchange().restore() {
            Ok(()) if look(run).await.as_ref() == Ok(&right) => {}
            Ok(()) => failures.push(format!("{}: put right again, the files are not what they were", flaw.what)),
            Err(error) => failures.push(format!("the folders of the check: {error}")),
        }
    }
    verdict(failures, flaws.len(), "flaws met their fate")
}

fn spoil(run: &Run<'_>, flaw: &Flaw) -> std::io::Result<()> {
    let exchange = run.bench.exchange();
    exchange.restore()?;
    let seal = run.subjects.exchange.seal.as_ref();
    flaw.edits.iter().try_for_each(|edit| exchange.edit(edit, seal))
}

/// What was sent again cannot be read as what it was.
async fn stale(run: &mut Run<'_>, flaw: &Flaw, right: &Contents) -> Vec<String> {
    let mut failures = Vec::new();
    for file in right.files.iter().filter(|file| flaw.hits.contains(&file.id)) {
        let read = super::contents::read(run, &file.id, &file.fingerprint, super::contents::LARGE).await;
        if !read.as_ref().is_err_and(|unread| unread.case == "conflict") {
            failures
                .push(format!("{}: {} is read under its former fingerprint; right is conflict", flaw.what, file.id));
        }
    }
    failures
}

fn judged(flaw: &Flaw, fate: Fate, right: &Contents, seen: &Contents) -> Vec<String> {
    let is_hit = |file: &&Listed| flaw.hits.contains(&file.id);
    let is_told = flaw.untold || seen.problems > right.problems;
    let mut failures: Vec<String> = Vec::new();
    for file in right.files.iter().filter(|file| !is_hit(file)) {
        match seen.file(&file.id) {
            Some(same) if same == file => {}
            Some(other) => failures.push(format!("{} is another one, {}", file.id, difference(file, other))),
            None => failures.push(format!("{} is not listed", file.id)),
        }
    }
    for file in seen.files.iter().filter(|file| !is_hit(file) && right.file(&file.id).is_none()) {
        failures.push(format!("{} is listed", file.id));
    }
    for id in &flaw.hits {
        let (was, is) = (right.file(id), seen.file(id));
        failures.extend(met(fate, was, is, is_told).map(|problem| format!("{id} {problem}")));
    }
    failures.into_iter().map(|failure| format!("{}: {failure}", flaw.what)).collect()
}

/// What is wrong with what became of a file that was hit.
fn met(fate: Fate, was: Option<&Listed>, is: Option<&Listed>, is_told: bool) -> Option<String> {
    let rows = |file: &Listed| file.read.clone().unwrap_or_default();
    match (fate, is) {
        (Fate::Held, None) | (Fate::Refused, None) if is_told => None,
        (Fate::Held | Fate::Refused, None) => Some("is held back, and no problem is told".to_owned()),
        (Fate::Held, Some(_)) => Some("is listed".to_owned()),
        (Fate::Refused, Some(file)) => match &file.read {
            Err(unread) if unread.case == "rejected" => None,
            Err(unread) => Some(format!("{}; right is rejected", unread.said)),
            Ok(rows) => Some(format!("is read all the same: {} rows", rows.rows.len())),
        },
        (_, None) => Some("is not listed".to_owned()),
        (_, Some(Listed { read: Err(unread), .. })) => Some(unread.said.clone()),
        (Fate::Aside, Some(file)) => aside(&was.map(rows).unwrap_or_default(), &rows(file)),
        (Fate::Same, Some(file)) => {
            let (was, is) = (was.map(rows).unwrap_or_default(), rows(file));
            (was != is).then(|| format!("has {} rows in the place of {}, or others", is.rows.len(), was.rows.len()))
        }
        (Fate::Again, Some(file)) => match was {
            Some(was) if was.fingerprint == file.fingerprint => Some("has the fingerprint that it had".to_owned()),
            Some(was) if was.sequence != file.sequence => Some("has another place".to_owned()),
            _ => None,
        },
    }
}

/// Some rows are left out, none is made up, and it is told.
fn aside(was: &Rows, is: &Rows) -> Option<String> {
    if let Some(row) = is.rows.iter().find(|row| !was.rows.contains(row)) {
        return Some(format!("has a row that it did not have: {}", crate::check::words::shown(row)));
    }
    if is.rows.len() == was.rows.len() {
        return Some("is read as if nothing were wrong".to_owned());
    }
    (is.problems <= was.problems).then(|| "leaves rows out, and no problem is told".to_owned())
}

fn difference(was: &Listed, is: &Listed) -> String {
    match (&was.read, &is.read) {
        (Ok(was), Ok(is)) if was.rows != is.rows => format!("with {} rows for {}", is.rows.len(), was.rows.len()),
        (_, Err(unread)) => unread.said.clone(),
        _ => "by its fingerprint, place or problems".to_owned(),
    }
}
