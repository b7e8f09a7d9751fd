//! An example of every letter, for whoever wants to see what one looks like.

use std::sync::LazyLock;

use jiff::civil::date;
use komunala_app::ports::{
    code_images::{CodeImages as _, ImageFormat},
    letters::{BillCode, BillLetter, CodeLetter, InlineImage, LetterContent, News, OutageLetter, ReadingLetter},
};
use komunala_domain::{
    Currency, Money, PaymentCode, PointNumber,
    invoice::{Installment, Payable, PaymentInstruction},
    outage::OutageNews,
    payment_code::{Correction, Scheme, Symbol},
    reading::RegisterState,
};
use rust_decimal::Decimal;

use crate::QrImages;

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
    all.push(LetterContent::Bill(bill(provider_name)));
    let code = CodeLetter { given_name: "", link: None, ..code };
    all.push(LetterContent::ConfirmSubscription(code, &POINTS));
    let outages =
        [OutageNews::Announced, OutageNews::Changed, OutageNews::Cancelled, OutageNews::Spared, OutageNews::Reminder];
    all.extend(outages.into_iter().map(|news| LetterContent::Outage(outage(provider_name, news))));
    all.extend(notices.into_iter().map(|news| LetterContent::Notice { news, provider_name }));
    all
}

pub(crate) static POINTS: LazyLock<Vec<PointNumber>> =
    LazyLock::new(|| vec!["6-123456".parse().expect("as a bill has it")]);

/// A morning without electricity.
pub(crate) fn outage(provider_name: &str, news: OutageNews) -> OutageLetter<'_> {
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
pub(crate) fn reading(provider_name: &str) -> ReadingLetter<'_> {
    static REGISTERS: LazyLock<Vec<RegisterState>> = LazyLock::new(|| {
        let state = |code: &str, value| RegisterState { code: code.to_owned(), value };
        vec![state("T1", Decimal::new(41_005, 1)), state("T2", Decimal::from(2540))]
    });
    ReadingLetter { provider_name, serial_number: "G4-118822", day: date(2024, 8, 3), registers: &REGISTERS }
}

/// A bill that is paid in two parts, less a discount for paying it all at once.
fn bill(provider_name: &str) -> BillLetter<'_> {
    let rsd = |minor| Money { minor, currency: Currency::RSD };
    static PARTS: LazyLock<[Installment; 2]> = LazyLock::new(|| {
        let part = |minor, due| Installment { amount: Money { minor, currency: Currency::RSD }, due };
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
        provider_name,
        issuer_name: None,
        number: "24-07-0012345",
        period: "2024-07".parse().ok(),
        total: rsd(431_207),
        payable: Some(Payable { amount: rsd(409_647), due: Some(date(2024, 8, 20)), until: Some(date(2024, 8, 15)) }),
        parts: &*PARTS,
        pay_link: Some("https://portal.example.rs/p/abc"),
        code: Some(BillCode { content_id: "payment-code", text: CODE_OF_BILL }),
        instruction: Some(&INSTRUCTION),
        is_informative: false,
        unsubscribe: Some("https://portal.example.rs/u/abc"),
    }
}

/// What the payment code of the example says.
const CODE_OF_BILL: &str = "K:PR|V:01|C:1|R:160000000012345678956|N:GAS SEVER|I:RSD4096,47|SF:189|S:PRIRODNI GAS 07/2024|\
                            RO:97280012345202407";

/// The picture of a bill's payment code, which its HTML shows.
pub(super) fn picture(content: &LetterContent<'_>) -> Option<InlineImage> {
    let LetterContent::Bill(BillLetter { code: Some(code), .. }) = content else { return None };
    let code_of_bill = PaymentCode {
        scheme: Scheme::NbsIps,
        payload: code.text.to_owned(),
        content: code.text.as_bytes().to_vec(),
        symbol: Symbol { versions: 1..=40, correction: Correction::Medium, assignment: None },
    };
    let png = QrImages.draw(&code_of_bill, code.content_id, ImageFormat::Png).ok()?;
    let (content_id, media_type) = (code.content_id.to_owned(), "image/png".to_owned());
    Some(InlineImage { content_id, media_type, bytes: png.into() })
}
