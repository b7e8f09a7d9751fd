//! Texts for phones in a provider's own words.

use komunala_app::ports::{Texts as _, letters::OutageLetter, texts::TextContent};
use komunala_domain::{Language, PhoneTexts};
use komunala_rendering::{KnownText, TemplateLetters, TextFault, text_in_latin};

/// A text of this name in these words, in English.
fn said(name: &str, words: &str, content: &TextContent<'_>) -> String {
    let mut own = PhoneTexts::default();
    own.add(name, Language::English, words.to_owned());
    TemplateLetters::new().say(&own, Language::English, content).unwrap()
}

fn fault(name: &str, words: &str) -> Option<TextFault> {
    KnownText::find(name).unwrap().problem(Language::English, words).map(|(_, fault)| fault)
}

const OUTAGE: &str = "{{ provider_name }}: no power {{ from_day }} {{ from_time }}{% if to_time %}-{{ to_time }}{% endif %} \
                      ({{ points }}){% if reason %}. {{ reason }}{% endif %}";

#[test]
fn a_text_in_own_words_has_the_values_of_the_moment() {
    assert_eq!(fault("outage_announced", OUTAGE), None);
    let sample = KnownText::find("outage_announced").unwrap().sample("Grid");
    assert_eq!(
        said("outage_announced", OUTAGE, &sample),
        "Grid: no power 25 November 2026 08:00-13:30 (6-123456). Vzdrževanje transformatorske postaje"
    );
    let TextContent::Outage(whole) = sample else { panic!("it is about an outage") };
    let open = TextContent::Outage(OutageLetter { end: None, reason: None, ..whole });
    assert_eq!(said("outage_announced", OUTAGE, &open), "Grid: no power 25 November 2026 08:00 (6-123456)");
    // what is said of another piece of news is another text
    let changed = KnownText::find("outage_changed").unwrap().sample("Grid");
    assert!(said("outage_announced", OUTAGE, &changed).starts_with("Grid: outage changed"));
}

#[test]
fn every_text_of_the_hub_can_be_worded_anew() {
    let all = KnownText::all();
    assert_eq!(all.len(), 17);
    for text in all {
        let named: Vec<String> =
            text.placeholders().iter().map(|name| format!("{{% if {name} %}}{{{{ {name} }}}}{{% endif %}}")).collect();
        let words = format!("own {}", named.join(" "));
        assert_eq!(text.problem(Language::English, &words), None, "{}", text.name());
        let said = said(text.name(), &words, &text.sample("Gas"));
        assert!(said.starts_with("own Gas"), "{said}");
    }
}

#[test]
fn what_cannot_be_sent_is_refused_when_it_is_applied() {
    assert_eq!(fault("signed_up", " "), Some(TextFault::Empty));
    assert_eq!(fault("signed_up", "a\nb"), Some(TextFault::SeveralLines));
    assert_eq!(fault("signed_up", "a\u{202e}b"), Some(TextFault::Invisible(0x202e)));
    assert_eq!(fault("signed_up", &"x".repeat(601)), Some(TextFault::TooLong(600)));
    assert_eq!(fault("signed_up", &"x".repeat(268)), None);
    assert_eq!(fault("signed_up", &"x".repeat(269)), Some(TextFault::TooLongToSend { characters: 269, most: 268 }));
    let stray = fault("signed_up", "{{ points }}").unwrap().to_string();
    assert_eq!(stray, "there is no `points` in this letter; there is provider_name");
    assert_eq!(fault("confirm_subscription", "{{ points }}"), Some(TextFault::Missing("code")));
    assert_eq!(fault("how_to", "Write as we said."), Some(TextFault::Missing("example")));
    assert_eq!(fault("reading_unusual", "Is it right?"), Some(TextFault::Missing("confirm")));
    assert_eq!(fault("outage_announced", "Until {{ to_time }}"), Some(TextFault::NotAlways("to_time".to_owned())));
    assert_eq!(fault("outage_announced", "{% if reason %}{{ reason }}{% endif %}"), Some(TextFault::Empty));
    assert!(matches!(fault("signed_up", "{% if provider_name %}"), Some(TextFault::Syntax(_))));
    assert!(matches!(fault("signed_up", "{{ provider_name | upper }}"), Some(TextFault::NotInTheGrammar(_))));
}

#[test]
fn latin_is_made_of_cyrillic_and_names_of_values_stay() {
    assert_eq!(text_in_latin("Хвала, {{ provider_name }}"), "Hvala, {{ provider_name }}");
}
