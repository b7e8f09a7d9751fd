//! Mails with documents and pictures: how they are put together, and that they arrive whole.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use jiff::Timestamp;
use komunala_app::ports::{
    letters::{Compose, ComposeError, Composed, Enclosure, InlineImage, Letter},
    outbox::Claimed,
};
use komunala_delivery::{
    WorkSettings,
    dkim::{Signer, SigningKey},
    message::build,
};
use komunala_domain::Sha256;
use mail_parser::{Message, MessageParser, MimeHeaders as _, PartType};

use crate::{
    queue::{Queue, Step, message},
    relay::{AMPLE, House, house, letter, sender, work},
};

const PDF: &[u8] = b"%PDF-1.7\r\n.\r\n\x00\xff\n.\nMAIL FROM:<x@y.z>\n%%EOF";

fn bill(digest: Sha256, size: usize) -> Composed {
    Composed {
        letter: Letter { html: "<p>Račun <img src=\"cid:code\"></p>".to_owned(), ..letter() },
        sender_name: "Gas".to_owned(),
        enclosures: vec![Enclosure {
            bytes: None,
            digest,
            size: size as u64,
            name: "račun 2024-07.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
        }],
        images: vec![InlineImage {
            content_id: "code".to_owned(),
            media_type: "image/png".to_owned(),
            bytes: Bytes::from_static(b"\x89PNG picture"),
        }],
        unsubscribe: Some("https://pages.example.rs/unsubscribe/AbC-123_x".to_owned()),
    }
}

/// Composes the same bill for everybody.
struct Bills(Composed);

#[async_trait]
impl Compose for Bills {
    async fn compose(&self, _: &Claimed) -> Result<Composed, ComposeError> {
        Ok(self.0.clone())
    }
}

fn kind(mail: &Message<'_>, part: u32) -> String {
    let kind = mail.part(part).unwrap().content_type().unwrap();
    format!("{}/{}", kind.ctype(), kind.subtype().unwrap())
}

fn children(mail: &Message<'_>, part: u32) -> Vec<u32> {
    match &mail.part(part).unwrap().body {
        PartType::Multipart(parts) => parts.clone(),
        _ => panic!("{} has no parts", kind(mail, part)),
    }
}

async fn delivered(house: &House, bill: Composed, work: WorkSettings) -> Vec<u8> {
    let hub = house.hub_of(Arc::new(Queue::new()), Arc::new(Bills(bill)), work);
    hub.queue.enqueue(message("ana@example.rs"));
    hub.bell.notify_one();
    let mail = house.sink.wait_for(|_| true, AMPLE).await.unwrap();
    hub.stop().await;
    mail.data.clone()
}

#[tokio::test]
async fn a_bill_is_text_or_html_with_its_picture_and_the_document_beside_them_byte_for_byte() {
    let house = house(&[]).await;
    let digest = house.office.keep(PDF);
    let data = delivered(&house, bill(digest, PDF.len()), work()).await;
    let mail = MessageParser::default().parse(&data).unwrap();
    assert_eq!(kind(&mail, 0), "multipart/mixed");
    let [alternative, document] = children(&mail, 0)[..] else { panic!("two parts") };
    assert_eq!(kind(&mail, alternative), "multipart/alternative");
    let [text, related] = children(&mail, alternative)[..] else { panic!("two forms") };
    assert_eq!((kind(&mail, text), kind(&mail, related)), ("text/plain".into(), "multipart/related".into()));
    let [html, picture] = children(&mail, related)[..] else { panic!("HTML and its picture") };
    assert_eq!((kind(&mail, html), kind(&mail, picture)), ("text/html".into(), "image/png".into()));
    assert_eq!(mail.part(picture).unwrap().content_id(), Some("code"));
    let document = mail.part(document).unwrap();
    assert_eq!(document.contents(), PDF);
    assert_eq!(document.attachment_name(), Some("račun 2024-07.pdf"));
    assert_eq!(document.content_type().unwrap().subtype(), Some("pdf"));
}

