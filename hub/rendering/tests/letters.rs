//! Every letter in every language, as text and as HTML.

use std::sync::LazyLock;

use jiff::civil::date;
use komunala_app::ports::letters::{
    BillCode, BillLetter, CodeLetter, Letter, LetterContent, Letters as _, News, OutageLetter, ReadingLetter,
};
use komunala_domain::{
    Currency, Language, LetterTexts, Money, PointNumber,
    invoice::{Installment, Payable, PaymentInstruction},
    outage::OutageNews,
    reading::RegisterState,
};
use komunala_rendering::TemplateLetters;
use proptest::prelude::*;
use rust_decimal::Decimal;

/// No provider wrote anything itself.
static OURS: LazyLock<LetterTexts> = LazyLock::new(LetterTexts::default);

const LINK: &str = "https://portal.example.rs/confirm?token=abc&lang=sr";

fn code<'a>(given_name: &'a str, provider_name: &'a str) -> CodeLetter<'a> {
    CodeLetter { given_name, provider_name, code: Some("12345678"), link: Some(LINK), minutes: 10 }
}

fn confirm<'a>(given_name: &'a str, provider_name: &'a str) -> LetterContent<'a> {
    LetterContent::ConfirmEmail(code(given_name, provider_name))
}

fn provider(language: Language) -> &'static str {
    match language {
        Language::SerbianCyrillic => "Гас „Север“ д.о.о.",
        Language::SerbianLatin => "Gas „Sever“ d.o.o.",
        Language::Ukrainian => "ТОВ «Північ-Газ»",
        Language::Slovenian => "Plin Sever, d. o. o.",
        Language::English => "North Gas & Sons",
    }
}

/// A letter as a person would look at it, in 5 languages.
fn check(name: &str, content: impl Fn(Language) -> LetterContent<'static>) {
    let letters = TemplateLetters::new();
    for language in Language::ALL {
        let Letter { subject, text, html } = letters.write(&OURS, language, &content(language)).unwrap();
        let tag = language.tag();
        insta::assert_snapshot!(format!("{name}.{tag}.text"), format!("Subject: {subject}\n\n{text}"));
        insta::assert_snapshot!(format!("{name}.{tag}.html"), html);
    }
}

#[test]
fn the_code_that_confirms_an_address() {
    check("confirm_email", |language| confirm("Ана", provider(language)));
}

#[test]
fn the_code_for_a_new_password() {
    check("reset_password", |language| LetterContent::ResetPassword(code("Ана", provider(language))));
}

#[test]
fn the_link_alone_that_confirms_an_address() {
    let letter = |language| CodeLetter { code: None, ..code("Ана", provider(language)) };
    check("confirm_email_by_link", |language| LetterContent::ConfirmEmail(letter(language)));
    check("reset_password_by_link", |language| LetterContent::ResetPassword(letter(language)));
    check("confirm_new_email_by_link", |language| LetterContent::ConfirmNewEmail(letter(language)));
}

#[test]
fn the_code_that_confirms_another_address() {
    check("confirm_new_email", |language| LetterContent::ConfirmNewEmail(code("Ана", provider(language))));
}

#[test]
fn what_people_are_told_of() {
    for (name, news) in [
        ("email_taken", News::EmailTaken),
        ("linked_by_another", News::LinkedByAnother),
        ("link_suspended", News::LinkSuspended),
        ("cut_over", News::CutOver),
        ("session_revoked", News::SessionRevoked),
        ("password_changed", News::PasswordChanged),
        ("email_change_asked", News::EmailChangeAsked),
        ("email_changed", News::EmailChanged),
        ("address_wanted", News::AddressWanted),
        ("account_linked", News::AccountLinked),
        ("request_answered", News::RequestAnswered),
        ("profile_erased", News::ProfileErased),
        ("back_to_paper", News::BackToPaper),
    ] {
        check(name, |language| LetterContent::Notice { news, provider_name: provider(language) });
    }
}

