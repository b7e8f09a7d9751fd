//! The texts for phones that there are, for whoever words them.

use komunala_app::ports::{
    inbox::TextReply,
    letters::{CodeLetter, OutageLetter},
    texts::TextContent,
};
use komunala_domain::{Language, outage::OutageNews};

use super::{own, reply_name};
use crate::{TextFault, letters::samples};

const OUTAGE: &[&str] = &["provider_name", "points", "from_day", "from_time", "to_day", "to_time", "reason"];
const READING: &[&str] = &["provider_name", "serial_number", "day", "readings"];

const REPLIES: [TextReply; 9] = [
    TextReply::HowTo,
    TextReply::NoReadingsToday,
    TextReply::ReadingLower,
    TextReply::ReadingWrong,
    TextReply::ReadingUnusual,
    TextReply::ReadingRefused,
    TextReply::SignedUp,
    TextReply::SignedOff,
    TextReply::TooManyPoints,
];

const NEWS: [OutageNews; 5] =
    [OutageNews::Announced, OutageNews::Changed, OutageNews::Cancelled, OutageNews::Spared, OutageNews::Reminder];

/// A text of the hub for phones, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownText(&'static str);

/// The text that says this. What is said of an outage is several texts, since each says something else.
pub(super) fn of(content: &TextContent<'_>) -> KnownText {
    KnownText(match content {
        TextContent::Outage(outage) => match outage.news {
            OutageNews::Announced => "outage_announced",
            OutageNews::Changed => "outage_changed",
            OutageNews::Cancelled => "outage_cancelled",
            OutageNews::Spared => "outage_spared",
            OutageNews::Reminder => "outage_reminder",
        },
        TextContent::ConfirmSubscription(..) => "confirm_subscription",
        TextContent::ReadingTaken(_) => "reading_taken",
        TextContent::ReadingRefused(_) => "reading_refused",
        TextContent::Reply { reply, .. } => reply_name(*reply),
    })
}

impl KnownText {
    /// Every text.
    pub fn all() -> Vec<Self> {
        let mut all: Vec<Self> = samples("").iter().map(of).collect();
        all.dedup();
        all
    }

    /// The text of this name.
    pub fn find(name: &str) -> Option<Self> {
        Self::all().into_iter().find(|text| text.0 == name)
    }

    /// Its name, in settings and on the command line.
    pub fn name(self) -> &'static str {
        self.0
    }

    /// The values that it may name.
    pub fn placeholders(self) -> &'static [&'static str] {
        match self.0 {
            "confirm_subscription" => &["provider_name", "points", "code", "minutes"],
            "reading_taken" | "reading_refused" => READING,
            "how_to" => &["provider_name", "example"],
            "reading_unusual" => &["provider_name", "confirm"],
            name if name.starts_with("outage_") => OUTAGE,
            _ => &["provider_name"],
        }
    }

    /// The value without which it is of no use.
    pub(super) fn needed(self) -> Option<&'static str> {
        self.placeholders().iter().copied().find(|name| ["code", "example", "confirm"].contains(name))
    }

    /// Examples of it, from a provider of this name: the first has every value.
    pub(super) fn samples(self, provider_name: &str) -> Vec<TextContent<'_>> {
        samples(provider_name).into_iter().filter(|content| of(content) == self).collect()
    }

    /// An example of it with every value, from a provider of this name.
    pub fn sample(self, provider_name: &str) -> TextContent<'_> {
        let first = self.samples(provider_name).into_iter().next();
        first.expect("texts are known by their examples")
    }

    /// What is wrong with a text of it, and in which of its lines.
    pub fn problem(self, language: Language, source: &str) -> Option<(usize, TextFault)> {
        own::problem(self, language, source)
    }
}

/// Examples of each text, one behind the other; where values may be missing, also without them.
fn samples(provider_name: &str) -> Vec<TextContent<'_>> {
    let mut samples = Vec::new();
    for news in NEWS {
        let whole = OutageLetter { stop_link: None, ..samples::outage(provider_name, news) };
        samples.extend([whole, OutageLetter { end: None, reason: None, ..whole }].map(TextContent::Outage));
    }
    let code = CodeLetter { given_name: "", provider_name, code: Some("12345678"), link: None, minutes: 10 };
    samples.push(TextContent::ConfirmSubscription(code, &samples::POINTS));
    let reading = samples::reading(provider_name);
    samples.extend([TextContent::ReadingTaken(reading), TextContent::ReadingRefused(reading)]);
    let (example, confirm) = ("6-123456 STANJE 1234", "DA");
    samples.extend(REPLIES.map(|reply| TextContent::Reply { reply, provider_name, example, confirm }));
    samples
}
