//! Accounts and the users who linked them.

use komunala_app::ports::{Accounts, Verifications, Written, accounts::AccountFilter, outbox::Content};
use komunala_domain::{BillDelivery, ids::AccountId};

use crate::{
    place::{Place, key},
    samples,
};

async fn several_users_may_link_one_account_and_the_earlier_ones_are_told(place: Place) {
    let ana = place.user("ana", "A-1").await;
    let mika = place.user("mika", "B-1").await;
    place.messages().await;
    let linked = place.store.link(&mika, samples::link("A-1", BillDelivery::Email), key("LinkAccount"), place.now);
    let Written::Now(account) = linked.await.unwrap() else { panic!("it happened now") };

    let accounts = place.store.list(&ana, &AccountFilter::All, None, 10).await.unwrap();
    assert_eq!(accounts.iter().map(|account| account.id).collect::<Vec<_>>(), [account]);
    assert_eq!(place.store.list(&mika, &AccountFilter::All, None, 10).await.unwrap().len(), 2);
    let messages = place.messages().await;
    assert_eq!(messages.len(), 1, "whoever links is not told");
    assert_eq!(messages[0].message.recipient.as_str(), "ana@example.rs");
    assert_eq!(messages[0].message.content, Content::LinkedByAnother {});

    place.store.link(&mika, samples::link("A-1", BillDelivery::Paper), key("LinkAccount"), place.now).await.unwrap();
    assert_eq!(place.messages().await.len(), 0, "linking what is linked already is no news");
}

async fn a_registration_tells_earlier_holders_only_when_it_is_confirmed(place: Place) {
    place.user("ana", "A-1").await;
    place.messages().await;
    let verification = place.registered("mika", "A-1").await;
    let recipients = |messages: Vec<komunala_app::ports::outbox::Claimed>| -> Vec<String> {
        messages.iter().map(|claimed| claimed.message.recipient.as_str().to_owned()).collect()
    };
    assert_eq!(recipients(place.messages().await), ["mika@example.rs"]);
    assert!(place.store.complete(&place.tenant(), verification, place.now).await.unwrap());
    assert_eq!(recipients(place.messages().await), ["ana@example.rs"]);
}

async fn a_link_that_is_sent_twice_answers_the_same_account(place: Place) {
    let ana = place.user("ana", "A-1").await;
    let key = key("LinkAccount");
    let new = samples::link("A-2", BillDelivery::Email);
    let Written::Now(account) = place.store.link(&ana, new.clone(), key.clone(), place.now).await.unwrap() else {
        panic!("it happened now");
    };
    let before = place.store.link(&ana, new, key, place.now).await.unwrap();
    assert_eq!(before, Written::Before(account.to_string()));
}

async fn a_filter_means_what_the_portal_shows(place: Place) {
    let ana = place.user("ana", "A-1").await;
    for account in ["A-2", "A-3"] {
        let new = samples::link(account, BillDelivery::Paper);
        place.store.link(&ana, new, key("LinkAccount"), place.now).await.unwrap();
    }
    let all = place.store.list(&ana, &AccountFilter::All, None, 10).await.unwrap();
    assert_eq!(all.len(), 3);
    assert!(all.is_sorted_by_key(|account| account.id));
    let rest = place.store.list(&ana, &AccountFilter::All, Some(all[0].id), 1).await.unwrap();
    assert_eq!(rest, all[1..2]);
    let one = AccountFilter::One("gas".parse().unwrap(), all[2].id);
    assert_eq!(place.store.list(&ana, &one, None, 10).await.unwrap(), all[2..]);
    for nothing in [
        AccountFilter::OfProvider("water".parse().unwrap()),
        AccountFilter::OfProvider("hidden".parse().unwrap()),
        AccountFilter::One("water".parse().unwrap(), all[2].id),
        AccountFilter::One("gas".parse().unwrap(), AccountId::new()),
    ] {
        assert_eq!(place.store.list(&ana, &nothing, None, 10).await.unwrap(), [], "{nothing:?}");
    }
}

async fn an_unlinked_account_is_gone_and_can_be_linked_again(place: Place) {
    let ana = place.user("ana", "A-1").await;
    let account = place.store.list(&ana, &AccountFilter::All, None, 10).await.unwrap()[0].id;
    assert!(place.store.unlink(&ana, account, place.now).await.unwrap());
    assert!(!place.store.unlink(&ana, account, place.now).await.unwrap());
    assert!(!place.store.unlink(&ana, AccountId::new(), place.now).await.unwrap());
    assert_eq!(place.store.list(&ana, &AccountFilter::All, None, 10).await.unwrap(), []);
    let again = place.store.link(&ana, samples::link("A-1", BillDelivery::Paper), key("LinkAccount"), place.now);
    assert_eq!(again.await.unwrap(), Written::Now(account), "an account keeps its id");
}

async fn supply_points_and_meters_keep_their_ids_from_copy_to_copy(place: Place) {
    let ana = place.user("ana", "A-1").await;
    let list = async || place.store.list(&ana, &AccountFilter::All, None, 10).await.unwrap().remove(0);
    let account = list().await;
    assert_eq!(account.copy, None);
    let sample = samples::account("A-1", "M-1");
    for _ in 0..2 {
        place.store.keep(ana.tenant(), account.id, &sample, place.now).await.unwrap();
    }
    let first = list().await.copy.unwrap();
    assert_eq!((&first.account, first.as_of), (&sample, place.now));
    place.store.keep(ana.tenant(), account.id, &samples::account("A-1", "M-2"), place.now).await.unwrap();
    let swapped = list().await.copy.unwrap();
    assert_eq!(swapped.points[0].point, first.points[0].point);
    assert_ne!(swapped.points[0].meters, first.points[0].meters);
    place.store.keep(ana.tenant(), account.id, &sample, place.now).await.unwrap();
    assert_eq!(list().await.copy.unwrap().points, first.points);
}

crate::on_both_databases!(
    several_users_may_link_one_account_and_the_earlier_ones_are_told,
    a_registration_tells_earlier_holders_only_when_it_is_confirmed,
    a_link_that_is_sent_twice_answers_the_same_account,
    a_filter_means_what_the_portal_shows,
    an_unlinked_account_is_gone_and_can_be_linked_again,
    supply_points_and_meters_keep_their_ids_from_copy_to_copy,
);
