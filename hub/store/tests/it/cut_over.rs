//! Links that were proved before a provider's cut-over.

use jiff::SignedDuration;
use komunala_app::ports::{
    Accounts, Verifications,
    accounts::{AccountFilter, CutOver, LinkedAccount},
    outbox::Content,
};
use komunala_app::scope::UserScope;
use komunala_domain::{BillDelivery, ProviderId};

use crate::{
    place::{Place, key},
    samples,
};

async fn listed(place: &Place, user: &UserScope) -> LinkedAccount {
    place.store.list(user, &AccountFilter::All, None, 1).await.unwrap().remove(0)
}

async fn a_cut_over_suspends_what_was_proved_before_it_once_and_tells_whoever_it_concerns(place: Place) {
    let provider: ProviderId = "gas".parse().unwrap();
    let (ana, boris) = (place.user("ana", "A-1").await, place.user("boris", "B-1").await);
    let unconfirmed = place.registered("vera", "V-1").await;
    place.messages().await;
    let at = place.now + SignedDuration::from_mins(5);
    let later = at + SignedDuration::from_secs(1);
    // boris proves his account once more on the day itself, before anybody comes to suspend it
    place.store.link(&boris, samples::link("B-1", BillDelivery::Paper), key("LinkAccount"), at).await.unwrap();
    place.messages().await;

    let cut_over = |limit| place.store.cut_over(ana.tenant(), CutOver { provider: &provider, at }, limit, later);
    let other: ProviderId = "water".parse().unwrap();
    let of_another = place.store.cut_over(ana.tenant(), CutOver { provider: &other, at }, 10, later).await.unwrap();
    assert_eq!(of_another, 0);
    assert_eq!(cut_over(1).await.unwrap() + cut_over(1).await.unwrap(), 2, "ana's and vera's");
    assert_eq!(cut_over(1).await.unwrap(), 0);
    assert!(listed(&place, &ana).await.is_suspended);
    assert!(!listed(&place, &boris).await.is_suspended);
    let told: Vec<_> = place.messages_at(later).await.into_iter().map(|claimed| claimed.message).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!((told[0].recipient.as_str(), &told[0].content), ("ana@example.rs", &Content::CutOver {}));
    // whoever confirms an address later has proved the account before nevertheless
    assert!(place.store.complete(ana.tenant(), unconfirmed, later).await.unwrap());
    assert_eq!(cut_over(10).await.unwrap(), 0);

    place.store.link(&ana, samples::link("A-1", BillDelivery::Paper), key("LinkAccount"), later).await.unwrap();
    assert_eq!(cut_over(10).await.unwrap(), 0, "what was proved since stays");
    assert!(!listed(&place, &ana).await.is_suspended);
}

crate::on_both_databases!(a_cut_over_suspends_what_was_proved_before_it_once_and_tells_whoever_it_concerns,);
