//! The switches of a simulator, which can be thrown while it runs.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::month::Month;
use crate::rule::{Effect, Rule, Times};

/// A handle on the switches of a running simulator; copies throw the same switches.
#[derive(Debug, Clone, Default)]
pub struct Switches {
    position: Arc<Mutex<Position>>,
}

#[derive(Debug, Default)]
struct Position {
    settings: SwitchSettings,
    /// How many requests each rule has matched, for rates.
    matched: Vec<u64>,
}

/// How all switches stand: what `PUT /_switches` takes and `GET /_switches` answers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct SwitchSettings {
    /// What goes wrong on the way.
    pub rules: Vec<Rule>,
    /// In which order lists come.
    pub paging: Paging,
    /// Whether the feed sends an outdated version after each current one.
    pub outdated_versions: bool,
    /// "Period not closed": this month and later ones count as open, whatever the calendar says.
    pub open_from: Option<Month>,
    /// The day that is named for a period that is not closed; by the calendar if left out.
    pub available_from: Option<Date>,
    /// Invoices of this month and later ones are there, but their PDFs are not.
    pub late_pdfs_from: Option<Month>,
    /// So many of a thousand PDFs are those of the invoice that was asked for before.
    pub mixed_up_pdfs: u16,
    /// Readings are accepted, and rejected with this reason when they would be posted.
    pub reject_postings: Option<String>,
    /// Somebody else keeps a billing system busy that bears one request at a time.
    pub busy: bool,
    /// The nightly downtime of a billing system that has one: it answers nobody.
    pub down: bool,
}

/// What happens to the items of a list between the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Paging {
    /// Every item once, in order.
    #[default]
    Plain,
    /// Each page begins with the last item of the one before.
    DuplicateItems,
    /// The first item comes last.
    LateItems,
    /// Every page comes twice.
    DuplicatePages,
    /// The first page comes last.
    LatePages,
}

/// What the rules do to one request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Verdict {
    pub(crate) latency: Duration,
    pub(crate) effect: Option<Effect>,
}

impl Switches {
    /// How the switches stand.
    pub fn settings(&self) -> SwitchSettings {
        self.lock().settings.clone()
    }

    /// Sets all switches.
    pub fn set(&self, settings: SwitchSettings) {
        *self.lock() = Position { settings, matched: Vec::new() };
    }

    /// Changes some switches and leaves the rest.
    pub fn change(&self, change: impl FnOnce(&mut SwitchSettings)) {
        change(&mut self.lock().settings);
    }

    /// Adds a rule after the others.
    pub fn add(&self, rule: Rule) {
        self.change(|settings| settings.rules.push(rule));
    }

    /// Everything works again.
    pub fn clear(&self) {
        self.set(SwitchSettings::default());
    }

    /// What the rules do to a request; uses up the rules that apply a few times only.
    pub(crate) fn judge(&self, method: &str, path: &str) -> Verdict {
        let mut position = self.lock();
        let Position { settings, matched } = &mut *position;
        matched.resize(settings.rules.len(), 0);
        let mut verdict = Verdict::default();
        for (rule, matched) in settings.rules.iter_mut().zip(matched) {
            let is_latency = matches!(rule.effect, Effect::Latency { .. });
            let decided = verdict.effect.is_some() && !is_latency;
            if decided || !rule.matches(method, path) || !applies(&mut rule.times, matched) {
                continue;
            }
            match rule.effect {
                Effect::Latency { ms } => verdict.latency += Duration::from_millis(ms),
                ref effect => verdict.effect = Some(effect.clone()),
            }
        }
        verdict
    }

