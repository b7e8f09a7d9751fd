//! Readings as the desk has them: photos that show them, those that staff enter, and who is told what became of them.

use jiff::SignedDuration;
use komunala_app::{
    ports::{
        Accounts, Attachments, Audit, Readings, Sweeps,
        attachments::{Attachment, Handed, NewAttachment},
        audit::Chain,
        outbox::Content,
        readings::{NewReading, TakenIn},
        sweeps::Remains,
    },
    scope::{DeskScope, UserScope, testing},
};
use komunala_domain::{
    AttachmentKind, ProviderId, Reading,
    ids::{AttachmentId, ReadingId},
    reading::{ReadingSource, ReadingState},
};

use crate::{
    attachments::photo,
    place::{Place, key, tenant_id},
    readings::{of_meter, settled, submission, submit, with_meter},
    samples,
};

fn gas() -> ProviderId {
    "gas".parse().unwrap()
}

fn mira() -> DeskScope {
    testing::desk(tenant_id("ruma"), "mira")
}

async fn upload(place: &Place, who: &UserScope, new: &NewAttachment) -> AttachmentId {
    assert_eq!(place.store.hand_in(who, new).await.unwrap(), Handed::In);
    new.attachment.id
}

async fn a_photo_is_shown_to_whoever_took_it_and_to_the_desk(place: Place) {
    let (ana, account, meter) = with_meter(&place, "ana", "A-1").await;
    let shared = place.user("vesna", "A-1").await;
    let picture = upload(&place, &ana, &photo(place.now)).await;
    let new = NewReading { photos: vec![picture], ..submission(&place, &account, meter, "100") };
    submit(&place, &ana, &new).await;
    let photos = |copy: &komunala_app::ports::readings::ReadingCopy| -> Vec<_> {
        copy.photos.iter().map(|photo| photo.id).collect()
    };
    assert_eq!(photos(&of_meter(&place, &ana, meter).await[0]), [picture]);
    // another one who has the account sees the reading, and not what it was sealed with
    assert_eq!(photos(&of_meter(&place, &shared, meter).await[0]), []);
    let listed = place.store.handed_in(&mira(), &gas(), None, 10).await.unwrap();
    assert_eq!((listed.len(), listed[0].id, photos(&listed[0])), (1, new.id, vec![picture]));
    let looked_at = place.store.desk_attachment(&mira(), &gas(), picture, place.now).await.unwrap();
    assert_eq!(looked_at.unwrap().0.id, picture);
    let water: ProviderId = "water".parse().unwrap();
    assert_eq!(place.store.desk_attachment(&mira(), &water, picture, place.now).await.unwrap(), None);
    assert_eq!(place.store.handed_in(&mira(), &water, None, 10).await.unwrap(), []);
    let stranger = testing::desk(tenant_id("indjija"), "olga");
    assert_eq!(place.store.handed_in(&stranger, &gas(), None, 10).await.unwrap(), []);
    assert_eq!(place.store.desk_attachment(&stranger, &gas(), picture, place.now).await.unwrap(), None);
}

async fn only_a_picture_of_ones_own_shows_a_reading_and_only_one(place: Place) {
    let (ana, account, meter) = with_meter(&place, "ana", "A-1").await;
    let vesna = place.user("vesna", "A-1").await;
    let own = upload(&place, &ana, &photo(place.now)).await;
    let foreign = upload(&place, &vesna, &photo(place.now)).await;
    let document = photo(place.now);
    let document = Attachment { kind: AttachmentKind::Pdf, ..document.attachment };
    let document = upload(&place, &ana, &NewAttachment { attachment: document, ..photo(place.now) }).await;
    let with = |photos: Vec<AttachmentId>| NewReading { photos, ..submission(&place, &account, meter, "100") };
    for (photos, refused) in [
        (vec![foreign], TakenIn::NoPhoto(foreign)),
        (vec![own, foreign], TakenIn::NoPhoto(foreign)),
        (vec![own, own], TakenIn::NoPhoto(own)),
        (vec![document], TakenIn::NoPicture(document)),
    ] {
        assert_eq!(place.store.submit(&ana, &with(photos)).await.unwrap(), refused);
        assert_eq!(of_meter(&place, &ana, meter).await, [], "a reading with a wrong photo was taken in");
    }
    submit(&place, &ana, &with(vec![own])).await;
    let other_day = samples::reading("A-1", "M-1", "2024-07-04", "101");
    let again = NewReading { reading: other_day, ..with(vec![own]) };
    assert_eq!(place.store.submit(&ana, &again).await.unwrap(), TakenIn::NoPhoto(own));
}

