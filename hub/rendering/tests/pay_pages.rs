//! Every page that payers see, in every language; the pictures of PAY_PAGES.md are taken of what stands here.

#[path = "samples/logo.rs"]
mod sign;

use jiff::civil::{date, datetime};
use komunala_app::ports::{
    CodeImages, PayPages,
    code_images::ImageFormat,
    gateways::Forward,
    pay_pages::{BillPage, BillPart, MailKind, Over, PayPage},
};
use komunala_domain::{
    Currency, Language, Money, PaymentCode,
    account::Commodity,
    invoice::PaymentInstruction,
    payment::PaymentState,
    payment_code::{Order, PayeeDetails, Scheme},
};
use komunala_rendering::{QrImages, TemplatePages};
use proptest::prelude::*;

const UAH: Currency = Currency::UAH;

fn instruction() -> PaymentInstruction {
    PaymentInstruction {
        account: "UA673005280000026500504354077".to_owned(),
        payee: "ТОВ «Північ-Газ»".to_owned(),
        model: None,
        reference: Some("0420017-2024-07".to_owned()),
        code: None,
        purpose: Some("За газ, липень 2024".to_owned()),
    }
}

/// The code of the bill, as the hub draws it.
fn code() -> Vec<u8> {
    let instruction = instruction();
    let order = Order {
        instruction: &instruction,
        amount: Money { minor: 159_613, currency: UAH },
        due: Some(date(2024, 8, 20)),
        until: None,
        payee: &PayeeDetails { code: Some("12345678".to_owned()), ..PayeeDetails::default() },
        issuer: None,
        commodity: Commodity::Gas,
        made_at: datetime(2024, 8, 3, 9, 30, 0, 0),
    };
    let code = PaymentCode::compose(Scheme::Nbu003, &order).unwrap();
    QrImages.draw(&code, "NBU QR", ImageFormat::Svg).unwrap()
}

fn bill() -> BillPage {
    let part = |number, minor, due, is_shown, is_paid| BillPart {
        number,
        amount: Money { minor, currency: UAH },
        due: Some(due),
        is_shown,
        is_paid,
    };
    BillPage {
        provider_name: "Північ-Газ".to_owned(),
        logo: None,
        issuer_name: Some("Постачальник".to_owned()),
        number: "2024-07/0420017".to_owned(),
        period: Some("2024-07".parse().unwrap()),
        amount: Money { minor: 159_613, currency: UAH },
        instead_of: Some(Money { minor: 168_014, currency: UAH }),
        due: Some(date(2024, 8, 20)),
        until: Some(date(2024, 8, 15)),
        parts: vec![
            part(0, 159_613, date(2024, 8, 20), true, false),
            part(1, 100_808, date(2024, 8, 20), false, false),
            part(2, 67_206, date(2024, 9, 5), false, false),
        ],
        code: Some(code()),
        instruction: instruction(),
        channels: vec![("ipay".parse().unwrap(), "iPay"), ("portmone".parse().unwrap(), "Portmone")],
        request_id: "0b2d9a3e-5f0e-4d64-9d5b-5a8f4a1f2c11".to_owned(),
        is_pending: false,
    }
}

/// A page as a person would look at it, in 5 languages. The picture of the code is the same in all.
fn check(name: &str, page: &PayPage) {
    let pages = TemplatePages::new();
    for language in Language::ALL {
        let html = pages.write(language, page).unwrap();
        let html = match html.split_once(";base64,") {
            Some((before, rest)) => format!("{before};base64,{{code}}{}", &rest[rest.find('"').unwrap()..]),
            None => html,
        };
        insta::assert_snapshot!(format!("{name}.{}.html", language.tag()), html);
    }
}

#[test]
fn a_bill_with_all_that_there_can_be() {
    insta::assert_snapshot!("code.svg", String::from_utf8(code()).unwrap());
    check("bill", &PayPage::Bill(Box::new(bill())));
}

