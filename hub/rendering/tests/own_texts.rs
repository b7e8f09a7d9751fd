//! Letters in a provider's own words.

use komunala_app::ports::letters::{BillLetter, CodeLetter, Letter, LetterContent, Letters as _};
use komunala_domain::{Confirmation, Language, LetterText, LetterTexts};
use komunala_rendering::{KnownLetter, TemplateLetters, TextFault, TextPart, TextProblem, in_latin};
use proptest::prelude::*;

fn text(subject: &str, greeting: Option<&str>, body: &str) -> LetterText {
    LetterText { subject: subject.to_owned(), greeting: greeting.map(str::to_owned), body: body.to_owned() }
}

fn codes_text() -> LetterText {
    text(
        "{{ provider_name }}: is this address yours?",
        Some("Dear {% if given_name %}{{ given_name }}{% else %}customer{% endif %},"),
        "welcome to the portal of <b>{{ provider_name }}</b>.\n\
         We are glad to have you.\n\n\
         {{ code }}\n\n\
         {% if code %}The code{% else %}The link{% endif %} is good for {{ minutes }} {{ minutes | plural(one=\"minute\", other=\"minutes\") }}.\n\n\n\
         Or open {{ link }} instead.\n",
    )
}

/// A letter of this name in these words, with the values of its example.
fn written(name: &str, language: Language, words: &LetterText, content: &LetterContent<'_>) -> Letter {
    let mut texts = LetterTexts::default();
    texts.add(name, language, words.clone());
    TemplateLetters::new().write(&texts, language, content).unwrap()
}

fn problems(name: &str, confirmation: Confirmation, words: &LetterText) -> Vec<TextProblem> {
    KnownLetter::find(name).unwrap().problems(Language::English, words, confirmation)
}

fn problem(words: &LetterText) -> TextProblem {
    let problems = problems("confirm_email", Confirmation::CodeAndLink, words);
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems.into_iter().next().unwrap()
}

