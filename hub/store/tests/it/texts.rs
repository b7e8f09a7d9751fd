//! Short messages: receipts in any order, and texts from phones that are taken in once.

use jiff::SignedDuration;
use komunala_app::ports::{
    Inbox, Outbox, Receipts, Users,
    inbox::{Admission, NewIncoming, TextReply},
    outbox::{Claimed, Content, Fate, MessageState, NewMessage, Room},
    receipts::Filed,
    text_gateways::{About, IncomingText, Receipt, ReceiptState},
    users::ProfileChange,
};
use komunala_domain::{
    Channel, PhoneNumber,
    ids::{IncomingTextId, MessageId},
};

use crate::{
    place::{Place, room},
    samples,
};

const LEASE: SignedDuration = SignedDuration::from_mins(5);
const ORDERS: [[ReceiptState; 4]; 3] = [
    [ReceiptState::Buffered, ReceiptState::Delivered, ReceiptState::Buffered, ReceiptState::Failed],
    [ReceiptState::Delivered, ReceiptState::Delivered, ReceiptState::Failed, ReceiptState::Buffered],
    [ReceiptState::Failed, ReceiptState::Buffered, ReceiptState::Delivered, ReceiptState::Delivered],
];

fn phone(last: u32) -> PhoneNumber {
    format!("+38160123{last:04}").parse().unwrap()
}

/// A text to a phone, handed to a gateway that has not answered yet.
async fn under_way(place: &Place, name: &str) -> MessageId {
    let mut new = samples::registration(name, &format!("account of {name}"), place.now);
    new.confirm_mail.recipient = phone(1).into();
    new.confirm_mail.subject = name.to_owned();
    place.store.register(&place.portal("ruma"), new).await.unwrap();
    let id = claimed(place).await.pop().unwrap().message.id;
    assert!(place.data_started(id, 1).await);
    id
}

async fn claimed(place: &Place) -> Vec<Claimed> {
    let texts = Room { channel: Channel::Sms, ..room(9) };
    place.store.claim(&place.system(), texts, LEASE, place.now).await.unwrap()
}

async fn file(place: &Place, about: About, state: ReceiptState) -> Filed {
    let receipt = Receipt { about, state };
    place.store.file(&place.tenant(), &"gas".parse().unwrap(), &receipt, place.now).await.unwrap()
}

async fn states(place: &Place) -> Vec<(MessageState, u64)> {
    place.store.count(&place.system()).await.unwrap()
}

async fn receipts_come_in_any_order_and_twice_and_the_last_word_is_the_same(place: Place) {
    for (n, order) in ORDERS.into_iter().enumerate() {
        let id = under_way(&place, &format!("user-{n}")).await;
        assert!(place.accepted(id, 1, &format!("ref-{n}")).await);
        let mut filed = Vec::new();
        for state in order {
            // by one name and by the other
            let about = match filed.len() % 2 {
                0 => About::Message(id),
                _ => About::Reference(format!("ref-{n}")),
            };
            filed.push(file(&place, about, state).await);
        }
        // each says something new or nothing; what the handset said is never taken back
        let news = filed.iter().filter(|filed| **filed == Filed::Now).count();
        assert_eq!(news, [2, 1, 2][n], "{filed:?}");
        assert_eq!(file(&place, About::Message(id), ReceiptState::Failed).await, Filed::Before);
        assert_eq!(file(&place, About::Message(id), ReceiptState::Delivered).await, Filed::Before);
    }
    assert_eq!(file(&place, About::Message(MessageId::new()), ReceiptState::Delivered).await, Filed::Nowhere);
    assert_eq!(file(&place, About::Reference("ref-9".to_owned()), ReceiptState::Delivered).await, Filed::Nowhere);
}

async fn a_receipt_says_of_a_text_without_an_answer_that_it_was_taken(place: Place) {
    let system = place.system();
    // before its worker says that it does not know
    let id = under_way(&place, "early").await;
    assert_eq!(file(&place, About::Message(id), ReceiptState::Buffered).await, Filed::Now);
    assert!(place.store.unknown(&system, id, 1, Fate::SendAgain(place.now)).await.unwrap());
    assert_eq!(states(&place).await, [(MessageState::Accepted, 1)]);
    // after it
    let id = under_way(&place, "late").await;
    assert!(place.store.unknown(&system, id, 1, Fate::SendAgain(place.now)).await.unwrap());
    assert_eq!(file(&place, About::Message(id), ReceiptState::Delivered).await, Filed::Now);
    assert_eq!(states(&place).await, [(MessageState::Accepted, 2)]);
    assert_eq!(claimed(&place).await, []);
    // one that nobody ever tried has none
    let mut new = samples::registration("never", "B-1", place.now);
    new.confirm_mail.recipient = phone(2).into();
    let id = new.confirm_mail.id;
    place.store.register(&place.portal("ruma"), new).await.unwrap();
    assert_eq!(file(&place, About::Message(id), ReceiptState::Delivered).await, Filed::Nowhere);
}

