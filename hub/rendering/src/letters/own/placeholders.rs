//! Which values the texts of a letter may name, and what they are in the letter at hand.

use std::collections::BTreeMap;

use komunala_domain::Language;
use minijinja::{Error, Value};

use crate::letters::KnownLetter;

/// The values that letters have: one of its own by its name, the others by their shape.
const OF_LETTERS: [(&str, &[&str]); 6] = [
    ("confirm_subscription", &["provider_name", "points", "code", "minutes"]),
    ("code", &["provider_name", "given_name", "code", "link", "minutes"]),
    ("reading", &["provider_name", "serial_number", "day", "readings"]),
    (
        "bill",
        &[
            "provider_name",
            "number",
            "period",
            "issuer_name",
            "total",
            "to_pay",
            "due_day",
            "discount_until",
            "bill",
            "pay_link",
            "stop_link",
        ],
    ),
    ("outage", &["provider_name", "points", "from_day", "from_time", "to_day", "to_time", "reason", "stop_link"]),
    ("notice", &["provider_name"]),
];

/// What the letter of a bill is filled with is called otherwise by the hub's own words.
const OF_BILL: [(&str, &str); 5] = [
    ("to_pay", "amount"),
    ("due_day", "due"),
    ("discount_until", "until"),
    ("pay_link", "link"),
    ("stop_link", "unsubscribe"),
];

/// The values that are addresses, and become links.
const LINKS: [&str; 3] = ["link", "pay_link", "stop_link"];

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
    /// The links, by their names.
    pub(in crate::letters) links: Vec<(&'static str, String)>,
}

impl Placeholders {
    /// Out of what the hub's own words are filled with, and the figures of a bill. What is empty is not there.
    pub(in crate::letters) fn of(
        language: Language,
        letter: KnownLetter,
        values: &Value,
        figures: Option<&str>,
    ) -> Result<Self, Error> {
        let text = |name: &str| -> Result<Option<String>, Error> {
            let renamed = OF_BILL.iter().find(|(own, _)| letter.shape == "bill" && *own == name);
            let value = values.get_attr(renamed.map_or(name, |(_, hubs)| hubs))?;
            let is_there = !value.is_undefined() && !value.is_none();
            Ok(is_there.then(|| value.to_string()).filter(|text| !text.is_empty()))
        };
        let code = match values.get_attr("code_groups")? {
            groups if groups.is_undefined() || groups.is_none() => None,
            groups => Some(groups.try_iter()?.map(|group| group.to_string()).collect::<Vec<_>>()),
        };
        let mut named = BTreeMap::from([("lang", Value::from(language.tag()))]);
        let mut links = Vec::new();
        for &name in known(letter) {
            let value = match name {
                "code" => code.as_ref().map(|groups| Value::from(groups.join(" "))),
                "bill" => figures.map(Value::from),
                "readings" => Some(Value::from(readings(values)?)),
                "points" => Some(Value::from(listed(&values.get_attr(name)?)?)),
                // it decides on a plural form, so it stays a number
                "minutes" => Some(values.get_attr(name)?),
                _ => text(name)?.map(Value::from),
            };
            if let Some(link) = value.as_ref().filter(|_| LINKS.contains(&name)) {
                links.push((name, link.to_string()));
            }
            named.extend(value.map(|value| (name, value)));
        }
        Ok(Self { values: Value::from(named), code, links })
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