async fn a_photo_stays_with_the_reading_of_its_day_and_goes_with_it(place: Place) {
    let (ana, account, meter) = with_meter(&place, "ana", "A-1").await;
    let old = photo(place.now - SignedDuration::from_hours(48));
    let picture = upload(&place, &ana, &old).await;
    let first = NewReading { photos: vec![picture], ..submission(&place, &account, meter, "132") };
    submit(&place, &ana, &first).await;
    let second = submission(&place, &account, meter, "123");
    submit(&place, &ana, &second).await;
    let readings = of_meter(&place, &ana, meter).await;
    assert_eq!((readings.len(), readings[0].id, readings[0].photos[0].id), (1, second.id, picture));
    let yesterday = place.now - SignedDuration::from_hours(24);
    assert_eq!(place.store.sweep(&place.system(), Remains::Attachments, yesterday, 10).await.unwrap(), 0);
    // the account's copies go with its last link, as soon as nothing is on its way any more
    place.store.settle(ana.tenant(), second.id, &settled(&place, ReadingState::Posted)).await.unwrap();
    assert!(place.store.unlink(&ana, account.id, place.now).await.unwrap());
    assert_eq!(place.store.attachment(&ana, picture).await.unwrap(), None);
}

async fn what_staff_enter_is_told_in_the_audit_log_and_the_billing_systems_word_for_it_is_the_same_reading(
    place: Place,
) {
    let (ana, account, meter) = with_meter(&place, "ana", "A-1").await;
    let new = submission(&place, &account, meter, "100");
    let typed = Reading { source: ReadingSource::Operator, ..new.reading.clone() };
    let new = NewReading { reading: typed, confirm: false, key: key("EnterReading"), ..new };
    assert_eq!(place.store.enter(&mira(), &new).await.unwrap(), TakenIn::Now);
    let again = NewReading { id: ReadingId::new(), ..new.clone() };
    assert_eq!(place.store.enter(&mira(), &again).await.unwrap(), TakenIn::Before(new.id.to_string()));
    // to the billing system it is the customer's
    let said = samples::reading("A-1", "M-1", "2024-07-03", "100");
    Readings::keep(&place.store, ana.tenant(), account.id, &[said], place.now).await.unwrap();
    let readings = of_meter(&place, &ana, meter).await;
    let [reading] = &readings[..] else { panic!("{readings:?}") };
    assert_eq!((reading.id, reading.state), (new.id, ReadingState::Posted));
    assert_eq!(reading.reading.source, ReadingSource::Operator);
    let found = place.store.handed_in_one(&mira(), &gas(), new.id).await.unwrap();
    assert_eq!(found.as_ref(), Some(reading));
    let chain = Chain::Tenant(tenant_id("ruma"));
    let events = place.store.events(&place.system(), &chain, None, 0, 50).await.unwrap();
    let entered: Vec<_> = events.iter().filter(|event| event.action == "reading_entered").collect();
    assert_eq!(entered.len(), 1);
    assert_eq!((entered[0].actor.as_str(), &entered[0].target), ("operator:mira", &new.id.to_string()));
    assert_eq!(place.messages().await.iter().filter(|claimed| is_of_a_reading(&claimed.message.content)).count(), 0);
}

async fn staff_find_a_meter_by_what_stands_on_it(place: Place) {
    let (_, account, _) = with_meter(&place, "ana", "A-1").await;
    let found = place.store.with_meter(&mira(), &gas(), "M-1").await.unwrap();
    assert_eq!((found.len(), found[0].account), (1, account.id));
    assert_eq!(found[0].copy.account.customer_number, "0012345");
    assert_eq!(place.store.with_meter(&mira(), &gas(), "M-2").await.unwrap(), []);
    assert_eq!(place.store.with_meter(&mira(), &"water".parse().unwrap(), "M-1").await.unwrap(), []);
    let stranger = testing::desk(tenant_id("indjija"), "olga");
    assert_eq!(place.store.with_meter(&stranger, &gas(), "M-1").await.unwrap(), []);
}