    fn lock(&self) -> MutexGuard<'_, Position> {
        self.position.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn applies(times: &mut Times, matched: &mut u64) -> bool {
    match times {
        Times::Always => true,
        Times::Next(0) => false,
        Times::Next(left) => {
            *left -= 1;
            true
        }
        Times::PerMille(rate) => {
            let rate = u64::from(*rate);
            let before = *matched * rate / 1000;
            *matched += 1;
            *matched * rate / 1000 > before
        }
    }
}

impl Paging {
    /// The items in the order in which they are cut into pages of `size`.
    pub(crate) fn disturb<T: Clone>(self, mut items: Vec<T>, size: usize) -> Vec<T> {
        match self {
            Self::Plain => items,
            Self::LateItems => {
                let first = 1.min(items.len());
                items.rotate_left(first);
                items
            }
            Self::LatePages => {
                let first = size.min(items.len());
                items.rotate_left(first);
                items
            }
            Self::DuplicatePages => items.chunks(size).flat_map(|page| [page, page].concat()).collect(),
            Self::DuplicateItems => {
                let mut disturbed: Vec<T> = Vec::with_capacity(items.len() * 2);
                for item in items {
                    let last = disturbed.last().cloned().filter(|_| disturbed.len().is_multiple_of(size));
                    disturbed.extend(last);
                    disturbed.push(item);
                }
                disturbed
            }
        }
    }
}

impl SwitchSettings {
    /// How many entries of the feed come of one.
    pub(crate) fn copies_in_feed(&self) -> usize {
        1 + usize::from(self.duplicates()) + usize::from(self.outdated_versions)
    }

    /// Doubles the objects of a page of the feed, and reverses their order, as the switches say.
    pub(crate) fn disturb_feed(&self, upserts: &mut Vec<Value>) {
        let (duplicates, outdated) = (self.duplicates(), self.outdated_versions);
        *upserts = upserts
            .drain(..)
            .flat_map(|object| {
                let again = duplicates.then(|| object.clone());
                let old = outdated.then(|| outdated_copy(&object));
                [Some(object), again, old]
            })
            .flatten()
            .collect();
        if matches!(self.paging, Paging::LateItems | Paging::LatePages) {
            upserts.reverse();
        }
    }

    fn duplicates(&self) -> bool {
        matches!(self.paging, Paging::DuplicateItems | Paging::DuplicatePages)
    }
}

/// The object with the version before and something else in it, which nobody must take over.
fn outdated_copy(object: &Value) -> Value {
    let mut old = object.clone();
    old["version"] = json!(object["version"].as_u64().unwrap_or(1).saturating_sub(1));
    for (field, outdated) in [("total", "0.01"), ("value", "0"), ("name", "Outdated")] {
        if old.get(field).is_some() {
            old[field] = json!(outdated);
        }
    }
    old
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(paging: Paging) -> Vec<Vec<u32>> {
        paging.disturb((1..=5).collect(), 2).chunks(2).map(<[u32]>::to_vec).collect()
    }

    #[test]
    fn disturbed_lists_still_bring_every_item() {
        assert_eq!(pages(Paging::Plain), [vec![1, 2], vec![3, 4], vec![5]]);
        assert_eq!(pages(Paging::DuplicateItems), [[1, 2], [2, 3], [3, 4], [4, 5]]);
        assert_eq!(pages(Paging::LateItems), [vec![2, 3], vec![4, 5], vec![1]]);
        assert_eq!(pages(Paging::DuplicatePages), [vec![1, 2], vec![1, 2], vec![3, 4], vec![3, 4], vec![5, 5]]);
        assert_eq!(pages(Paging::LatePages), [vec![3, 4], vec![5, 1], vec![2]]);
    }

    #[test]
    fn a_page_size_of_one_still_ends() {
        assert_eq!(Paging::DuplicateItems.disturb(vec![1, 2], 1), [1, 1, 2]);
    }

    #[test]
    fn the_first_effect_decides_and_latencies_add_up() {
        let switches = Switches::default();
        switches.add(Rule::new("/", Effect::Latency { ms: 5 }));
        switches.add(Rule::new("/v1", Effect::status(503)).next(1));
        switches.add(Rule::new("/v1", Effect::status(500)));
        switches.add(Rule::new("/", Effect::Latency { ms: 7 }));
        let latency = Duration::from_millis(12);
        assert_eq!(switches.judge("GET", "/v1/x"), Verdict { latency, effect: Some(Effect::status(503)) });
        assert_eq!(switches.judge("GET", "/v1/x"), Verdict { latency, effect: Some(Effect::status(500)) });
        assert_eq!(switches.judge("GET", "/other"), Verdict { latency, effect: None });
    }

    #[test]
    fn a_rate_is_spread_evenly() {
        let switches = Switches::default();
        switches.add(Rule::new("/", Effect::status(503)).per_mille(250));
        let failed: Vec<usize> = (0..12).filter(|_| switches.judge("GET", "/").effect.is_some()).collect();
        assert_eq!(failed, [3, 7, 11]);
    }
}
