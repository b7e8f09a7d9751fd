//! Letters in a provider's own words: plain texts with placeholders, in a corner of minijinja's language. What a letter
//! looks like stays the hub's affair, so no text and no value can put markup into one.

mod check;
mod grammar;
mod html;
mod placeholders;
pub(crate) mod source;

use komunala_domain::LetterText;
use minijinja::{Environment, ErrorKind, UndefinedBehavior, Value};

use super::plural::plural;
use crate::{line::line, templates::environment};

pub(super) use check::check;
pub use check::{TextFault, TextPart, TextProblem};
pub(super) use html::Paragraph;
pub(super) use placeholders::{Placeholders, known};

/// The instructions of the template engine that a passage may take. The longest that the bounds let through takes some
/// hundreds; nothing in the grammar repeats itself.
const FUEL: u64 = 20_000;

/// What a provider says in one letter, with all values filled in.
pub(super) struct Said {
    pub(super) subject: String,
    pub(super) greeting: Option<String>,
    pub(super) paragraphs: Vec<String>,
}

/// Fills values into texts.
pub(crate) struct OwnWords(Environment<'static>);

impl OwnWords {
    pub(crate) fn new() -> Self {
        let mut passages = environment();
        // a value that a letter does not have may be asked for, and not be printed
        passages.set_undefined_behavior(UndefinedBehavior::SemiStrict);
        passages.set_fuel(Some(FUEL));
        passages.add_filter("plural", plural);
        Self(passages)
    }

    /// The text with these values. What names a value that this letter does not have is left out, paragraph by paragraph.
    pub(super) fn say(&self, text: &LetterText, values: &Value) -> Result<Said, minijinja::Error> {
        let subject = self.passage(&text.subject, values)?.unwrap_or_default();
        let greeting = text.greeting.as_deref().map(|greeting| self.passage(greeting, values)).transpose()?.flatten();
        let mut paragraphs = Vec::new();
        for (_, paragraph) in grammar::paragraphs(&text.body) {
            paragraphs.extend(self.passage(paragraph, values)?.map(|said| said.trim().to_owned()));
        }
        paragraphs.retain(|said| !said.is_empty());
        let one_line = |text: String| Some(line(&text, usize::MAX)).filter(|text| !text.is_empty());
        Ok(Said { subject: line(&subject, usize::MAX), greeting: greeting.and_then(one_line), paragraphs })
    }

    /// A passage with its values; none where it names one that is not there.
    pub(crate) fn passage(&self, source: &str, values: &Value) -> Result<Option<String>, minijinja::Error> {
        // the name says that nothing is escaped: markup comes later, around the whole
        match self.0.render_named_str("passage.txt", source, values) {
            Ok(said) => Ok(Some(said)),
            Err(error) if error.kind() == ErrorKind::UndefinedError => Ok(None),
            Err(error) => Err(error),
        }
    }
}