/// A meter that counts by tariff, read in summer.
fn read(language: Language) -> ReadingLetter<'static> {
    static REGISTERS: LazyLock<Vec<RegisterState>> = LazyLock::new(|| {
        let state = |code: &str, value| RegisterState { code: code.to_owned(), value };
        vec![state("T1", Decimal::new(41_005, 1)), state("T2", Decimal::from(2540))]
    });
    ReadingLetter {
        provider_name: provider(language),
        serial_number: "G4-118822",
        day: date(2024, 8, 3),
        registers: &REGISTERS,
    }
}

#[test]
fn a_reading_that_was_taken_and_one_that_was_refused() {
    check("reading_taken", |language| LetterContent::ReadingTaken(read(language)));
    check("reading_refused", |language| LetterContent::ReadingRefused(read(language)));
}

#[test]
fn the_code_that_signs_an_address_up_for_outages() {
    static POINTS: LazyLock<Vec<PointNumber>> =
        LazyLock::new(|| vec!["6-123456".parse().unwrap(), "6-123457".parse().unwrap()]);
    check("confirm_subscription", |language| {
        let letter = CodeLetter { link: None, ..code("", provider(language)) };
        LetterContent::ConfirmSubscription(letter, &POINTS)
    });
}

fn rsd(minor: i64) -> Money {
    Money { minor, currency: Currency::RSD }
}

/// A bill that is paid in two parts, less a discount for paying it all at once.
fn bill(language: Language) -> BillLetter<'static> {
    static PARTS: LazyLock<[Installment; 2]> = LazyLock::new(|| {
        let part = |minor, due| Installment { amount: rsd(minor), due };
        [part(258_724, date(2024, 8, 20)), part(172_483, date(2025, 1, 20))]
    });
    static INSTRUCTION: LazyLock<PaymentInstruction> = LazyLock::new(|| PaymentInstruction {
        account: "160-123456789-56".to_owned(),
        payee: "GAS SEVER".to_owned(),
        model: Some("97".to_owned()),
        reference: Some("28-0012345202407".to_owned()),
        code: Some("189".to_owned()),
        purpose: Some("PRIRODNI GAS 07/2024".to_owned()),
    });
    BillLetter {
        provider_name: provider(language),
        issuer_name: None,
        number: "24-07-0012345",
        period: Some("2024-07".parse().unwrap()),
        total: rsd(431_207),
        payable: Some(Payable { amount: rsd(409_647), due: Some(date(2024, 8, 20)), until: Some(date(2024, 8, 15)) }),
        parts: &*PARTS,
        pay_link: Some("https://pay.example.rs/p/AZ1b2c3d4e5f"),
        code: Some(BillCode {
            content_id: "payment-code",
            text: "K:PR|V:01|C:1|R:160000000012345678956|N:GAS SEVER|I:RSD4096,47|SF:189|S:PRIRODNI GAS 07/2024|RO:97280012345202407",
        }),
        instruction: Some(&INSTRUCTION),
        is_informative: false,
        unsubscribe: Some("https://pay.example.rs/u/AZ1b2c3d4e5f"),
    }
}

fn outage(language: Language, news: OutageNews) -> OutageLetter<'static> {
    static POINTS: LazyLock<Vec<PointNumber>> = LazyLock::new(|| vec!["6-123456".parse().unwrap()]);
    OutageLetter {
        provider_name: provider(language),
        news,
        start: date(2026, 11, 25).at(8, 0, 0, 0),
        end: Some(date(2026, 11, 25).at(13, 30, 0, 0)),
        reason: Some("Vzdrževanje transformatorske postaje"),
        points: &POINTS,
        stop_link: Some("https://portal.example.rs/u/abc"),
    }
}

#[test]
fn a_bill_with_all_that_pays_it() {
    check("bill", |language| LetterContent::Bill(bill(language)));
}

#[test]
fn a_bill_that_asks_for_nothing_and_comes_as_a_copy() {
    let plain = |language| BillLetter {
        issuer_name: Some("Постачальник"),
        total: rsd(-12_050),
        payable: None,
        parts: &[],
        pay_link: None,
        code: None,
        instruction: None,
        is_informative: true,
        unsubscribe: None,
        ..bill(language)
    };
    check("bill_plain", |language| LetterContent::Bill(plain(language)));
}

