//! Every short text in every language, as a phone shows it.

use std::sync::LazyLock;

use jiff::civil::date;
use komunala_app::ports::{
    Texts as _,
    inbox::TextReply,
    letters::{CodeLetter, OutageLetter, ReadingLetter},
    texts::TextContent,
};
use komunala_domain::{Language, PhoneTexts, PointNumber, outage::OutageNews, reading::RegisterState};
use komunala_rendering::TemplateLetters;
use rust_decimal::Decimal;

static REGISTERS: LazyLock<Vec<RegisterState>> = LazyLock::new(|| {
    let state = |code: &str, value| RegisterState { code: code.to_owned(), value };
    vec![state("T1", Decimal::new(41_005, 1)), state("T2", Decimal::from(2540))]
});

fn provider(language: Language) -> &'static str {
    match language {
        Language::SerbianCyrillic => "Гас „Север“ д.о.о.",
        Language::SerbianLatin => "Gas „Sever“ d.o.o.",
        Language::Ukrainian => "ТОВ «Північ-Газ»",
        Language::Slovenian => "Elektro Sever",
        Language::English => "North Gas & Sons",
    }
}

/// A text in 5 languages, a line each.
fn check(name: &str, content: impl Fn(&'static str) -> TextContent<'static>) {
    let texts = TemplateLetters::new();
    let lines = Language::ALL.map(|language| {
        let text = texts.say(&PhoneTexts::default(), language, &content(provider(language))).unwrap();
        assert!(!text.contains(['\n', '\r']), "{text}");
        format!("{:8} {text}", language.tag())
    });
    insta::assert_snapshot!(name, lines.join("\n"));
}

fn reading(provider_name: &'static str) -> ReadingLetter<'static> {
    ReadingLetter { provider_name, serial_number: "G4-118822", day: date(2024, 8, 3), registers: &REGISTERS }
}

#[test]
fn a_reading_that_was_taken_and_one_that_was_refused() {
    check("reading_taken", |name| TextContent::ReadingTaken(reading(name)));
    check("reading_refused", |name| TextContent::ReadingRefused(reading(name)));
}

fn outage(provider_name: &'static str, news: OutageNews) -> OutageLetter<'static> {
    static POINTS: LazyLock<Vec<PointNumber>> =
        LazyLock::new(|| (0..5).map(|n| format!("6-12345{n}").parse().unwrap()).collect());
    OutageLetter {
        provider_name,
        news,
        start: date(2026, 11, 25).at(8, 0, 0, 0),
        end: Some(date(2026, 11, 25).at(13, 30, 0, 0)),
        reason: Some("Vzdrževanje"),
        points: &POINTS,
        stop_link: None,
    }
}

#[test]
fn what_is_told_of_an_outage() {
    for news in
        [OutageNews::Announced, OutageNews::Changed, OutageNews::Cancelled, OutageNews::Spared, OutageNews::Reminder]
    {
        check(&format!("outage_{}", news.word()), |name| TextContent::Outage(outage(name, news)));
    }
}

#[test]
fn the_code_that_signs_a_phone_up_for_outages() {
    static POINTS: LazyLock<Vec<PointNumber>> = LazyLock::new(|| vec!["6-123456".parse().unwrap()]);
    check("confirm_subscription", |provider_name| {
        let letter = CodeLetter { given_name: "", provider_name, code: Some("12345678"), link: None, minutes: 10 };
        TextContent::ConfirmSubscription(letter, &POINTS)
    });
}

#[test]
fn what_somebody_is_answered_who_wrote() {
    for (name, reply) in [
        ("how_to", TextReply::HowTo),
        ("no_readings_today", TextReply::NoReadingsToday),
        ("reading_lower", TextReply::ReadingLower),
        ("reading_wrong", TextReply::ReadingWrong),
        ("reading_unusual", TextReply::ReadingUnusual),
        ("reading_not_taken", TextReply::ReadingRefused),
        ("signed_up", TextReply::SignedUp),
        ("signed_off", TextReply::SignedOff),
        ("too_many_points", TextReply::TooManyPoints),
    ] {
        let (example, confirm) = ("6-123456 STANJE 1234", "DA");
        check(name, |provider_name| TextContent::Reply { reply, provider_name, example, confirm });
    }
}

#[test]
fn what_others_wrote_stays_on_its_line_and_is_cut_to_its_length() {
    let provider_name: &'static str = "Gas\r\nand very much more of it, so much that no phone would show it";
    let registers = &REGISTERS[..1];
    let content = TextContent::ReadingTaken(ReadingLetter { provider_name, registers, ..reading("") });
    let text = TemplateLetters::new().say(&PhoneTexts::default(), Language::English, &content).unwrap();
    assert!(text.starts_with("Gas and very much more of it"), "{text}");
    assert!(text.contains("…: reading 4100.5 taken (meter G4-118822"), "{text}");
}
