//! Letters in a provider's own words: `[provider.texts.LETTER.LANGUAGE]`, a table per letter and language.

use std::collections::BTreeMap;

use komunala_domain::{Confirmation, Language, LetterText, LetterTexts};
use komunala_rendering::{KnownLetter, TextPart, TextProblem, in_latin};
use serde::Deserialize;

/// The texts of a provider, by letter and language.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct LetterTextsSection(BTreeMap<String, BTreeMap<String, LetterTextSettings>>);

/// What one letter says in one language.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LetterTextSettings {
    /// The subject line.
    pub subject: Passage,
    /// How the reader is addressed; the letter begins without where it is left out.
    pub greeting: Option<Passage>,
    /// The paragraphs, with empty lines between them.
    pub body: Passage,
}

/// A text, and where it stands in the settings.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "toml::Spanned<String>")]
pub struct Passage {
    text: String,
    start: usize,
    /// The line of the settings that its own first line stands in.
    line: usize,
}

impl From<toml::Spanned<String>> for Passage {
    fn from(spanned: toml::Spanned<String>) -> Self {
        Self { start: spanned.span().start, text: spanned.into_inner(), line: 0 }
    }
}

impl Passage {
    /// What it says.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// In which line of the settings a line of it stands.
    pub(super) fn line(&self, line: usize) -> usize {
        self.line + line - 1
    }

    /// Finds out in which line of `source` it begins.
    pub(super) fn locate(&mut self, source: &str) {
        let (before, quoted) = source.split_at_checked(self.start).unwrap_or((source, ""));
        // a line break right behind three quotes is no part of the text
        let opens = ["\"\"\"\n", "\"\"\"\r\n", "'''\n", "'''\r\n"].iter().any(|open| quoted.starts_with(open));
        self.line = 1 + before.matches('\n').count() + usize::from(opens);
    }
}

/// The language that a text is written in; one that nobody knows is told.
pub(super) fn language(tag: &str, field: &str, wrong: &mut impl FnMut(&str, String)) -> Option<Language> {
    tag.parse().map_err(|error| wrong(field, format!("{error}"))).ok()
}

impl LetterTextSettings {
    fn text(&self) -> LetterText {
        LetterText {
            subject: self.subject.text.clone(),
            greeting: self.greeting.as_ref().map(|greeting| greeting.text.clone()),
            body: self.body.text.clone(),
        }
    }

    /// Where in the settings a problem is.
    fn line_of(&self, problem: &TextProblem) -> usize {
        let passage = match problem.part {
            TextPart::Subject => &self.subject,
            TextPart::Greeting => self.greeting.as_ref().unwrap_or(&self.subject),
            TextPart::Body => &self.body,
        };
        passage.line(problem.line)
    }
}

impl LetterTextsSection {
    /// Finds out in which lines of `source` the texts stand.
    pub(super) fn locate(&mut self, source: &str) {
        for text in self.0.values_mut().flat_map(BTreeMap::values_mut) {
            text.subject.locate(source);
            text.body.locate(source);
            if let Some(greeting) = &mut text.greeting {
                greeting.locate(source);
            }
        }
    }

    /// The texts; what is wrong with them is told one by one. Where a letter is written in Serbian Cyrillic alone, its
    /// Latin is made of that.
    pub(super) fn texts(&self, confirmation: Confirmation, wrong: &mut impl FnMut(&str, String)) -> LetterTexts {
        let mut texts = LetterTexts::default();
        for (name, languages) in &self.0 {
            let field = format!("provider.texts.{name}");
            let Some(letter) = KnownLetter::find(name) else {
                let known: Vec<_> = KnownLetter::all().into_iter().map(KnownLetter::name).collect();
                wrong(&field, format!("there is no such letter; there is {}", known.join(", ")));
                continue;
            };
            for (tag, settings) in languages {
                let field = format!("{field}.{tag}");
                let Some(language) = language(tag, &field, wrong) else { continue };
                let text = settings.text();
                for problem in letter.problems(language, &text, confirmation) {
                    let (line, part) = (settings.line_of(&problem), problem.part.name());
                    wrong(&format!("{field}.{part}"), format!("line {line}: {}", problem.fault));
                }
                if !texts.add(name, language, text) {
                    wrong(&field, format!("{} has a text already", language.tag()));
                }
            }
            texts.add_latin(name, in_latin);
        }
        texts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The texts of settings, and what is wrong with them.
    fn read(source: &str) -> (LetterTexts, Vec<String>) {
        #[derive(Deserialize)]
        struct Settings {
            texts: LetterTextsSection,
        }
        let mut section = toml::from_str::<Settings>(source).unwrap().texts;
        section.locate(source);
        let mut problems = Vec::new();
        let texts = section.texts(Confirmation::CodeAndLink, &mut |field, problem| {
            problems.push(format!("{field}: {problem}"));
        });
        (texts, problems)
    }

    #[test]
    fn latin_is_made_of_cyrillic_where_nobody_wrote_it() {
        let (texts, problems) = read(
            "[texts.account_linked.sr-Cyrl]\nsubject = 'Љубазно {{ provider_name }}'\nbody = 'Ђак'\n\
             [texts.email_changed.sr-Cyrl]\nsubject = 'А'\nbody = 'Б'\n\
             [texts.email_changed.sr-Latn]\nsubject = 'own'\nbody = 'own'\n",
        );
        assert_eq!(problems, [""; 0]);
        let latin = |letter| texts.get(letter, Language::SerbianLatin).unwrap();
        assert_eq!(latin("account_linked").subject, "Ljubazno {{ provider_name }}");
        assert_eq!(latin("account_linked").body, "Đak");
        assert_eq!(latin("email_changed").subject, "own");
        assert_eq!(texts.get("account_linked", Language::Ukrainian), None);
    }

    #[test]
    fn what_is_wrong_is_named_by_letter_language_part_and_line_of_the_file() {
        let (_, problems) = read(
            "[texts.greetings.en]\nsubject = 'a'\nbody = 'b'\n\
             [texts.account_linked.de]\nsubject = 'a'\nbody = 'b'\n\
             [texts.reading_taken.en]\nsubject = 'Taken'\nbody = \"\"\"\nHello\n\nOn {{ dya }}\n\"\"\"\n\
             [texts.confirm_email.sl]\nsubject = '{% if code %}'\nbody = '{{ link }}'\n\
             [texts.confirm_email.uk]\nsubject = 'a'\nbody = '{{ link }}'\n",
        );
        assert_eq!(problems.len(), 5, "{problems:#?}");
        let begins = [
            "provider.texts.account_linked.de: `de` is none of the languages",
            "provider.texts.confirm_email.sl.subject: line 15: syntax error: ",
            "provider.texts.confirm_email.uk.body: line 19: `{{ code }}` has to stand in it",
            "provider.texts.greetings: there is no such letter; there is confirm_email, ",
            "provider.texts.reading_taken.en.body: line 12: there is no `dya` in this letter; there is provider_name, ",
        ];
        for (problem, begin) in problems.iter().zip(begins) {
            assert!(problem.starts_with(begin), "{problem}");
        }
    }
}
