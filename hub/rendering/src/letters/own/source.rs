//! What can be wrong with a text before anything is filled in: its length, its characters, its names, its grammar.

use super::{OwnWords, TextFault, grammar};

/// The first fault of a text and its line, from 1: of its length and characters, then of the values that it names.
pub(crate) fn fault(source: &str, longest: usize, is_line: bool, known: &[&str]) -> Option<(usize, TextFault)> {
    bounds(source, longest, is_line).or_else(|| names(source, known))
}

fn bounds(source: &str, longest: usize, is_line: bool) -> Option<(usize, TextFault)> {
    if source.trim().is_empty() {
        return Some((1, TextFault::Empty));
    }
    if source.chars().count() > longest {
        return Some((1, TextFault::TooLong(longest)));
    }
    if is_line && source.trim_end().contains('\n') {
        return Some((2, TextFault::SeveralLines));
    }
    for (at, line) in source.lines().enumerate() {
        let odd = |c: &char| c.is_control() || crate::line::is_invisible(*c);
        if let Some(odd) = line.chars().find(odd) {
            return Some((at + 1, TextFault::Invisible(odd.into())));
        }
    }
    None
}

fn names(source: &str, known: &[&str]) -> Option<(usize, TextFault)> {
    let uses = match grammar::uses(source) {
        Ok(uses) => uses,
        Err(wrong) => return Some(wrong),
    };
    let stray = uses.into_iter().find(|found| !known.contains(&found.name))?;
    let fault = TextFault::NoSuchPlaceholder { name: stray.name.to_owned(), known: known.join(", ") };
    Some((stray.line, fault))
}

/// What the template engine says of a passage by itself.
pub(crate) fn syntax(words: &OwnWords, source: &str) -> Option<(usize, TextFault)> {
    let error = words.0.template_from_named_str("passage.txt", source).err()?;
    let detail = error.detail().unwrap_or("it cannot be read");
    Some((error.line().unwrap_or(1), TextFault::Syntax(format!("{}: {detail}", error.kind()))))
}

/// The first value that a text names and that is not there.
pub(crate) fn first_missing(source: &str, is_there: impl Fn(&str) -> bool) -> Option<String> {
    let uses = grammar::uses(source).ok()?;
    uses.into_iter().map(|found| found.name).find(|name| !is_there(name)).map(str::to_owned)
}
