//! `check/subjects.toml`: on whom and on what the check tries an adapter, and what it must find.
//!
//! ```toml
//! currency = "RSD"
//! time_zone = "Europe/Belgrade"
//!
//! [customer]
//! number = "0012345"
//! pin = "0420"
//!
//! [[values]]
//! call = "invoices.get-invoice"
//! with = ["24-07-0012345"]
//! at = "/total"
//! is = 431207
//! ```
//! Arguments in scenarios name what stands here by a path: `$customer.number`.

use std::{collections::BTreeMap, fs, io, path::Path};

use jiff::{Timestamp, tz::TimeZone};
use komunala_domain::Currency;
use serde::Deserialize;
use serde_json::Value as Json;

use crate::{
    exchange::{ExchangeWords, Flaw},
    line::SaidAnswer,
};

/// Subjects of one adapter.
#[derive(Debug, Clone)]
pub struct Subjects {
    /// The provider's currency.
    pub currency: Currency,
    /// The provider's time zone.
    pub time_zone: TimeZone,
    /// When it is in the billing system, if its calendar stands still; the adapter's clock stands there too.
    pub now: Option<Timestamp>,
    /// Words in a request that tell a write from a question, where the method does not: names of SOAP operations.
    pub write_words: Vec<String>,
    /// What the billing system answers while it is busy.
    pub busy: Option<SaidAnswer>,
    /// What it answers when it refuses for a reason that its description does not list.
    pub refusal: Option<SaidAnswer>,
    /// Values that are known to be right.
    pub values: Vec<KnownValue>,
    /// How files are exchanged.
    pub exchange: ExchangeWords,
    /// What can be wrong with files, by the kind of flaw.
    pub flaws: BTreeMap<String, Vec<Flaw>>,
    all: Json,
}

/// A value that somebody looked up in the billing system.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownValue {
    /// The operation that tells it.
    pub call: String,
    /// Its arguments.
    pub with: Vec<Json>,
    /// Where it stands in the answer, as a JSON pointer: `/lines/0/net`.
    pub at: String,
    /// What must stand there.
    pub is: Option<Json>,
}

/// Why there are no subjects.
#[derive(Debug, thiserror::Error)]
pub enum SubjectsError {
    /// The file cannot be read.
    #[error("{0}: {1}: the check needs to know a test customer, see the guide")]
    Read(String, io::Error),
    /// The file says something else.
    #[error("{0}: {1}")]
    Content(String, String),
}

#[derive(Deserialize)]
struct Fixed {
    currency: Currency,
    time_zone: String,
    now: Option<Timestamp>,
    #[serde(default)]
    write_words: Vec<String>,
    busy: Option<SaidAnswer>,
    refusal: Option<SaidAnswer>,
    #[serde(default)]
    values: Vec<KnownValue>,
    #[serde(default)]
    exchange: ExchangeWords,
    #[serde(default)]
    flaws: BTreeMap<String, Vec<Flaw>>,
}

impl Subjects {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, SubjectsError> {
        let name = path.display().to_string();
        let text = fs::read_to_string(path).map_err(|error| SubjectsError::Read(name.clone(), error))?;
        Self::parse(&text).map_err(|problem| SubjectsError::Content(name, problem))
    }

    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let table: toml::Table = toml::from_str(text).map_err(|error| error.to_string())?;
        let fixed: Fixed = table.clone().try_into().map_err(|error: toml::de::Error| error.to_string())?;
        Ok(Self {
            currency: fixed.currency,
            time_zone: TimeZone::get(&fixed.time_zone).map_err(|error| format!("time_zone: {error}"))?,
            now: fixed.now,
            write_words: fixed.write_words,
            busy: fixed.busy,
            refusal: fixed.refusal,
            values: fixed.values,
            exchange: fixed.exchange,
            flaws: fixed.flaws,
            all: serde_json::to_value(table).map_err(|error| error.to_string())?,
        })
    }

    /// What stands at a path such as `customer.number`.
    pub fn get(&self, path: &str) -> Option<&Json> {
        path.split('.').try_fold(&self.all, |at, name| at.get(name))
    }

    /// The same as text.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.get(path)?.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_finds_what_stands_there_and_nothing_else() {
        let subjects = Subjects::parse("currency = 'RSD'\ntime_zone = 'UTC'\n[customer]\nnumber = '007'\n").unwrap();
        assert_eq!(subjects.text("customer.number"), Some("007"));
        assert_eq!(subjects.get("customer.pin"), None);
        assert!(Subjects::parse("currency = 'RSD'").unwrap_err().contains("time_zone"));
    }
}
