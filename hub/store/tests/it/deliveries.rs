//! What billing systems are to be told of paper.

use jiff::SignedDuration;
use komunala_app::{
    ports::{
        Accounts, StoreError, Written,
        accounts::{AccountFilter, LinkedAccount},
    },
    scope::UserScope,
};
use komunala_domain::{BillDelivery, PostalChannel, ProviderId, ids::AccountId};

use crate::{
    place::{Place, key},
    samples,
};

fn gas() -> ProviderId {
    "gas".parse().unwrap()
}

async fn account(place: &Place, user: &UserScope) -> LinkedAccount {
    place.store.list(user, &AccountFilter::All, None, 10).await.unwrap().remove(0)
}

async fn choose(place: &Place, user: &UserScope, account: AccountId, delivery: BillDelivery) {
    let written = place
        .store
        .set_delivery(user, (&gas(), account), samples::choice(delivery), key("SetBillDelivery"), place.now)
        .await;
    assert_eq!(written.unwrap(), Some(Written::Now(())));
}

async fn paper_stops_only_when_every_active_link_says_email(place: Place) {
    let ana = place.user("ana", "A-1").await;
    let id = account(&place, &ana).await.id;
    choose(&place, &ana, id, BillDelivery::Email).await;
    assert_eq!(account(&place, &ana).await.postal_wanted, PostalChannel::Email);
    let mika = place.user("mika", "A-1").await;
    assert_eq!(account(&place, &ana).await.postal_wanted, PostalChannel::Paper);
    choose(&place, &mika, id, BillDelivery::EmailAndPaper).await;
    assert_eq!(account(&place, &mika).await.postal_wanted, PostalChannel::Paper);
    assert!(place.store.unlink(&mika, id, place.now).await.unwrap());
    assert_eq!(account(&place, &ana).await.postal_wanted, PostalChannel::Email);
    assert!(place.store.unlink(&ana, id, place.now).await.unwrap());
    place.store.link(&mika, samples::link("A-1", BillDelivery::Email), key("LinkAccount"), place.now).await.unwrap();
    assert_eq!(account(&place, &mika).await.postal_wanted, PostalChannel::Email);
}

async fn an_account_stays_untold_until_what_is_wanted_was_acknowledged(place: Place) {
    let ana = place.user("ana", "A-1").await;
    let id = account(&place, &ana).await.id;
    choose(&place, &ana, id, BillDelivery::Email).await;
    let untold = async |seconds| {
        let now = place.now + SignedDuration::from_secs(seconds);
        place.store.untold(&place.system(), 10, now).await.unwrap()
    };
    let due = untold(0).await;
    assert_eq!(due.len(), 1);
    assert_eq!((due[0].id, due[0].wanted, due[0].external_id.as_str()), (id, PostalChannel::Email, "A-1"));
    assert_eq!(untold(1).await, [], "it is in somebody's hands");
    place.store.telling_failed(ana.tenant(), id, place.now + SignedDuration::from_secs(300)).await.unwrap();
    assert_eq!(untold(299).await, []);
    assert_eq!(untold(300).await.len(), 1);

    // the choice changes while the billing system is told the old one
    choose(&place, &ana, id, BillDelivery::Paper).await;
    place.store.told(ana.tenant(), id, PostalChannel::Email, place.now).await.unwrap();
    let due = untold(301).await;
    assert_eq!(due.iter().map(|untold| untold.wanted).collect::<Vec<_>>(), [PostalChannel::Paper]);
    place.store.told(ana.tenant(), id, PostalChannel::Paper, place.now).await.unwrap();
    assert_eq!(untold(100_000).await, []);
    place.store.telling_failed(ana.tenant(), id, place.now).await.unwrap();
    assert_eq!(untold(100_000).await, [], "a late failure changes nothing");
    assert_eq!(account(&place, &ana).await.postal_told, Some(PostalChannel::Paper));
}

async fn a_choice_for_an_account_that_is_not_linked_changes_nothing(place: Place) {
    let ana = place.user("ana", "A-1").await;
    let mika = place.user("mika", "B-1").await;
    let foreign = account(&place, &mika).await.id;
    let key = key("SetBillDelivery");
    let refused = place
        .store
        .set_delivery(&ana, (&gas(), foreign), samples::choice(BillDelivery::Email), key.clone(), place.now)
        .await;
    assert_eq!(refused.unwrap(), None);
    let own = account(&place, &ana).await.id;
    for other in ["water", "heating"] {
        let named = (&other.parse().unwrap(), own);
        let refused =
            place.store.set_delivery(&ana, named, samples::choice(BillDelivery::Email), key.clone(), place.now).await;
        assert_eq!(refused.unwrap(), None, "{other} has no such account");
    }
    // the request id was not used up by that
    let gas = gas();
    let own = (&gas, own);
    let written =
        place.store.set_delivery(&ana, own, samples::choice(BillDelivery::Email), key.clone(), place.now).await;
    assert_eq!(written.unwrap(), Some(Written::Now(())));
    let again = place.store.set_delivery(&ana, own, samples::choice(BillDelivery::Email), key.clone(), place.now).await;
    assert_eq!(again.unwrap(), Some(Written::Before(String::new())));
    let other = komunala_app::ports::WriteKey { fingerprint: [1; 32], ..key };
    let reused = place.store.set_delivery(&ana, own, samples::choice(BillDelivery::Paper), other, place.now).await;
    assert!(matches!(reused, Err(StoreError::RequestIdReused)));
    assert_eq!(account(&place, &ana).await.delivery, BillDelivery::Email);
}

crate::on_both_databases!(
    paper_stops_only_when_every_active_link_says_email,
    an_account_stays_untold_until_what_is_wanted_was_acknowledged,
    a_choice_for_an_account_that_is_not_linked_changes_nothing,
);
