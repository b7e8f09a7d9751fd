//! Plural forms by the rules of the Unicode CLDR.

use icu_locale_core::Locale;
use icu_plurals::{PluralCategory, PluralRules, PluralRulesOptions};
use minijinja::{Error, ErrorKind, State, value::Kwargs};

/// The filter `plural`: `{{ n | plural(one="minute", other="minutes") }}`. The language is the template's `lang`; the form
/// that it needs for the number must be there.
pub(super) fn plural(state: &mut State<'_, '_>, number: u32, forms: Kwargs) -> Result<String, Error> {
    let tag = state.lookup("lang").and_then(|tag| tag.as_str().map(str::to_owned)).unwrap_or_default();
    let category = category(&tag, number).ok_or_else(|| Error::new(ErrorKind::UndefinedError, "no plural rules"))?;
    forms.get(name(category))
}

fn category(tag: &str, number: u32) -> Option<PluralCategory> {
    // the script says nothing about plurals, and `sr-Latn` alone would fall back to no rules at all
    let language: Locale = tag.split('-').next()?.parse().ok()?;
    let rules = PluralRules::try_new(language.into(), PluralRulesOptions::default()).ok()?;
    Some(rules.category_for(number))
}

fn name(category: PluralCategory) -> &'static str {
    match category {
        PluralCategory::Zero => "zero",
        PluralCategory::One => "one",
        PluralCategory::Two => "two",
        PluralCategory::Few => "few",
        PluralCategory::Many => "many",
        PluralCategory::Other => "other",
    }
}