#[test]
fn what_a_billing_system_says_of_a_bill_stays_text() {
    let wild = "<script>\r\n.\r\nMAIL FROM:<eve@example.org>";
    let letter = BillLetter { number: wild, issuer_name: Some(wild), ..bill(Language::English) };
    let Letter { subject, text, html } =
        TemplateLetters::new().write(&LetterTexts::default(), Language::English, &LetterContent::Bill(letter)).unwrap();
    assert_eq!(subject.lines().count(), 1);
    assert!(!text.lines().any(|line| line == "." || line.starts_with("MAIL FROM")), "{text}");
    assert!(!html.contains("<script"), "{html}");
}

#[test]
fn what_is_told_of_an_outage() {
    for news in
        [OutageNews::Announced, OutageNews::Changed, OutageNews::Cancelled, OutageNews::Spared, OutageNews::Reminder]
    {
        check(&format!("outage_{}", news.word()), |language| LetterContent::Outage(outage(language, news)));
    }
}

#[test]
fn an_outage_whose_end_or_reason_nobody_says_leaves_them_out() {
    let open =
        OutageLetter { end: None, reason: None, stop_link: None, ..outage(Language::English, OutageNews::Announced) };
    let text = TemplateLetters::new().write(&OURS, Language::English, &LetterContent::Outage(open)).unwrap().text;
    assert!(text.contains("From: 25 November 2026, 08:00\n"), "{text}");
    for left_out in ["To:", "Reason:", "No more of these messages"] {
        assert!(!text.contains(left_out), "{text}");
    }
}

#[test]
fn the_one_register_of_a_meter_needs_no_name() {
    let letter = ReadingLetter { registers: &read(Language::English).registers[..1], ..read(Language::English) };
    let text =
        TemplateLetters::new().write(&OURS, Language::English, &LetterContent::ReadingTaken(letter)).unwrap().text;
    assert!(text.contains("\nReading: 4100.5\n"), "{text}");
}

#[test]
fn the_code_stands_in_the_first_line_of_the_text_and_whole_in_the_html() {
    let letters = TemplateLetters::new();
    for language in Language::ALL {
        let letter = letters.write(&OURS, language, &confirm("Ана", "Gas")).unwrap();
        assert!(letter.text.lines().next().unwrap().ends_with(": 1234 5678"), "{}", letter.text);
        assert!(!letter.subject.contains("1234"));
        // copied out of a mail program it must not carry a blank along
        assert!(without_tags(&letter.html).contains("12345678"));
    }
}

fn without_tags(html: &str) -> String {
    let mut inside = false;
    html.chars()
        .filter(|&c| {
            inside = (inside || c == '<') && c != '>';
            !inside && c != '>'
        })
        .collect()
}

#[test]
fn minutes_have_their_plural_in_every_language() {
    let letters = TemplateLetters::new();
    let minutes = |language, minutes| {
        let content = LetterContent::ConfirmEmail(CodeLetter { link: None, minutes, ..code("", "Gas") });
        letters.write(&OURS, language, &content).unwrap().text
    };
    for (language, forms) in [
        (Language::SerbianCyrillic, ["1 минут ", "2 минута ", "5 минута ", "11 минута ", "21 минут ", "22 минута "]),
        (Language::SerbianLatin, ["1 minut ", "2 minuta ", "5 minuta ", "11 minuta ", "21 minut ", "22 minuta "]),
        (Language::Ukrainian, ["1 хвилину,", "2 хвилини,", "5 хвилин,", "11 хвилин,", "21 хвилину,", "22 хвилини,"]),
        (Language::Slovenian, ["1 minuto ", "2 minuti ", "5 minut ", "11 minut ", "21 minut ", "22 minut "]),
        (Language::English, ["1 minute ", "2 minutes ", "5 minutes ", "11 minutes ", "21 minutes ", "22 minutes "]),
    ] {
        for form in forms {
            let number = form.split(' ').next().unwrap().parse().unwrap();
            let text = minutes(language, number);
            assert!(text.contains(&format!(" {form}")), "{form}: {text}");
        }
        // whatever the number, the form that the language needs for it is there
        for number in 0..=200 {
            minutes(language, number);
        }
    }
    assert!(minutes(Language::Slovenian, 103).contains(" 103 minute "));
}

