//! Which values the texts of a letter may name, and what they are in the letter at hand.

use std::collections::BTreeMap;

use komunala_domain::Language;
use minijinja::{Error, Value};

use crate::letters::KnownLetter;

/// The values that letters have: one of its own by its name, the others by their shape.
const OF_LETTERS: [(&str, &[&str]); 5] = [
    ("confirm_subscription", &["provider_name", "points", "code", "minutes"]),
    ("code", &["provider_name", "given_name", "code", "link", "minutes"]),
    ("reading", &["provider_name", "serial_number", "day", "readings"]),
    ("outage", &["provider_name", "points", "from_day", "from_time", "to_day", "to_time", "reason", "stop_link"]),
    ("notice", &["provider_name"]),
];

/// The names that a letter knows.
pub(in crate::letters) fn known(letter: KnownLetter) -> &'static [&'static str] {
    let of = |wanted: &str| OF_LETTERS.iter().find(|(name, _)| *name == wanted);
    of(letter.name).or_else(|| of(letter.shape)).map_or(&["provider_name"], |(_, names)| names)
}

/// The values of one letter.
pub(in crate::letters) struct Placeholders {
    /// By their names, for the template engine.
    pub(in crate::letters) values: Value,
    /// The code, in groups.
    pub(in crate::letters) code: Option<Vec<String>>,
    /// The link, or the one that ends such letters.
    pub(in crate::letters) link: Option<String>,
}

impl Placeholders {
    /// Out of what the hub's own words are filled with. What is empty is not there.
    pub(in crate::letters) fn of(language: Language, letter: KnownLetter, values: &Value) -> Result<Self, Error> {
        let text = |name: &str| -> Result<Option<String>, Error> {
            let value = values.get_attr(name)?;
            let is_there = !value.is_undefined() && !value.is_none();
            Ok(is_there.then(|| value.to_string()).filter(|text| !text.is_empty()))
        };
        let code = match values.get_attr("code_groups")? {
            groups if groups.is_undefined() || groups.is_none() => None,
            groups => Some(groups.try_iter()?.map(|group| group.to_string()).collect::<Vec<_>>()),
        };
        let mut named = BTreeMap::from([("lang", Value::from(language.tag()))]);
        for &name in known(letter) {
            let value = match name {
                "code" => code.as_ref().map(|groups| Value::from(groups.join(" "))),
                "readings" => Some(Value::from(readings(values)?)),
                "points" => Some(Value::from(listed(&values.get_attr(name)?)?)),
                // it decides on a plural form, so it stays a number
                "minutes" => Some(values.get_attr(name)?),
                _ => text(name)?.map(Value::from),
            };
            named.extend(value.map(|value| (name, value)));
        }
        let link = match text("link")? {
            None => text("stop_link")?,
            link => link,
        };
        Ok(Self { values: Value::from(named), code, link })
    }
}

/// Several, in one line.
fn listed(several: &Value) -> Result<String, Error> {
    let several: Vec<String> = several.try_iter()?.map(|one| one.to_string()).collect();
    Ok(several.join(", "))
}

/// What the registers of a meter show, a line each.
fn readings(values: &Value) -> Result<String, Error> {
    let mut lines = Vec::new();
    for state in values.get_attr("states")?.try_iter()? {
        let (code, value) = (state.get_attr("code")?, state.get_attr("value")?);
        lines.push(if code.is_none() { value.to_string() } else { format!("{code}: {value}") });
    }
    Ok(lines.join("\n"))
}
