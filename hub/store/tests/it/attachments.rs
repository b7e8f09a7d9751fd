//! What customers hand in, and what nobody can open any more.

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use komunala_app::{
    ports::{
        Attachments, StoreError, Sweeps, Users,
        attachments::{Allowance, Attachment, Handed, NewAttachment},
        outbox::{Content, NewMessage},
        sweeps::Remains,
    },
    scope::UserScope,
};
use komunala_domain::{AttachmentKind, FileName, Sha256, ids::AttachmentId};
use sha2::Digest;

use crate::{
    place::{Place, email, key},
    samples,
};

const PHOTO: &[u8] = b"a photo of the meter of Ana";

/// As many as anybody hands in here.
const ALLOWANCE: Allowance = Allowance { per_day: 3, bytes: 1000 };

pub(crate) fn photo(now: Timestamp) -> NewAttachment {
    of_bytes(PHOTO, now)
}

fn of_bytes(bytes: &'static [u8], now: Timestamp) -> NewAttachment {
    let attachment = Attachment {
        id: AttachmentId::new(),
        kind: AttachmentKind::Jpeg,
        name: FileName::tidied("бројило Ане.jpg").unwrap(),
        size: bytes.len() as u64,
        sha256: Sha256(sha2::Sha256::digest(bytes).into()),
        created_at: now,
        request: None,
    };
    NewAttachment { attachment, bytes: Bytes::from_static(bytes), key: key("UploadAttachment"), allowance: ALLOWANCE }
}

async fn hand_in(place: &Place, who: &UserScope, new: &NewAttachment) -> Handed {
    place.store.hand_in(who, new).await.unwrap()
}

/// Every file below the folder of documents.
fn files(place: &Place) -> Vec<std::path::PathBuf> {
    fn below(folder: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { below(&path, found) } else { found.push(path) }
        }
    }
    let mut found = Vec::new();
    below(&place.settings.documents_dir, &mut found);
    found
}

async fn what_was_handed_in_comes_back_to_its_owner_alone_and_lies_sealed(place: Place) {
    let (ana, vesna) = (place.user("ana", "A-1").await, place.user("vesna", "A-1").await);
    let new = photo(place.now);
    assert_eq!(hand_in(&place, &ana, &new).await, Handed::In);
    let (found, bytes) = place.store.attachment_bytes(&ana, new.attachment.id).await.unwrap().unwrap();
    assert_eq!((&found, bytes.as_ref()), (&new.attachment, PHOTO));
    assert_eq!(place.store.attachments(&ana, None, 10).await.unwrap(), [found]);
    assert_eq!(place.store.attachment_bytes(&vesna, new.attachment.id).await.unwrap(), None);
    assert_eq!(place.store.attachment(&vesna, AttachmentId::new()).await.unwrap(), None);
    let stranger = place.user_of("indjija", "ana", "A-1").await;
    assert_eq!(place.store.attachment(&stranger, new.attachment.id).await.unwrap(), None);
    // the folder tells neither what was handed in nor that it was
    let [file] = &files(&place)[..] else { panic!("{:?}", files(&place)) };
    let kept = std::fs::read(file).unwrap();
    assert!(!kept.windows(PHOTO.len()).any(|window| window == PHOTO));
    assert!(!file.to_string_lossy().contains(&new.attachment.sha256.to_string()));
    std::fs::write(file, &kept[1..]).unwrap();
    let damaged = place.store.attachment_bytes(&ana, new.attachment.id).await;
    assert!(matches!(damaged, Err(StoreError::Damaged { what: "attachment", .. })), "{damaged:?}");
}

async fn the_same_upload_happens_once_and_nobody_hands_in_more_than_one_may(place: Place) {
    let ana = place.user("ana", "A-1").await;
    let new = photo(place.now);
    assert_eq!(hand_in(&place, &ana, &new).await, Handed::In);
    let again = NewAttachment { key: new.key.clone(), ..photo(place.now) };
    assert_eq!(hand_in(&place, &ana, &again).await, Handed::Before(new.attachment.id.to_string()));
    for _ in 0..2 {
        assert_eq!(hand_in(&place, &ana, &photo(place.now)).await, Handed::In);
    }
    assert_eq!(hand_in(&place, &ana, &photo(place.now)).await, Handed::TooMuch);
    let tomorrow = place.now + SignedDuration::from_hours(25);
    assert_eq!(hand_in(&place, &ana, &photo(tomorrow)).await, Handed::In);
    assert_eq!(hand_in(&place, &ana, &of_bytes(&[7; 950], tomorrow)).await, Handed::TooMuch);
    assert_eq!(hand_in(&place, &place.user("vesna", "A-2").await, &photo(place.now)).await, Handed::In);
}

async fn bytes_that_nothing_names_are_swept_away_and_others_stay(place: Place) {
    let ana = place.user("ana", "A-1").await;
    let (kept, unused) = (photo(place.now), photo(place.now - SignedDuration::from_hours(48)));
    for new in [&kept, &unused] {
        assert_eq!(hand_in(&place, &ana, new).await, Handed::In);
    }
    let day = place.now - SignedDuration::from_hours(24);
    assert_eq!(place.store.sweep(&place.system(), Remains::Attachments, day, 100).await.unwrap(), 1);
    assert_eq!(place.store.attachment(&ana, unused.attachment.id).await.unwrap(), None);
    assert_eq!(files(&place).len(), 2);
    // too young to be certain
    let system = place.system();
    assert_eq!(place.store.sweep_unnamed(&system, day, 100).await.unwrap(), 0);
    let later = Timestamp::now() + SignedDuration::from_hours(2);
    assert_eq!(place.store.sweep_unnamed(&system, later, 100).await.unwrap(), 1);
    assert_eq!(place.store.sweep_unnamed(&system, later, 100).await.unwrap(), 0);
    assert!(place.store.attachment_bytes(&ana, kept.attachment.id).await.unwrap().is_some());
}

async fn whoever_is_erased_leaves_nothing_that_could_be_opened(place: Place) {
    let ana = place.user("ana", "A-1").await;
    let new = photo(place.now);
    hand_in(&place, &ana, &new).await;
    let farewell =
        NewMessage { content: Content::ProfileErased {}, ..samples::message(email("ana").as_str(), "farewell") };
    place.store.erase(&ana, farewell, place.now).await.unwrap();
    assert_eq!(place.store.attachment_bytes(&ana, new.attachment.id).await.unwrap(), None);
    let later = Timestamp::now() + SignedDuration::from_hours(2);
    assert_eq!(place.store.sweep_unnamed(&place.system(), later, 100).await.unwrap(), 1);
    assert!(files(&place).is_empty(), "{:?}", files(&place));
}

crate::on_both_databases!(
    what_was_handed_in_comes_back_to_its_owner_alone_and_lies_sealed,
    the_same_upload_happens_once_and_nobody_hands_in_more_than_one_may,
    bytes_that_nothing_names_are_swept_away_and_others_stay,
    whoever_is_erased_leaves_nothing_that_could_be_opened,
);
