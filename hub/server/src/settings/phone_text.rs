//! Texts for phones in a provider's own words: `[provider.sms.texts.TEXT]`, a text per language.

use std::collections::BTreeMap;

use komunala_domain::PhoneTexts;
use komunala_rendering::{KnownText, text_in_latin};
use serde::Deserialize;

use super::letter_text::{Passage, language};

/// The texts of a provider, by name and language.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct PhoneTextsSection(BTreeMap<String, BTreeMap<String, Passage>>);

impl PhoneTextsSection {
    /// Finds out in which lines of `source` the texts stand.
    pub(super) fn locate(&mut self, source: &str) {
        for text in self.0.values_mut().flat_map(BTreeMap::values_mut) {
            text.locate(source);
        }
    }

    /// The texts; what is wrong with them is told one by one. Where a text is written in Serbian Cyrillic alone, its Latin
    /// is made of that.
    pub(super) fn texts(&self, wrong: &mut impl FnMut(&str, String)) -> PhoneTexts {
        let mut texts = PhoneTexts::default();
        for (name, languages) in &self.0 {
            let field = format!("texts.{name}");
            let Some(text) = KnownText::find(name) else {
                let known: Vec<_> = KnownText::all().into_iter().map(KnownText::name).collect();
                wrong(&field, format!("there is no such text; there is {}", known.join(", ")));
                continue;
            };
            for (tag, passage) in languages {
                let field = format!("{field}.{tag}");
                let Some(language) = language(tag, &field, wrong) else { continue };
                if let Some((line, fault)) = text.problem(language, passage.text()) {
                    wrong(&field, format!("line {}: {fault}", passage.line(line)));
                }
                if !texts.add(name, language, passage.text().trim().to_owned()) {
                    wrong(&field, format!("{} has a text already", language.tag()));
                }
            }
            texts.add_latin(name, |text| text_in_latin(text));
        }
        texts
    }
}

#[cfg(test)]
mod tests {
    use komunala_domain::Language;

    use super::*;

    #[test]
    fn what_is_wrong_is_named_by_text_language_and_line_of_the_file() {
        #[derive(Deserialize)]
        struct Settings {
            texts: PhoneTextsSection,
        }
        let source = "[texts.signed_up]\nsr-Cyrl = 'Љубазно {{ provider_name }}'\nde = 'a'\n\
                      [texts.how_to]\nen = 'Write!'\nsl = \"\"\"\n{{ exampel }}\n\"\"\"\n\
                      [texts.hello]\nen = 'a'\n";
        let mut section = toml::from_str::<Settings>(source).unwrap().texts;
        section.locate(source);
        let mut problems = Vec::new();
        let texts = section.texts(&mut |field, problem| problems.push(format!("{field}: {problem}")));
        assert_eq!(texts.get("signed_up", Language::SerbianLatin).unwrap(), "Ljubazno {{ provider_name }}");
        let begins = [
            "texts.hello: there is no such text; there is outage_announced, ",
            "texts.how_to.en: line 5: `{{ example }}` has to stand in it",
            "texts.how_to.sl: line 7: there is no `exampel` in this letter; there is provider_name, example",
            "texts.signed_up.de: `de` is none of the languages",
        ];
        assert_eq!(problems.len(), begins.len(), "{problems:#?}");
        for (problem, begin) in problems.iter().zip(begins) {
            assert!(problem.starts_with(begin), "{problem}");
        }
    }
}
