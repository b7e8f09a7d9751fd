//! Who is told of supply points: users, and people without a portal account.

use jiff::SignedDuration;
use komunala_app::{
    ports::{
        PersonKeys, Subscriptions,
        outbox::{Content, NewMessage},
        subscriptions::{Ending, NewSignUp, NewSubscription, SignUp, SignedUp},
    },
    scope::UserScope,
};
use komunala_domain::{
    Channel, Contact, Interest, Language, Subscription, Topic,
    ids::{ChallengeId, MessageId},
    subscription::SignUpWay,
};
use sea_orm::{ConnectionTrait, Database, Statement};

use crate::place::{Place, email};

/// A phone with this number.
pub(crate) fn phone(number: &str) -> Contact {
    Contact::Phone(number.parse().unwrap())
}

fn point(number: &str) -> Interest {
    Interest { topic: Topic::Outage, provider: "gas".parse().unwrap(), point: number.parse().unwrap() }
}

fn who(place: &Place, contact: Contact) -> SignUp {
    SignUp { contact, way: SignUpWay::Sms, language: Language::Slovenian, most: 3, now: place.now }
}

/// Signs somebody up by a short message.
pub(crate) async fn sign_up(place: &Place, contact: &Contact, number: &str) -> SignedUp {
    place.store.sign_up(&place.tenant(), who(place, contact.clone()), point(number)).await.unwrap()
}

async fn sign_off(place: &Place, contact: &Contact, number: &str) -> u64 {
    let which = Ending::At(contact.clone(), point(number));
    place.store.end_subscriptions(&place.tenant(), which, place.now).await.unwrap()
}

/// Subscribes a user.
pub(crate) async fn subscribe(place: &Place, user: &UserScope, number: &str, contacts: Vec<Contact>) -> Subscription {
    let new = NewSubscription { interest: point(number), contacts, now: place.now };
    place.store.subscribe(user, new).await.unwrap()
}

async fn of(place: &Place, user: &UserScope) -> Vec<Subscription> {
    place.store.subscriptions(user, None, 10).await.unwrap()
}

