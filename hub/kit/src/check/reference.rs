//! `$customer.number`: names of subjects in the arguments of scenarios.
//!
//! `$none` is `null`, `$key` the scenario's idempotency key, `$saved.NAME` what an earlier step found,
//! `$rising.reading.registers` registers that are higher for every further write, anything else a path in the subjects;
//! of `$one|other` it is the first that is there.

use std::{collections::BTreeMap, str::FromStr};

use rust_decimal::Decimal;
use serde_json::Value as Json;

use crate::Subjects;

/// A subject that `subjects.toml` does not name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Missing(pub(super) String);

/// What tells a write from every other of the check.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Mark {
    /// Its idempotency key.
    pub(super) key: String,
    /// Larger than that of any write before.
    pub(super) number: u32,
}

/// What references stand for beside subjects.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) mark: Mark,
    pub(super) saved: BTreeMap<String, Json>,
}

impl Names {
    pub(super) fn of_write(mark: Mark) -> Self {
        Self { mark, saved: BTreeMap::new() }
    }
}

/// The same JSON with every reference filled in.
pub(super) fn resolved(json: &Json, subjects: &Subjects, names: &Names) -> Result<Json, Missing> {
    Ok(match json {
        Json::String(text) => match text.strip_prefix('$') {
            None => json.clone(),
            Some("none") => Json::Null,
            Some("key") => names.mark.key.as_str().into(),
            Some(paths) => {
                let found = paths.split('|').find_map(|path| named(path, subjects, names));
                found.ok_or_else(|| Missing(paths.to_owned()))?
            }
        },
        Json::Array(items) => {
            items.iter().map(|item| resolved(item, subjects, names)).collect::<Result<Vec<_>, _>>()?.into()
        }
        Json::Object(fields) => fields
            .iter()
            .map(|(name, value)| Ok((name.clone(), resolved(value, subjects, names)?)))
            .collect::<Result<serde_json::Map<_, _>, Missing>>()?
            .into(),
        other => other.clone(),
    })
}

fn named(path: &str, subjects: &Subjects, names: &Names) -> Option<Json> {
    match path.split_once('.') {
        Some(("saved", name)) => names.saved.get(name).cloned(),
        Some(("rising", path)) => rising(path, subjects, names.mark.number),
        _ => subjects.get(path).cloned(),
    }
}

/// Registers, higher by so many steps. Without a step beside them they stay as they are: a billing system that takes keys
/// tells equal readings apart.
fn rising(path: &str, subjects: &Subjects, number: u32) -> Option<Json> {
    let mut registers = subjects.get(path)?.clone();
    let (table, _) = path.rsplit_once('.')?;
    let Some(step) = subjects.text(&format!("{table}.step")) else { return Some(registers) };
    let risen = Decimal::from_str(step).ok()? * Decimal::from(number);
    for register in registers.as_array_mut()? {
        let value = Decimal::from_str(register["value"].as_str()?).ok()?;
        register["value"] = (value + risen).to_string().into();
    }
    Some(registers)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn registers(reading: &str, number: u32) -> Result<Json, Missing> {
        let subjects = format!("currency = 'RSD'\ntime_zone = 'UTC'\n[reading]\n{reading}");
        let names = Names::of_write(Mark { key: String::new(), number });
        resolved(&json!("$rising.reading.registers"), &Subjects::parse(&subjects).unwrap(), &names)
    }

    #[test]
    fn readings_rise_by_a_step_with_every_write_where_one_is_said() {
        let reading = "registers = [{ code = 'total', value = '368.50' }]";
        let value = |value: &str| Ok(json!([{ "code": "total", "value": value }]));
        assert_eq!(registers(reading, 3), value("368.50"));
        assert_eq!(registers(&format!("{reading}\nstep = '0.01'"), 3), value("368.53"));
        assert_eq!(registers("step = '1'", 3), Err(Missing("rising.reading.registers".to_owned())));
    }
}