#[test]
fn latin_is_the_transliteration_of_cyrillic_and_values_stay_as_they_are() {
    let letter = TemplateLetters::new().write(&OURS, Language::SerbianLatin, &confirm("Ђорђе", "ЈКП Топлана")).unwrap();
    for kept in ["Ђорђе", "ЈКП Топлана"] {
        assert!(letter.text.contains(kept));
    }
    let words = letter.text.replace("Ђорђе", "").replace("ЈКП Топлана", "");
    assert!(!words.contains(|c| ('\u{400}'..='\u{4ff}').contains(&c)), "{words}");
    assert!(letter.text.contains("ništa neće dogoditi"));
}

#[test]
fn markup_in_a_value_is_escaped_in_html_and_left_alone_in_text() {
    let name = "<b onclick='x'>\"A\" & Co";
    let letter = TemplateLetters::new().write(&OURS, Language::English, &confirm("Ana", name)).unwrap();
    assert!(letter.text.contains(name) && letter.subject.contains(name));
    assert!(!letter.html.contains("<b ") && letter.html.contains("&lt;b onclick"));
}

#[test]
fn a_line_break_in_a_name_starts_no_line() {
    let letter = TemplateLetters::new()
        .write(&OURS, Language::English, &confirm("Ana\r\nBcc: x", "Gas\r\nBcc: y\r\n\r\nz"))
        .unwrap();
    assert_eq!(letter.subject.lines().count(), 1);
    assert!(!letter.text.lines().any(|line| line.starts_with("Bcc")), "{}", letter.text);
    assert!(!letter.text.contains('\r'));
}

#[test]
fn a_code_or_link_that_is_none_makes_no_letter() {
    let letters = TemplateLetters::new();
    let with = |digits, link| {
        LetterContent::ConfirmEmail(CodeLetter { code: Some(digits), link: Some(link), ..code("Ana", "Gas") })
    };
    for (code, link, complaint) in [
        ("12 34", LINK, "the code is not made of digits"),
        ("12345678", "javascript:alert(1)", "the link is no web address"),
    ] {
        let error = letters.write(&OURS, Language::Ukrainian, &with(code, link)).unwrap_err();
        assert_eq!(error.to_string(), format!("the letter confirm_email could not be written in uk: {complaint}"));
    }
}

#[test]
fn nothing_in_the_html_is_fetched_from_elsewhere() {
    let letters = TemplateLetters::new();
    for language in Language::ALL {
        let html = letters.write(&OURS, language, &confirm("Ана", "Gas")).unwrap().html;
        assert!(html.contains(&format!("<html lang=\"{}\"", language.tag())));
        for remote in ["src=", "@import", "url(", "<link", "<script", "<img"] {
            assert!(!html.contains(remote), "{remote}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_name_breaks_out_of_a_letter(given_name in "\\PC{0,200}|[\\x00-\\x7f]{0,80}", provider_name in "\\PC{0,400}|[\\x00-\\x7f]{0,80}") {
        let letters = TemplateLetters::new();
        let plain = letters.write(&OURS, Language::Slovenian, &confirm("Ana", "Plin")).unwrap();
        let odd = letters.write(&OURS, Language::Slovenian, &confirm(&given_name, &provider_name)).unwrap();
        prop_assert_eq!(odd.html.matches('<').count(), plain.html.matches('<').count());
        prop_assert_eq!(odd.subject.lines().count(), 1);
        prop_assert!(odd.text.lines().count() <= plain.text.lines().count());
        prop_assert!(odd.text.len() < plain.text.len() + 4 * 4 * 200);
    }
}
