//! Texts for phones in a provider's own words: one line with placeholders, in the same corner of the template language as
//! letters.

use std::collections::BTreeMap;

use komunala_app::ports::texts::TextContent;
use komunala_domain::Language;
use minijinja::{Error, Value};

use super::{KnownText, LONGEST, values};
use crate::{
    TextFault,
    letters::{
        own::{OwnWords, source},
        transliteration::to_latin,
    },
    line::line,
};

/// The most characters of a text before anything is filled in.
const LONGEST_SOURCE: usize = 600;

/// What is wrong with a text, and in which of its lines; none where it can be sent.
pub(super) fn problem(text: KnownText, language: Language, source: &str) -> Option<(usize, TextFault)> {
    let words = OwnWords::new();
    source::fault(source, LONGEST_SOURCE, true, text.placeholders())
        .or_else(|| source::syntax(&words, source))
        .or_else(|| text.samples("Example").iter().find_map(|sample| read(text, language, source, sample, &words)))
}

/// What is wrong with a text that says this.
fn read(
    text: KnownText,
    language: Language,
    source: &str,
    sample: &TextContent<'_>,
    words: &OwnWords,
) -> Option<(usize, TextFault)> {
    let whole = |fault| Some((1, fault));
    let filled = named(text, language, &values(language, sample))
        .and_then(|values| Ok((words.passage(source, &values)?, values)));
    let (said, values) = match filled {
        Ok(filled) => filled,
        Err(error) => return whole(TextFault::Syntax(error.kind().to_string())),
    };
    let value = |name: &str| values.get_attr(name).ok().filter(|value| !value.is_undefined());
    let Some(said) = said.map(|said| line(&said, usize::MAX)) else {
        let missing = source::first_missing(source, |name| value(name).is_some());
        return whole(missing.map_or(TextFault::Empty, TextFault::NotAlways));
    };
    let characters = said.chars().count();
    let needed = text.needed().filter(|name| value(name).is_none_or(|value| !said.contains(&value.to_string())));
    match needed {
        Some(name) => whole(TextFault::Missing(name)),
        None if said.is_empty() => whole(TextFault::Empty),
        None if characters > LONGEST => whole(TextFault::TooLongToSend { characters, most: LONGEST }),
        None => None,
    }
}

/// The values of a text by the names that it knows, out of what the hub's own words are filled with. What is empty is not
/// there.
pub(super) fn named(text: KnownText, language: Language, values: &Value) -> Result<Value, Error> {
    let mut named = BTreeMap::from([("lang", Value::from(language.tag()))]);
    for &name in text.placeholders() {
        let value = match name {
            "readings" => values.get_attr("states")?,
            // it decides on a plural form, so it stays a number
            "minutes" => values.get_attr(name)?,
            "points" => Value::from(points(values)?),
            _ => values.get_attr(name)?,
        };
        let is_there = !value.is_undefined() && !value.is_none() && !value.to_string().is_empty();
        named.extend(is_there.then_some((name, value)));
    }
    Ok(Value::from(named))
}

/// The numbers of supply points, and how many more there are.
fn points(values: &Value) -> Result<String, Error> {
    let numbers: Vec<String> = values.get_attr("points")?.try_iter()?.map(|point| point.to_string()).collect();
    let more = values.get_attr("more")?;
    let more = if more.is_undefined() || more.is_none() { String::new() } else { format!(" +{more}") };
    Ok(numbers.join(", ") + &more)
}

/// A Serbian text for phones, written in Cyrillic, in Latin script. Placeholders stay as they are.
pub fn text_in_latin(text: &str) -> String {
    to_latin(text)
}