fn text(place: &Place, id: &str, from: u32) -> NewIncoming {
    let text = IncomingText { id: id.to_owned(), from: phone(from), text: "6-123456 STANJE 5".to_owned() };
    let (provider, id) = ("gas".parse().unwrap(), IncomingTextId::new());
    NewIncoming { id, provider, text, per_hour: 3, now: place.now }
}

async fn a_text_is_taken_in_once_however_often_its_gateway_hands_it_on(place: Place) {
    let new = text(&place, "a", 1);
    let tenant = place.tenant();
    assert_eq!(place.store.take_in(&tenant, &new).await.unwrap(), Admission::Now);
    let twice = NewIncoming { id: IncomingTextId::new(), ..new.clone() };
    assert_eq!(place.store.take_in(&tenant, &twice).await.unwrap(), Admission::Before);
    let due = place.store.due(&place.system(), 9, place.now).await.unwrap();
    assert_eq!(due.iter().map(|due| (due.id, &due.text)).collect::<Vec<_>>(), [(new.id, &new.text)]);
    // it is somebody's for a minute, and then anybody's again
    assert_eq!(place.store.due(&place.system(), 9, place.now).await.unwrap(), []);
    let later = place.now + SignedDuration::from_mins(1);
    assert_eq!(place.store.due(&place.system(), 9, later).await.unwrap().len(), 1);

    let reply = NewMessage {
        recipient: phone(1).into(),
        content: Content::TextReply { reply: TextReply::HowTo },
        ..samples::message("nobody@example.rs", &new.id.to_string())
    };
    for reply in [reply.clone(), NewMessage { id: MessageId::new(), subject: "again".to_owned(), ..reply }] {
        place.store.done(&tenant, new.id, Some(&reply), place.now).await.unwrap();
    }
    let answers = claimed(&place).await;
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(place.store.due(&place.system(), 9, later + LEASE).await.unwrap(), []);
    assert_eq!(place.store.take_in(&tenant, &twice).await.unwrap(), Admission::Before);
}

async fn a_number_that_writes_too_much_is_not_read(place: Place) {
    let tenant = place.tenant();
    for n in 0..3 {
        assert_eq!(place.store.take_in(&tenant, &text(&place, &n.to_string(), 1)).await.unwrap(), Admission::Now);
    }
    assert_eq!(place.store.take_in(&tenant, &text(&place, "3", 1)).await.unwrap(), Admission::TooMany);
    assert_eq!(place.store.take_in(&tenant, &text(&place, "4", 2)).await.unwrap(), Admission::Now);
    let later = NewIncoming { now: place.now + SignedDuration::from_hours(2), ..text(&place, "3", 1) };
    assert_eq!(place.store.take_in(&tenant, &later).await.unwrap(), Admission::Now);
}

async fn users_are_found_by_the_phone_that_they_named_until_they_name_another(place: Place) {
    let (ana, tenant) = (place.user("ana", "A-1").await, place.tenant());
    let named = async |phone: Option<PhoneNumber>| {
        let change = ProfileChange { phone: Some(phone), ..ProfileChange::default() };
        place.store.update_profile(&ana, change, place.now).await.unwrap();
    };
    assert_eq!(place.store.with_phone(&tenant, &phone(1)).await.unwrap(), []);
    named(Some(phone(1))).await;
    assert_eq!(place.store.with_phone(&tenant, &phone(1)).await.unwrap(), [ana.user()]);
    assert_eq!(place.store.with_phone(place.portal("indjija").tenant(), &phone(1)).await.unwrap(), []);
    named(None).await;
    assert_eq!(place.store.with_phone(&tenant, &phone(1)).await.unwrap(), []);
}

crate::on_both_databases!(
    receipts_come_in_any_order_and_twice_and_the_last_word_is_the_same,
    a_receipt_says_of_a_text_without_an_answer_that_it_was_taken,
    a_text_is_taken_in_once_however_often_its_gateway_hands_it_on,
    a_number_that_writes_too_much_is_not_read,
    users_are_found_by_the_phone_that_they_named_until_they_name_another,
);