#[test]
fn the_way_to_a_payment_provider() {
    let forward = |forward| PayPage::Forward {
        provider_name: "Північ-Газ".to_owned(),
        title: "Portmone",
        amount: Money { minor: 159_613, currency: UAH },
        forward,
    };
    let fields = vec![("bill_amount".to_owned(), "1596.13".to_owned())];
    check("forward", &forward(Forward::Form { action: "https://gateway.example/".to_owned(), fields }));
    let by_link = forward(Forward::Link("https://checkout.example/pay/7?a=b&c=d".to_owned()));
    let html = TemplatePages::new().write(Language::English, &by_link).unwrap();
    assert!(html.contains("href=\"https:&#x2f;&#x2f;checkout.example&#x2f;pay&#x2f;7?a=b&amp;c=d\""), "{html}");
    assert!(html.contains("http-equiv=\"refresh\""), "{html}");
}

fn outcome(state: PaymentState) -> PayPage {
    PayPage::Outcome {
        provider_name: "Північ-Газ".to_owned(),
        number: "2024-07/0420017".to_owned(),
        amount: Money { minor: 159_613, currency: UAH },
        state,
        bill_uri: (!state.is_paid()).then(|| "https://pay.example/p/abc".to_owned()),
    }
}

#[test]
fn no_more_bills_by_mail() {
    let page = |from, is_done| PayPage::Unsubscribe { from, is_done };
    check("unsubscribe", &page(MailKind::Bills, false));
    check("unsubscribed", &page(MailKind::Bills, true));
    check("end_notices", &page(MailKind::OutageNotices, false));
    check("notices_ended", &page(MailKind::OutageNotices, true));
}

#[test]
fn what_became_of_a_payment() {
    check("outcome_paid", &outcome(PaymentState::Posted));
    check("outcome_open", &outcome(PaymentState::Pending));
    check("outcome_failed", &outcome(PaymentState::Failed));
}

#[test]
fn every_page_there_is_has_words_in_every_language() {
    let pages = TemplatePages::new();
    for language in Language::ALL {
        for over in [Over::Unknown, Over::Expired, Over::Paid, Over::NothingToPay, Over::Unavailable] {
            pages.write(language, &PayPage::Over(over)).unwrap();
        }
        for state in PaymentState::ALL {
            pages.write(language, &outcome(state)).unwrap();
        }
        for is_pending in [true, false] {
            let bare = BillPage {
                issuer_name: None,
                period: None,
                instead_of: None,
                due: None,
                until: None,
                parts: Vec::new(),
                code: None,
                channels: Vec::new(),
                is_pending,
                ..bill()
            };
            pages.write(language, &PayPage::Bill(Box::new(bare))).unwrap();
        }
    }
    assert!(pages.asset("pay.css").is_some() && pages.asset("pay.js").is_some() && pages.asset("../x").is_none());
}

#[test]
fn a_bill_stands_under_the_sign_of_its_provider() {
    let page = |logo| PayPage::Bill(Box::new(BillPage { logo, ..bill() }));
    let pages = TemplatePages::new();
    let with = pages.write(Language::English, &page(Some(sign::logo("#0a5c96".parse().unwrap())))).unwrap();
    let without = pages.write(Language::English, &page(None)).unwrap();
    // the head of a PNG picture in base64
    let sign = "<img class=\"logo\" alt=\"\" src=\"data:image/png;base64,iVBORw0KGgo";
    assert!(with.contains(sign) && !without.contains("class=\"logo\""), "{with}");
}

proptest! {
    #[test]
    fn nothing_that_a_billing_system_says_becomes_markup(text in "[<>&\"'/a-z\u{202e}\r\n ]{1,60}") {
        let hostile = BillPage {
            provider_name: text.clone(),
            issuer_name: Some(text.clone()),
            number: text.clone(),
            instruction: PaymentInstruction {
                account: text.clone(), payee: text.clone(), model: Some(text.clone()), reference: Some(text.clone()),
                code: Some(text.clone()), purpose: Some(text),
            },
            ..bill()
        };
        let pages = TemplatePages::new();
        let html = pages.write(Language::English, &PayPage::Bill(Box::new(hostile))).unwrap();
        let plain = pages.write(Language::English, &PayPage::Bill(Box::new(bill()))).unwrap();
        // whatever opens a tag is one of the page's own, of which each row has eight
        let of_page = |html: &str| html.matches('<').count() - 8 * html.matches("<div class=\"row\">").count();
        prop_assert!(of_page(&html) <= of_page(&plain), "{}", html);
        let turns = html.contains('\u{202e}');
        prop_assert!(!turns, "the direction of writing is turned");
    }
}
