//! Lists, in pages of any size: nothing is lost, nothing comes that is not there, and every list ends.

use komunala_sandbox::Answer;
use serde_json::Value as Json;

use super::{questions::verdict, reference::Names, run::Run, words};
use crate::{
    line::Fault,
    report::Verdict,
    scenario::{ListShape, OperationKind, OperationRow},
};

/// The largest page that is asked for, and the smallest that needs a second one.
const LARGE: u16 = 200;
const SMALL: u16 = 2;

/// Pages after which a list is taken for endless.
const MOST_PAGES: usize = 500;

/// So many small pages of a long list are looked at.
const SMALL_PAGES: usize = 60;

/// A feed is as long as the billing system's past: so many pages of it are looked at, and its large ones are smaller.
const PAGES_OF_A_FEED: usize = 10;
const LARGE_OF_A_FEED: u16 = 20;

/// A cursor that no adapter made.
const STRANGE: &str = "no-such-cursor!";

pub(super) async fn tried(run: &mut Run<'_>, fault: Option<&Fault>) -> Verdict {
    let (mut failures, mut tried) = (Vec::new(), 0);
    for row in run.rows(OperationKind::Question) {
        let Some(shape) = row.list.clone() else { continue };
        let Ok(arguments) = run.arguments(&row.with, &Names::default()) else { continue };
        let large = if shape.at_end.is_some() { LARGE_OF_A_FEED } else { LARGE };
        let whole = match walk(run, &row, &shape, &arguments, large, None).await {
            Ok((whole, _)) => whole,
            // what has no such list has no pages of it
            Err(problem) if problem.contains("not-found") => continue,
            Err(problem) => {
                failures.push(format!("{}: {problem}", row.name));
                continue;
            }
        };
        tried += 1;
        let parts = walk(run, &row, &shape, &arguments, SMALL, fault).await;
        match (parts, fault) {
            (Ok((parts, is_end)), None)
                if !contains(&whole, &parts) || !contains(&parts, due(&whole, &parts, is_end, &shape)) =>
            {
                failures.push(format!(
                    "{} has {} items in pages of {large} and {} others in pages of {SMALL}",
                    row.name,
                    whole.len(),
                    parts.len()
                ));
            }
            (Ok((parts, _)), Some(_)) if !contains(&whole, &parts) => {
                failures.push(format!("{} has an item on a repeated page that is not in the list", row.name));
            }
            (Ok(_), _) => {}
            // an adapter may notice
            (Err(problem), Some(_)) if problem.starts_with("said") => {}
            (Err(problem), _) => failures.push(format!("{}: {problem}", row.name)),
        }
        if fault.is_none() {
            failures.extend(strange_cursor(run, &row, &shape, &arguments).await);
        }
    }
    verdict(failures, tried, "lists")
}

/// What small pages must hold of a list: all of it, or, where they were enough before its end, what stands before the
/// last of their items. Where a feed begins is its own affair.
fn due<'a>(whole: &'a [Json], parts: &[Json], is_end: bool, shape: &ListShape) -> &'a [Json] {
    let last = || whole.iter().rposition(|item| parts.contains(item)).map_or(0, |last| last + 1);
    match is_end {
        _ if shape.at_end.is_some() => &[],
        true => whole,
        false => &whole[..last()],
    }
}

/// A cursor from elsewhere is refused, and not taken for the beginning.
async fn strange_cursor(run: &mut Run<'_>, row: &OperationRow, shape: &ListShape, with: &[Json]) -> Option<String> {
    let mut arguments = Json::from(with.to_vec());
    *arguments.pointer_mut(&shape.cursor)? = STRANGE.into();
    let asked = run.ask(&row.name, arguments.as_array()?).await;
    match &asked {
        Ok(tried) if matches!(tried.answer, Answer::Error(_)) => None,
        _ => Some(format!("{} with a cursor that it never made {}; right is rejected", row.name, words::said(&asked))),
    }
}

/// All items of a list, in pages of one size, and whether its end was reached: of a long one the first small pages are
/// enough. The fault strikes the second page.
async fn walk(
    run: &mut Run<'_>,
    row: &OperationRow,
    shape: &ListShape,
    with: &[Json],
    size: u16,
    fault: Option<&Fault>,
) -> Result<(Vec<Json>, bool), String> {
    let mut arguments = Json::from(with.to_vec());
    if let Some(place) = &shape.size {
        set(&mut arguments, place, size.into());
    }
    let mut items = Vec::new();
    for page in 0..MOST_PAGES {
        if let (1, Some(fault)) = (page, fault) {
            run.bench.line().spoil(fault.clone(), 1);
        }
        let asked = run.ask(&row.name, arguments.as_array().map_or(&[][..], Vec::as_slice)).await;
        run.bench.line().mend();
        let Ok(Answer::Value(answer)) = asked.as_ref().map(|tried| &tried.answer) else {
            return Err(words::said(&asked));
        };
        let found = answer.pointer(&shape.items).and_then(Json::as_array).cloned().unwrap_or_default();
        if shape.size.is_some() && found.len() > size.into() {
            return Err(format!("a page of {size} has {} items", found.len()));
        }
        items.extend(found);
        let next = answer.pointer(&shape.next).cloned().unwrap_or_default();
        let is_end = shape.at_end.as_ref().is_some_and(|at| answer.pointer(at) == Some(&Json::Bool(true)));
        let most = if shape.at_end.is_some() { PAGES_OF_A_FEED } else { SMALL_PAGES };
        let is_enough = page + 1 == most && (shape.at_end.is_some() || size == SMALL);
        if next.is_null() || is_end || is_enough {
            return Ok((items, next.is_null() || is_end));
        }
        set(&mut arguments, &shape.cursor, next);
    }
    Err(format!("the list has no end: {MOST_PAGES} pages of {size}"))
}

fn set(arguments: &mut Json, pointer: &str, value: Json) {
    if let Some(place) = arguments.pointer_mut(pointer) {
        *place = value;
    }
}

fn contains(all: &[Json], some: &[Json]) -> bool {
    some.iter().all(|item| all.contains(item))
}