fn is_of_a_reading(content: &Content) -> bool {
    matches!(content, Content::ReadingTaken { .. } | Content::ReadingRefused { .. })
}

/// What was told of readings since the last time.
async fn told(place: &Place) -> Vec<Content> {
    let claimed = place.messages().await.into_iter().map(|claimed| claimed.message.content);
    claimed.filter(is_of_a_reading).collect()
}

async fn a_reading_is_confirmed_once_to_whoever_handed_it_in(place: Place) {
    let (ana, account, meter) = with_meter(&place, "ana", "A-1").await;
    let first = submission(&place, &account, meter, "100");
    submit(&place, &ana, &first).await;
    place.store.settle(ana.tenant(), first.id, &settled(&place, ReadingState::Unknown)).await.unwrap();
    assert_eq!(told(&place).await, []);
    place.store.settle(ana.tenant(), first.id, &settled(&place, ReadingState::Accepted)).await.unwrap();
    assert_eq!(told(&place).await, [Content::ReadingTaken { reading: first.id }]);
    let kept = place.store.for_mail(ana.tenant(), first.id).await.unwrap();
    assert_eq!(kept.as_ref(), Some(&first.reading));
    place.store.settle(ana.tenant(), first.id, &settled(&place, ReadingState::Posted)).await.unwrap();
    assert_eq!(told(&place).await, []);

    // the billing system's list may be quicker than its answer
    let second = submission(&place, &account, meter, "101");
    submit(&place, &ana, &second).await;
    assert_eq!(place.store.for_mail(ana.tenant(), first.id).await.unwrap(), None, "another one took its place");
    Readings::keep(&place.store, ana.tenant(), account.id, &[second.reading.clone()], place.now).await.unwrap();
    place.store.settle(ana.tenant(), second.id, &settled(&place, ReadingState::Accepted)).await.unwrap();
    assert_eq!(told(&place).await, [Content::ReadingTaken { reading: second.id }]);

    let silent = NewReading { confirm: false, ..submission(&place, &account, meter, "102") };
    submit(&place, &ana, &silent).await;
    place.store.settle(ana.tenant(), silent.id, &settled(&place, ReadingState::Posted)).await.unwrap();
    assert_eq!(told(&place).await, []);
}

async fn a_refusal_is_told_by_mail_to_whoever_had_gone(place: Place) {
    let (ana, account, meter) = with_meter(&place, "ana", "A-1").await;
    let waited_for = submission(&place, &account, meter, "100");
    submit(&place, &ana, &waited_for).await;
    place.store.settle(ana.tenant(), waited_for.id, &settled(&place, ReadingState::Rejected)).await.unwrap();
    assert_eq!(told(&place).await, []);

    let left = submission(&place, &account, meter, "101");
    submit(&place, &ana, &left).await;
    let later = place.now + SignedDuration::from_mins(2);
    assert_eq!(place.store.unsettled(&place.system(), 10, later).await.unwrap().len(), 1);
    place.store.settle(ana.tenant(), left.id, &settled(&place, ReadingState::Rejected)).await.unwrap();
    assert_eq!(told(&place).await, [Content::ReadingRefused { reading: left.id }]);

    // whoever let the account go has nothing to do with it any more
    let late = submission(&place, &account, meter, "102");
    submit(&place, &ana, &late).await;
    assert!(place.store.unlink(&ana, account.id, place.now).await.unwrap());
    place.store.settle(ana.tenant(), late.id, &settled(&place, ReadingState::Accepted)).await.unwrap();
    assert_eq!(told(&place).await, []);
}

crate::on_both_databases!(
    a_photo_is_shown_to_whoever_took_it_and_to_the_desk,
    only_a_picture_of_ones_own_shows_a_reading_and_only_one,
    a_photo_stays_with_the_reading_of_its_day_and_goes_with_it,
    what_staff_enter_is_told_in_the_audit_log_and_the_billing_systems_word_for_it_is_the_same_reading,
    staff_find_a_meter_by_what_stands_on_it,
    a_reading_is_confirmed_once_to_whoever_handed_it_in,
    a_refusal_is_told_by_mail_to_whoever_had_gone,
);