#[tokio::test]
async fn one_click_unsubscribing_is_offered_in_the_headers_that_are_signed() {
    let mut house = house(&[]).await;
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
    let key = Arc::new(SigningKey::from_pem(&key.serialize_pem()).unwrap());
    house.sender.dkim = vec![Signer { domain: "example.rs".to_owned(), selector: "k1".to_owned(), key, signs: true }];
    let digest = house.office.keep(PDF);
    let data = delivered(&house, bill(digest, PDF.len()), work()).await;
    let text = String::from_utf8(data).unwrap();
    assert!(text.contains("\r\nList-Unsubscribe: <https://pages.example.rs/unsubscribe/AbC-123_x>\r\n"), "{text}");
    assert!(text.contains("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"), "{text}");
    let signature = text.split("\r\n").take_while(|line| !line.starts_with("Message-ID")).collect::<String>();
    assert!(signature.starts_with("DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; d=example.rs;"), "{text}");
    for name in ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"] {
        assert!(signature.contains(&format!("{name}:")), "{name}: {signature}");
    }
    assert!(signature.contains("List-Unsubscribe:  List-Unsubscribe-Post:"), "{signature}");
}

#[test]
fn an_address_that_could_break_out_of_its_header_is_offered_to_nobody() {
    for address in ["https://x/\r\nBcc: eve@example.org", "https://x/>, <https://y", "https://x/ y", "https://ж"] {
        let composed = Composed { unsubscribe: Some(address.to_owned()), ..Composed::plain(letter(), "Gas") };
        let claimed = Claimed {
            tenant: "north".parse().unwrap(),
            message: message("ana@example.rs"),
            attempt: 1,
            tries: 1,
            created: Timestamp::UNIX_EPOCH,
        };
        let mail = build(&claimed, &composed, &[], &sender(), Timestamp::now()).unwrap();
        assert!(!String::from_utf8(mail.bytes).unwrap().contains("List-Unsubscribe"), "{address}");
    }
}

#[tokio::test]
async fn a_document_that_is_not_there_yet_is_waited_for() {
    let house = house(&[]).await;
    let digest = house.office.keep(PDF);
    let missing = bill(Sha256([9; 32]), PDF.len());
    let hub = house.hub_of(Arc::new(Queue::new()), Arc::new(Bills(missing)), work());
    let id = hub.queue.enqueue(message("ana@example.rs"));
    let steps = hub.queue.until(id, |steps| steps.len() >= 2).await;
    assert_eq!(steps[1], Step::Deferred(format!("there is no document {}", Sha256([9; 32]))));
    hub.stop().await;
    assert!(house.sink.mails().is_empty());
    assert!(!delivered(&house, bill(digest, PDF.len()), work()).await.is_empty());
}

#[tokio::test]
async fn a_mail_that_is_larger_than_all_memory_there_is_passes_alone() {
    let house = house(&[]).await;
    let large = vec![7; 300_000];
    let digest = house.office.keep(large.clone());
    let tight = WorkSettings { memory: 64 * 1024, ..work() };
    let data = delivered(&house, bill(digest, large.len()), tight).await;
    let mail = MessageParser::default().parse(&data).unwrap();
    assert_eq!(mail.attachments().find(|part| part.attachment_name().is_some()).unwrap().contents(), large);
}

#[tokio::test]
async fn a_bill_with_smtp_in_every_place_of_it_arrives_as_one_mail() {
    let wild =
        "\r\n.\r\nMAIL FROM:<eve@example.org>\r\nRCPT TO:<all@example.org>\r\nDATA\r\nSubject: x\r\n\r\nx\r\n.\r\n";
    let house = house(&[]).await;
    let file = Bytes::from(format!("%PDF-1.7{wild}"));
    let written = Enclosure {
        digest: Sha256([0; 32]),
        size: file.len() as u64,
        name: format!("24-07-1{wild}.pdf"),
        media_type: "application/pdf".to_owned(),
        bytes: Some(file.clone()),
    };
    let letter = Letter { subject: format!("Bill{wild}"), text: format!("Bill{wild}"), html: format!("<p>{wild}</p>") };
    let bill =
        Composed { letter, sender_name: format!("Gas{wild}"), enclosures: vec![written], ..bill(Sha256([0; 32]), 0) };
    let mail = delivered(&house, bill, work()).await;
    assert_eq!(house.sink.mails().len(), 1);
    let mail = MessageParser::default().parse(&mail).unwrap();
    assert_eq!(mail.to().unwrap().first().unwrap().address(), Some("ana@example.rs"));
    let enclosed: Vec<_> = mail.attachments().filter(|part| part.attachment_name().is_some()).collect();
    assert_eq!(enclosed.len(), 1);
    assert_eq!(enclosed[0].contents(), &file[..]);
}
