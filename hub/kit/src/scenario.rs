//! What the check tries: operations and scenarios, read from data files that are the same for every adapter.

mod exchange;
mod operation;
mod step;

use serde::Deserialize;

use crate::{embedded, line::Fault};

pub use exchange::{Fate, Flawed, HandOver};
pub use operation::{ListShape, OperationKind, OperationRow, Resolution};
pub use step::{Find, Step};

/// One scenario: a file of `plugins/check/scenarios`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// The name of its file.
    #[serde(skip)]
    pub name: String,
    /// The number before it.
    #[serde(skip)]
    pub place: u32,
    /// What holds, in one sentence.
    pub title: String,
    /// What it is about.
    pub group: Group,
    /// What to do when it fails, in plain words.
    pub advice: String,
    /// The capabilities without which it has no object.
    #[serde(default)]
    pub needs: Vec<String>,
    /// What is tried.
    pub trial: Procedure,
}

/// What a scenario is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// What the adapter offers.
    Capabilities,
    /// What it says when something is wrong with a question.
    Errors,
    /// Whether a write happens once.
    Idempotency,
    /// Lists in parts.
    Pages,
    /// Amounts and quantities.
    Money,
    /// A billing system that fails.
    Hostile,
    /// What it writes and what it uses.
    Conduct,
}

impl Group {
    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Capabilities => "capabilities",
            Self::Errors => "errors",
            Self::Idempotency => "idempotency",
            Self::Pages => "pages",
            Self::Money => "money and units",
            Self::Hostile => "hostile answers",
            Self::Conduct => "conduct",
        }
    }
}

/// How a scenario is tried.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Procedure {
    /// Everything that is exported answers.
    Exports,
    /// The hub accepts the answers: its own check of every value.
    Hub,
    /// Call after call, as written.
    Steps(Vec<Step>),
    /// Values that the author looked up.
    Values,
    /// The same question twice.
    Steady,
    /// Lists in small and large pages.
    Pages {
        /// What goes wrong on the second page.
        fault: Option<Fault>,
    },
    /// A series in one piece and in two.
    Series,
    /// Questions that are answered with what another customer's were.
    Others,
    /// Every write, twice with one key.
    Once,
    /// Every question, while something goes wrong.
    Questions(Disturbance),
    /// Every write, while something goes wrong.
    Writes(Disturbance),
    /// Files that are whole, in any portion.
    Files,
    /// Files that end too soon.
    CutFiles,
    /// Files with something wrong.
    Flawed(Flawed),
    /// What is written for the billing system.
    HandOver(HandOver),
    /// Logs and errors without anything confidential.
    Quiet,
    /// How near the limits it came.
    Limits,
}

/// Something that goes wrong, and what an adapter may say then.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disturbance {
    /// One after another.
    pub faults: Vec<Fault>,
    /// How many requests of a call meet it; all if left out.
    pub times: Option<u32>,
    /// The errors that are right.
    pub errors: Vec<String>,
    /// Whether it is for lists alone.
    #[serde(default)]
    pub lists: bool,
    /// Whether the right answer is right too.
    #[serde(default)]
    pub may_answer: bool,
    /// The wait that the error must carry, in milliseconds.
    pub wait: Option<u64>,
}

/// All scenarios, in the order of their files' names.
pub fn scenarios() -> Vec<Scenario> {
    let files = embedded::below("plugins/check/scenarios").filter(|(path, _)| path.ends_with(".toml"));
    files
        .map(|(path, content)| {
            let text = String::from_utf8_lossy(content);
            let mut scenario: Scenario =
                toml::from_str(&text).unwrap_or_else(|error| panic!("plugins/check/scenarios/{path}: {error}"));
            let (place, name) = numbered(path).unwrap_or_else(|| panic!("plugins/check/scenarios/{path}: no number"));
            (scenario.place, scenario.name) = (place, name.to_owned());
            scenario
        })
        .collect()
}

/// `05-wrong-pin.toml`.
fn numbered(path: &str) -> Option<(u32, &str)> {
    let (place, name) = path.trim_end_matches(".toml").split_once('-')?;
    Some((place.parse().ok()?, name))
}

/// What can be asked of an adapter, and with what.
pub fn operations() -> Vec<OperationRow> {
    operation::read(embedded::text("plugins/check/operations.toml"))
}
