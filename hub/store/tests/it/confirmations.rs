//! Confirmations: how often somebody may try, and that each is used once.

use jiff::SignedDuration;
use komunala_app::ports::{Users, Verifications, outbox::Content, verifications::Reissue};
use komunala_domain::{Language, ids::VerificationId};

use crate::{
    place::{Place, email},
    samples,
};

async fn of_200_callers_no_more_than_the_allowed_tries_get_one(place: Place) {
    place.registered("ana", "A-1").await;
    let callers: Vec<_> = (0..200)
        .map(|_| {
            let (store, tenant, now) = (place.store.clone(), place.tenant(), place.now);
            tokio::spawn(async move { store.take_try(&tenant, &email("ana"), 5, now).await.unwrap() })
        })
        .collect();
    let mut taken = 0;
    for caller in callers {
        taken += usize::from(caller.await.unwrap().is_some());
    }
    assert_eq!(taken, 5);
}

async fn of_200_callers_exactly_one_completes(place: Place) {
    let verification = place.registered("ana", "A-1").await;
    let callers: Vec<_> = (0..200)
        .map(|_| {
            let (store, tenant, now) = (place.store.clone(), place.tenant(), place.now);
            tokio::spawn(async move { store.complete(&tenant, verification, now).await.unwrap() })
        })
        .collect();
    let mut completed = 0;
    for caller in callers {
        completed += usize::from(caller.await.unwrap());
    }
    assert_eq!(completed, 1);
}

async fn an_expired_confirmation_is_good_for_nothing(place: Place) {
    let verification = place.registered("ana", "A-1").await;
    let later = place.now + SignedDuration::from_mins(10);
    assert_eq!(place.store.take_try(&place.tenant(), &email("ana"), 5, later).await.unwrap(), None);
    assert!(!place.store.complete(&place.tenant(), verification, later).await.unwrap());
    assert!(place.store.complete(&place.tenant(), verification, place.now).await.unwrap());
}

async fn a_reissued_confirmation_ends_the_older_one_and_speaks_the_registrations_language(place: Place) {
    let first = place.registered("ana", "A-1").await;
    place.messages().await;
    let verification = VerificationId::new();
    let mut mail = samples::message(email("ana").as_str(), &verification.to_string());
    mail.content = Content::ConfirmEmail { verification, portal: None };
    mail.language = Language::English;
    mail.provider = "water".parse().unwrap();
    let now = place.now + SignedDuration::from_secs(60);
    let again = Reissue {
        email: email("ana"),
        verification,
        expires: now + SignedDuration::from_mins(10),
        mail,
        not_within: SignedDuration::from_secs(60),
        now: now - SignedDuration::from_secs(1),
    };
    assert!(!place.store.reissue(&place.tenant(), again.clone()).await.unwrap(), "the first one is too young");
    assert!(place.store.reissue(&place.tenant(), Reissue { now, ..again.clone() }).await.unwrap());
    let nobody = Reissue { email: email("nobody"), now, ..again };
    assert!(!place.store.reissue(&place.tenant(), nobody).await.unwrap());

    assert!(!place.store.complete(&place.tenant(), first, now).await.unwrap());
    let open = place.store.take_try(&place.tenant(), &email("ana"), 5, now).await.unwrap().unwrap();
    assert_eq!(open.id, verification);
    let for_mail = place.store.for_mail(&place.tenant(), verification).await.unwrap().unwrap();
    assert_eq!((for_mail.given_name.as_str(), for_mail.expires), ("ana", now + SignedDuration::from_mins(10)));
    assert_eq!(place.store.for_mail(&place.tenant(), first).await.unwrap(), None);
    let mut later = place;
    later.now = now;
    let messages = later.messages().await;
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0].message.language, Language::SerbianCyrillic);
    assert_eq!(messages[0].message.provider.as_str(), "gas");
}

async fn a_confirmed_address_needs_no_further_confirmation(place: Place) {
    let ana = place.user("ana", "A-1").await;
    let again = Reissue {
        email: email("ana"),
        verification: VerificationId::new(),
        expires: place.now + SignedDuration::from_mins(10),
        mail: samples::message(email("ana").as_str(), "again"),
        not_within: SignedDuration::ZERO,
        now: place.now + SignedDuration::from_hours(1),
    };
    assert!(!place.store.reissue(ana.tenant(), again).await.unwrap());
    assert_eq!(place.store.take_try(ana.tenant(), &email("ana"), 5, place.now).await.unwrap(), None);
    assert!(place.store.me(&ana).await.unwrap().unwrap().verified_at.is_some());
}

crate::on_both_databases!(
    of_200_callers_no_more_than_the_allowed_tries_get_one,
    of_200_callers_exactly_one_completes,
    an_expired_confirmation_is_good_for_nothing,
    a_reissued_confirmation_ends_the_older_one_and_speaks_the_registrations_language,
    a_confirmed_address_needs_no_further_confirmation,
);