fn code_letter() -> CodeLetter<'static> {
    match KnownLetter::find("confirm_email").unwrap().sample("North Gas & Sons") {
        LetterContent::ConfirmEmail(letter) => letter,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_letter_in_own_words_looks_like_one_in_the_hubs() {
    assert_eq!(problems("confirm_email", Confirmation::CodeAndLink, &codes_text()), []);
    let content = LetterContent::ConfirmEmail(code_letter());
    let Letter { subject, text, html } = written("confirm_email", Language::English, &codes_text(), &content);
    insta::assert_snapshot!("own_words.text", format!("Subject: {subject}\n\n{text}"));
    insta::assert_snapshot!("own_words.html", html);
}

#[test]
fn readings_stand_in_lines_of_their_own() {
    let words = text("Taken", None, "Meter {{ serial_number }} on {{ day }}:\n{{ readings }}");
    assert_eq!(problems("reading_taken", Confirmation::Code, &words), []);
    let content = KnownLetter::find("reading_taken").unwrap().sample("Gas");
    let letter = written("reading_taken", Language::English, &words, &content);
    assert!(letter.text.starts_with("Meter G4-118822 on 3 August 2024:\nT1: 4100.5\nT2: 2540\n"), "{}", letter.text);
    assert!(letter.html.contains("T1: 4100.5<br>\nT2: 2540</p>"), "{}", letter.html);
}

/// A bill's letter as a utility may word it.
fn bills_text() -> LetterText {
    text(
        "{% if period %}{{ period }}: {% endif %}{{ total }} ({{ provider_name }})",
        Some("Dear customer,"),
        "here is bill <i>{{ number }}</i>{% if due_day %}, to be paid by {{ due_day }}{% endif %}.\n\n\
         {{ bill }}\n\n\
         Pay {{ to_pay }} by card: {{ pay_link }}\n\n\
         No more bills by mail: {{ stop_link }}\n",
    )
}

#[test]
fn a_bill_in_own_words_has_its_figures_where_the_text_wants_them() {
    assert_eq!(problems("bill", Confirmation::Code, &bills_text()), []);
    let content = KnownLetter::find("bill").unwrap().sample("North Gas & Sons");
    let Letter { subject, text, html } = written("bill", Language::English, &bills_text(), &content);
    insta::assert_snapshot!("own_bill.text", format!("Subject: {subject}\n\n{text}"));
    insta::assert_snapshot!("own_bill.html", html);
    let LetterContent::Bill(bill) = content else { panic!("it is a bill") };
    let nothing = BillLetter {
        period: None,
        payable: None,
        parts: &[],
        pay_link: None,
        code: None,
        instruction: None,
        unsubscribe: None,
        ..bill
    };
    let letter = written("bill", Language::English, &bills_text(), &LetterContent::Bill(nothing));
    assert_eq!(letter.subject, "4,312.07 RSD (North Gas & Sons)");
    assert!(letter.text.contains("nothing to pay") && !letter.text.contains("by card"), "{}", letter.text);
    assert!(!letter.text.contains("No more bills") && !letter.html.contains("<i>"), "{}", letter.text);
}

#[test]
fn a_bill_whose_figures_are_missing_or_within_a_sentence_is_refused() {
    let faults = |body: &str| {
        let words = LetterText { body: body.to_owned(), ..bills_text() };
        problems("bill", Confirmation::Code, &words).into_iter().map(|found| found.fault).collect::<Vec<_>>()
    };
    assert_eq!(faults("{{ bill }}\n\n{{ stop_link }}"), []);
    assert_eq!(faults("{{ total }}\n\n{{ stop_link }}"), [TextFault::Missing("bill")]);
    assert_eq!(faults("{{ bill }}\n\n{{ pay_link }}"), [TextFault::Missing("stop_link")]);
    assert_eq!(faults("Here: {{ bill }}\n\n{{ stop_link }}"), [TextFault::NotAlone]);
    let subject = LetterText { subject: "{{ bill }}".to_owned(), ..bills_text() };
    let found =
        problems("bill", Confirmation::Code, &subject).into_iter().next().map(|found| (found.part, found.fault));
    assert_eq!(found, Some((TextPart::Subject, TextFault::NotAlone)));
    // where there is nothing to pay, its reader has nothing but the figures
    assert_eq!(faults("{% if to_pay %}x{% endif %}\n\n{{ bill }}\n\n{{ stop_link }}"), []);
    assert_eq!(faults("{% if to_pay %}\n{{ bill }}\n{% endif %}\n\n{{ stop_link }}"), [TextFault::Missing("bill")]);
}

#[test]
fn what_names_a_value_that_is_not_there_is_left_out() {
    let content = LetterContent::ConfirmEmail(CodeLetter { given_name: "", link: None, ..code_letter() });
    let letter = written("confirm_email", Language::English, &codes_text(), &content);
    assert!(letter.text.starts_with("Dear customer,\n\nwelcome"), "{}", letter.text);
    assert!(letter.text.contains("1234 5678\n\nThe code is good for 10 minutes.\n\n-- \n"), "{}", letter.text);
    let content = LetterContent::ConfirmEmail(CodeLetter { code: None, ..code_letter() });
    let letter = written("confirm_email", Language::English, &codes_text(), &content);
    assert!(letter.text.contains("glad to have you.\n\nThe link is good"), "{}", letter.text);
    assert!(letter.html.contains("Or open <a class=\"link\" href=\"https:"), "{}", letter.html);
}

#[test]
fn a_language_without_a_text_is_the_hubs_own() {
    let content = LetterContent::ConfirmEmail(code_letter());
    let mut texts = LetterTexts::default();
    texts.add("confirm_email", Language::English, codes_text());
    let letters = TemplateLetters::new();
    for language in Language::ALL.into_iter().filter(|language| *language != Language::English) {
        let ours = letters.write(&LetterTexts::default(), language, &content).unwrap();
        assert_eq!(letters.write(&texts, language, &content).unwrap(), ours);
    }
    let other = KnownLetter::find("reset_password").unwrap().sample("Gas");
    let ours = letters.write(&LetterTexts::default(), Language::English, &other).unwrap();
    assert_eq!(letters.write(&texts, Language::English, &other).unwrap(), ours);
}

#[test]
fn latin_is_made_of_cyrillic_and_names_of_values_stay() {
    let words = text(
        "Љубав",
        Some("Здраво {{ given_name }}"),
        "{{ minutes | plural(one=\"минут\", other=\"минута\") }} {{ code }} {{ link }}",
    );
    let latin = in_latin(&words);
    assert_eq!(latin.body, "{{ minutes | plural(one=\"minut\", other=\"minuta\") }} {{ code }} {{ link }}");
    assert_eq!((latin.subject.as_str(), latin.greeting.as_deref()), ("Ljubav", Some("Zdravo {{ given_name }}")));
}

#[test]
fn what_is_wrong_is_named_with_its_part_and_line() {
    let good = codes_text();
    let subject = |subject: &str| LetterText { subject: subject.to_owned(), ..good.clone() };
    let body = |body: &str| LetterText { body: body.to_owned(), ..good.clone() };
    let greeting = |greeting: &str| LetterText { greeting: Some(greeting.to_owned()), ..good.clone() };
    let at = |words: LetterText| {
        let TextProblem { part, line, fault } = problem(&words);
        (part, line, fault)
    };
    assert_eq!(at(subject(" ")), (TextPart::Subject, 1, TextFault::Empty));
    assert_eq!(at(subject(&"x".repeat(201))), (TextPart::Subject, 1, TextFault::TooLong(200)));
    assert_eq!(at(subject("a\nb")), (TextPart::Subject, 2, TextFault::SeveralLines));
    assert_eq!(at(greeting("a\u{202e}b")), (TextPart::Greeting, 1, TextFault::Invisible(0x202e)));
    assert_eq!(at(body("a\nb\u{7}\n")), (TextPart::Body, 2, TextFault::Invisible(7)));
    assert_eq!(at(body(&"x".repeat(4001))), (TextPart::Body, 1, TextFault::TooLong(4000)));
    let (part, line, fault) = at(body("a\n\n{{ cod }}"));
    assert_eq!((part, line), (TextPart::Body, 3));
    assert!(
        fault.to_string().starts_with("there is no `cod` in this letter; there is provider_name, given_name, code")
    );
    let (part, line, fault) = at(body("{{ code }} {{ link }}\n\na\n{% if code %}b\n\nc{% endif %}"));
    assert_eq!((part, line), (TextPart::Body, 4), "{fault}");
    assert!(matches!(fault, TextFault::Syntax(_)), "{fault}");
}

#[test]
fn a_letter_whose_reader_could_do_nothing_with_it_is_refused() {
    let missing = |words: &str, confirmation| {
        problems("reset_password", confirmation, &text("a", None, words)).into_iter().next().map(|found| found.fault)
    };
    assert_eq!(missing("{{ link }}", Confirmation::CodeAndLink), Some(TextFault::Missing("code")));
    assert_eq!(missing("{{ code }}", Confirmation::CodeAndLink), Some(TextFault::Missing("link")));
    assert_eq!(missing("{{ code }}", Confirmation::Code), None);
    // where the portal has no page for a link, a code is sent after all
    assert_eq!(missing("{{ link }}", Confirmation::Link), Some(TextFault::Missing("code")));
    assert_eq!(missing("Open: {{ link }}\n\nType: {{ code }}", Confirmation::Link), None);
    // it may well be named and never stand there
    let hidden = "{% if given_name %}{{ link }}{% else %}{{ code }} {{ link }}{% endif %}";
    assert_eq!(missing(hidden, Confirmation::CodeAndLink), Some(TextFault::Missing("code")));
}

#[test]
fn every_letter_of_the_hub_can_be_written_anew() {
    let all = KnownLetter::all();
    assert_eq!(all.len(), 25);
    for letter in all {
        let named: Vec<String> = letter.placeholders().iter().map(|name| format!("{{{{ {name} }}}}")).collect();
        let words = text("a", None, &named.join("\n\n"));
        assert_eq!(letter.problems(Language::English, &words, Confirmation::CodeAndLink), [], "{}", letter.name());
        // with everything there is, it goes out in these words and not in ours
        let said = written(letter.name(), Language::English, &words, &letter.sample("Gas"));
        assert_eq!(said.subject, "a", "{}", letter.name());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn neither_a_text_nor_a_value_puts_markup_into_a_letter(
        said in "[ -~\n]{0,120}|\\PC{0,60}",
        provider_name in "\\PC{0,60}|[ -~]{0,60}",
    ) {
        let plain = text("a", None, "{{ provider_name }}\n\n{{ code }}\n\n{{ link }}");
        let words = text("a", None, &format!("{said} {{{{ provider_name }}}}\n\n{{{{ code }}}}\n\n{{{{ link }}}}"));
        prop_assume!(problems("confirm_email", Confirmation::CodeAndLink, &words).is_empty());
        let tags = |words: &LetterText, provider_name| {
            let content = LetterContent::ConfirmEmail(CodeLetter { provider_name, ..code_letter() });
            let html = written("confirm_email", Language::English, words, &content).html;
            html.replace("<br>\n", "").replace("</p>\n<p style=\"margin: 0 0 16px;\">", "").matches('<').count()
        };
        prop_assert!(tags(&words, &provider_name) <= tags(&plain, "Gas"));
    }
}