async fn count(place: &Place, sql: &str) -> i64 {
    let database = Database::connect(place.url.as_str()).await.unwrap();
    let statement = Statement::from_string(database.get_database_backend(), sql);
    database.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

async fn keys_of_strangers(place: &Place) -> i64 {
    let keys = Database::connect(place.keys_url()).await.unwrap();
    let sql = "SELECT COUNT(*) FROM subject_keys WHERE wrapped IS NOT NULL";
    let statement = Statement::from_string(keys.get_database_backend(), sql);
    keys.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

async fn a_user_has_one_subscription_for_a_point_whatever_its_channels(place: Place) {
    let (ana, bojan) = (place.user("ana", "A-1").await, place.user("bojan", "B-1").await);
    let mail = Contact::Email(email("ana"));
    let first = subscribe(&place, &ana, "6-1", vec![mail.clone()]).await;
    let both = subscribe(&place, &ana, "6-1", vec![mail.clone(), phone("+38640111222")]).await;
    assert_eq!((both.id, both.channels), (first.id, vec![Channel::Email, Channel::Sms]));
    subscribe(&place, &ana, "6-2", vec![mail]).await;
    let listed = of(&place, &ana).await;
    assert_eq!(listed.len(), 2);
    assert_eq!(listed[0].channels, [Channel::Email, Channel::Sms]);
    let second = place.store.subscriptions(&ana, Some(listed[0].id), 10).await.unwrap();
    assert_eq!(second, listed[1..]);
    assert_eq!(of(&place, &bojan).await, []);

    let end = |user: &UserScope| Ending::OfUser(user.user(), "gas".parse().unwrap(), first.id);
    assert_eq!(place.store.end_subscriptions(ana.tenant(), end(&bojan), place.now).await.unwrap(), 0);
    assert_eq!(place.store.end_subscriptions(ana.tenant(), end(&ana), place.now).await.unwrap(), 2);
    assert_eq!(of(&place, &ana).await, listed[1..]);
}

async fn a_phone_signs_up_once_and_off_alone(place: Place) {
    let (hers, other) = (phone("+38640111222"), phone("+38640333444"));
    let SignedUp::Subscribed(first) = sign_up(&place, &hers, "6-1").await else { panic!("she is not signed up") };
    assert_eq!(sign_up(&place, &hers, "6-1").await, SignedUp::Subscribed(first), "twice is the same as once");
    assert_eq!(count(&place, "SELECT COUNT(*) FROM subscriptions").await, 1);
    assert_eq!(sign_off(&place, &other, "6-1").await, 0, "another phone changes nothing");
    assert_eq!(count(&place, "SELECT COUNT(*) FROM subscriptions").await, 1);
    assert_eq!(sign_off(&place, &hers, "6-1").await, 1);
    assert_eq!(sign_off(&place, &hers, "6-1").await, 0);
}

async fn a_phone_that_a_user_named_can_be_signed_off_from_it(place: Place) {
    let (ana, hers) = (place.user("ana", "A-1").await, phone("+38640111222"));
    subscribe(&place, &ana, "6-1", vec![Contact::Email(email("ana")), hers.clone()]).await;
    assert_eq!(sign_off(&place, &hers, "6-1").await, 1);
    assert_eq!(of(&place, &ana).await[0].channels, [Channel::Email]);
}

async fn nothing_is_left_of_somebody_who_signs_off_from_the_last_point(place: Place) {
    let hers = phone("+38640111222");
    sign_up(&place, &hers, "6-1").await;
    sign_up(&place, &hers, "6-2").await;
    assert_eq!(keys_of_strangers(&place).await, 1);
    sign_off(&place, &hers, "6-1").await;
    assert_eq!(keys_of_strangers(&place).await, 1, "there is another point");
    sign_off(&place, &hers, "6-2").await;
    assert_eq!(count(&place, "SELECT COUNT(*) FROM subscribers").await, 0);
    assert_eq!(keys_of_strangers(&place).await, 0);
    // and whoever signs up again is somebody new
    assert!(matches!(sign_up(&place, &hers, "6-1").await, SignedUp::Subscribed(_)));
    let later = place.now + SignedDuration::from_hours(1);
    assert_eq!(place.store.finish_erasures(&place.system(), later, later).await.unwrap(), 0);
    assert_eq!(keys_of_strangers(&place).await, 1);
}

async fn nobody_signs_up_for_more_points_than_they_may(place: Place) {
    let hers = phone("+38640111222");
    for number in ["6-1", "6-2", "6-3"] {
        assert!(matches!(sign_up(&place, &hers, number).await, SignedUp::Subscribed(_)), "{number}");
    }
    assert_eq!(sign_up(&place, &hers, "6-4").await, SignedUp::TooMany);
    assert!(matches!(sign_up(&place, &hers, "6-3").await, SignedUp::Subscribed(_)), "it is not one more");
    assert_eq!(count(&place, "SELECT COUNT(*) FROM subscriptions").await, 3);
    assert_eq!(keys_of_strangers(&place).await, 1, "no key of somebody who did not come to be is left");
}

fn asked(place: &Place, number: &str) -> NewSignUp {
    let id = ChallengeId::new();
    NewSignUp {
        id,
        subject: [3; 32],
        interest: point(number),
        most: 3,
        expires: place.now + SignedDuration::from_mins(10),
        code: NewMessage {
            id: MessageId::new(),
            provider: "gas".parse().unwrap(),
            subject: id.to_string(),
            recipient: email("maja").into(),
            language: Language::Slovenian,
            content: Content::ConfirmSubscription { challenge: id, points: Vec::new() },
            expires: None,
        },
        now: place.now,
    }
}

async fn the_newest_code_confirms_all_that_was_asked_for_and_nothing_is_kept_before(place: Place) {
    let (tenant, maja) = (place.tenant(), Contact::Email(email("maja")));
    let (first, second) = (asked(&place, "6-1"), asked(&place, "6-2"));
    place.store.open_sign_up(&tenant, first.clone()).await.unwrap();
    place.store.open_sign_up(&tenant, second.clone()).await.unwrap();
    assert!(!place.store.is_sign_up_open(&tenant, first.id).await.unwrap());
    assert!(place.store.is_sign_up_open(&tenant, second.id).await.unwrap());
    let sent = place.messages().await;
    let named = |points: &[&str], id| Content::ConfirmSubscription {
        challenge: id,
        points: points.iter().map(|number| number.parse().unwrap()).collect(),
    };
    let said: Vec<_> = sent.iter().map(|sent| sent.message.content.clone()).collect();
    assert!(said.contains(&named(&["6-1"], first.id)) && said.contains(&named(&["6-1", "6-2"], second.id)));
    assert_eq!(count(&place, "SELECT COUNT(*) FROM subscribers").await, 0);

    let tried = place.store.take_sign_up_try(&tenant, [3; 32], 5, place.now).await.unwrap();
    assert_eq!(tried, Some(second.id));
    let confirm = |challenge| place.store.complete_sign_up(&tenant, challenge, who(&place, maja.clone()));
    assert_eq!(confirm(first.id).await.unwrap(), SignedUp::Over);
    let SignedUp::Subscribed(subscribed) = confirm(second.id).await.unwrap() else { panic!("it is not confirmed") };
    let points: Vec<_> = subscribed.iter().map(|it| it.interest.point.as_str()).collect();
    assert_eq!(points, ["6-1", "6-2"]);
    assert_eq!(confirm(second.id).await.unwrap(), SignedUp::Over, "a code is good once");
}

async fn of_many_with_the_right_code_one_gets_through(place: Place) {
    let new = asked(&place, "6-1");
    place.store.open_sign_up(&place.tenant(), new.clone()).await.unwrap();
    let callers: Vec<_> = (0..20)
        .map(|_| {
            let (store, tenant) = (place.store.clone(), place.tenant());
            let who = who(&place, Contact::Email(email("maja")));
            tokio::spawn(async move { store.complete_sign_up(&tenant, new.id, who).await.unwrap() })
        })
        .collect();
    let mut through = 0;
    for caller in callers {
        through += usize::from(matches!(caller.await.unwrap(), SignedUp::Subscribed(_)));
    }
    assert_eq!(through, 1);
    assert_eq!(count(&place, "SELECT COUNT(*) FROM subscriptions").await, 1);
}

async fn somebody_who_was_erased_and_comes_back_with_an_older_database_goes_again(place: Place) {
    let hers = phone("+38640111222");
    sign_up(&place, &hers, "6-1").await;
    let keys = Database::connect(place.keys_url()).await.unwrap();
    let erased = "UPDATE subject_keys SET master = NULL, wrapped = NULL, erased_at = 1 WHERE wrapped IS NOT NULL";
    keys.execute_unprepared(erased).await.unwrap();
    assert_eq!(place.store.erase_again(&place.system(), place.now).await.unwrap(), 1);
    assert_eq!(count(&place, "SELECT COUNT(*) FROM subscribers").await, 0);
    assert!(matches!(sign_up(&place, &hers, "6-1").await, SignedUp::Subscribed(_)));
}

crate::on_both_databases!(
    a_user_has_one_subscription_for_a_point_whatever_its_channels,
    a_phone_signs_up_once_and_off_alone,
    a_phone_that_a_user_named_can_be_signed_off_from_it,
    nothing_is_left_of_somebody_who_signs_off_from_the_last_point,
    nobody_signs_up_for_more_points_than_they_may,
    the_newest_code_confirms_all_that_was_asked_for_and_nothing_is_kept_before,
    of_many_with_the_right_code_one_gets_through,
    somebody_who_was_erased_and_comes_back_with_an_older_database_goes_again,
);
