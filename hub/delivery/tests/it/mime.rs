//! What a mail looks like when it arrives.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use komunala_app::ports::{
    letters::{Composed, Letter},
    outbox::{Claimed, NewMessage},
};
use komunala_delivery::message::build;
use komunala_domain::EmailAddress;
use proptest::prelude::*;

use crate::{
    queue::message,
    relay::{AMPLE, house, letter, sender, work},
};

fn claimed(message: NewMessage, attempt: u32) -> Claimed {
    Claimed { tenant: "north".parse().unwrap(), message, attempt, tries: attempt, created: Timestamp::UNIX_EPOCH }
}

fn composed(sender_name: &str, letter: Letter) -> Composed {
    Composed::plain(letter, sender_name)
}

fn text_of(message: &NewMessage, sender_name: &str, letter: Letter) -> String {
    let mail =
        build(&claimed(message.clone(), 1), &composed(sender_name, letter), &[], &sender(), Timestamp::UNIX_EPOCH);
    String::from_utf8(mail.unwrap().bytes).unwrap()
}

fn header<'m>(mail: &'m str, name: &str) -> &'m str {
    let head = mail.split("\r\n\r\n").next().unwrap();
    let line = head.lines().find(|line| line.starts_with(&format!("{name}: ")));
    line.unwrap_or_else(|| panic!("no {name} in {head}")).split_once(": ").unwrap().1
}

fn parts(mail: &str) -> Vec<String> {
    mail.split("Content-Transfer-Encoding: base64\r\n\r\n")
        .skip(1)
        .map(|part| part.split("\r\n--").next().unwrap().replace("\r\n", ""))
        .map(|encoded| String::from_utf8(STANDARD.decode(encoded).unwrap()).unwrap())
        .collect()
}

#[tokio::test]
async fn a_mail_arrives_with_text_and_html_and_the_headers_of_an_automatic_message() {
    let house = house(&[]).await;
    let hub = house.hub(work());
    hub.queue.enqueue(message("ana@example.rs"));
    let received = house.sink.wait_for(|_| true, AMPLE).await.unwrap();
    hub.stop().await;
    let head = |name| received.header(name).unwrap_or_else(|| panic!("no {name}"));
    assert_eq!(head("Auto-Submitted"), "auto-generated");
    assert_eq!(head("Content-Language"), "sr-Latn");
    assert_eq!(head("MIME-Version"), "1.0");
    assert_eq!(head("To"), "ana@example.rs");
    assert!(head("From").ends_with("<hub@example.rs>"), "{}", head("From"));
    assert!(head("Message-ID").ends_with("@example.rs>"));
    assert!(head("Date").ends_with("+0000"), "{}", head("Date"));
    assert!(head("Content-Type").starts_with("multipart/alternative"));
    assert_eq!(head("Subject"), "Potvrdite adresu =?utf-8?b?ZS1wb8WhdGU=?=");
    let text = received.text();
    assert_eq!(parts(&text), [letter().text.replace('\n', "\r\n"), letter().html.replace('\n', "\r\n")]);
}

#[test]
fn the_message_id_is_the_same_on_every_attempt_and_no_other_messages() {
    let first = message("ana@example.rs");
    let id = |message: &NewMessage, attempt| {
        let mail =
            build(&claimed(message.clone(), attempt), &composed("Gas", letter()), &[], &sender(), Timestamp::now());
        header(std::str::from_utf8(&mail.unwrap().bytes).unwrap(), "Message-ID").to_owned()
    };
    assert_eq!(id(&first, 1), id(&first, 7));
    let other_recipient =
        NewMessage { recipient: "iva@example.rs".parse::<EmailAddress>().unwrap().into(), ..first.clone() };
    let other_subject = NewMessage { subject: "another".to_owned(), ..first.clone() };
    assert_ne!(id(&first, 1), id(&other_recipient, 1));
    assert_ne!(id(&first, 1), id(&other_subject, 1));
    assert_eq!(id(&first, 1).len(), "<@example.rs>".len() + 32);
}

#[test]
fn a_provider_may_have_an_address_of_its_own() {
    let water = NewMessage { provider: "water".parse().unwrap(), ..message("ana@example.rs") };
    let mail = text_of(&water, "Vodovod", letter());
    assert_eq!(header(&mail, "From"), "Vodovod <water@example.rs>");
}

#[test]
fn line_breaks_in_a_name_or_subject_start_no_header() {
    let evil = "x\r\nBcc: eve@example.org\r\n\r\n<b>body</b>";
    let mail = text_of(&message("ana@example.rs"), evil, Letter { subject: evil.to_owned(), ..letter() });
    let head = mail.split("\r\n\r\n").next().unwrap();
    assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
    assert!(head.contains("\r\nSubject: x Bcc: eve@example.org <b>body</b>\r\n"), "{head}");
}

#[tokio::test]
async fn no_second_mail_hides_in_a_body() {
    let house = house(&[]).await;
    for end in ["\n.\n", "\r\n.\n", "\n.\r\n", "\r.\r", "\r\n.\r\n", "\r\r\n.\r\r\n"] {
        house.sink.mailbox.clear();
        let body =
            format!("Subject: x\r\n\r\none{end}MAIL FROM:<eve@example.org>\r\nRCPT TO:<ana@example.rs>\r\nDATA\r\n");
        house.send(body.as_bytes()).await.unwrap();
        let mails = house.sink.mails();
        assert_eq!(mails.len(), 1, "{}", end.escape_debug());
        let arrived = mails[0].text();
        assert!(arrived.contains("MAIL FROM:<eve@example.org>\r\n"), "{}", arrived.escape_debug());
        assert!(!arrived.replace("\r\n", "").contains(['\r', '\n']), "{}", arrived.escape_debug());
    }
}

proptest! {
    #[test]
    fn whatever_a_letter_says_it_leaves_in_short_lines_of_ascii(
        name in "\\PC{0,300}|[\\x00-\\x7f]{0,100}",
        subject in "\\PC{0,300}|[\\x00-\\x7f]{0,100}",
        text in "(\\PC|[\\x00-\\x1f]){0,400}",
    ) {
        let plain = text_of(&message("ana@example.rs"), "Gas", letter());
        let mail = text_of(&message("ana@example.rs"), &name, Letter { subject, text: text.clone(), html: text });
        prop_assert!(mail.is_ascii());
        prop_assert!(!mail.replace("\r\n", "").contains(['\r', '\n']));
        prop_assert!(mail.split("\r\n").all(|line| line.len() <= 998));
        let names = |mail: &str| -> Vec<String> {
            let head = mail.split("\r\n\r\n").next().unwrap();
            let fields = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
            fields.map(|field| field.split(':').next().unwrap().to_owned()).collect()
        };
        prop_assert_eq!(names(&mail), names(&plain));
    }
}
