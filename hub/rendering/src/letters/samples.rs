//! An example of every letter, for whoever wants to see what one looks like.

use std::sync::LazyLock;

use jiff::civil::date;
use komunala_app::ports::letters::{CodeLetter, LetterContent, News, OutageLetter, ReadingLetter};
use komunala_domain::{PointNumber, outage::OutageNews, reading::RegisterState};
use rust_decimal::Decimal;

/// The code of the examples.
pub(super) const CODE: &str = "12345678";
/// Their link.
pub(super) const LINK: &str = "https://portal.example.rs/confirm?token=abc&lang=sr";

/// An example of each letter, from a provider of this name to a reader called Ана.
pub(super) fn all(provider_name: &str) -> Vec<LetterContent<'_>> {
    let code = CodeLetter { given_name: "Ана", provider_name, code: Some(CODE), link: Some(LINK), minutes: 10 };
    let of_code = [LetterContent::ConfirmEmail, LetterContent::ResetPassword, LetterContent::ConfirmNewEmail];
    let of_readings = [LetterContent::ReadingTaken, LetterContent::ReadingRefused];
    let notices = [
        News::EmailTaken,
        News::LinkedByAnother,
        News::LinkSuspended,
        News::CutOver,
        News::SessionRevoked,
        News::PasswordChanged,
        News::EmailChangeAsked,
        News::EmailChanged,
        News::AddressWanted,
        News::AccountLinked,
        News::RequestAnswered,
        News::ProfileErased,
        News::BackToPaper,
    ];
    let mut all: Vec<LetterContent<'_>> = of_code.into_iter().map(|of| of(code)).collect();
    all.extend(of_readings.into_iter().map(|of| of(reading(provider_name))));
    let code = CodeLetter { given_name: "", link: None, ..code };
    all.push(LetterContent::ConfirmSubscription(code, &POINTS));
    let outages =
        [OutageNews::Announced, OutageNews::Changed, OutageNews::Cancelled, OutageNews::Spared, OutageNews::Reminder];
    all.extend(outages.into_iter().map(|news| LetterContent::Outage(outage(provider_name, news))));
    all.extend(notices.into_iter().map(|news| LetterContent::Notice { news, provider_name }));
    all
}

static POINTS: LazyLock<Vec<PointNumber>> = LazyLock::new(|| vec!["6-123456".parse().expect("as a bill has it")]);

/// A morning without electricity.
fn outage(provider_name: &str, news: OutageNews) -> OutageLetter<'_> {
    let day = date(2026, 11, 25);
    OutageLetter {
        provider_name,
        news,
        start: day.at(8, 0, 0, 0),
        end: Some(day.at(13, 30, 0, 0)),
        reason: Some("Vzdrževanje transformatorske postaje"),
        points: &POINTS,
        stop_link: Some("https://portal.example.rs/u/abc"),
    }
}

/// A meter that counts by tariff, read in summer.
fn reading(provider_name: &str) -> ReadingLetter<'_> {
    static REGISTERS: LazyLock<Vec<RegisterState>> = LazyLock::new(|| {
        let state = |code: &str, value| RegisterState { code: code.to_owned(), value };
        vec![state("T1", Decimal::new(41_005, 1)), state("T2", Decimal::from(2540))]
    });
    ReadingLetter { provider_name, serial_number: "G4-118822", day: date(2024, 8, 3), registers: &REGISTERS }
}
