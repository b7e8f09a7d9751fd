//! Links whose proof does not hold any more.

use jiff::SignedDuration;
use komunala_app::{
    ports::{
        Accounts, Copies, Feeds, Verifications, Written,
        accounts::{AccountFilter, LinkedAccount},
        billing::{ChangeKind, ChangePage},
        feeds::{FeedTask, Kept, NewPage, Turn},
        outbox::Content,
        users::ProvenCopy,
    },
    scope::UserScope,
};
use komunala_domain::{BillDelivery, CustomerAccount, PostalChannel, ids::AccountId};
use uuid::Uuid;

use crate::{
    place::{Place, key},
    samples,
};

fn named(name: &str) -> CustomerAccount {
    CustomerAccount { name: Some(name.to_owned()), ..samples::account("A-1", "M-1") }
}

async fn listed(place: &Place, user: &UserScope) -> LinkedAccount {
    place.store.list(user, &AccountFilter::All, None, 1).await.unwrap().remove(0)
}

/// Somebody whose account has copies of everything.
async fn holder(place: &Place, name: &str) -> (UserScope, AccountId) {
    let user = place.user(name, "A-1").await;
    let account = listed(place, &user).await.id;
    place.store.keep(user.tenant(), account, &named("Ана Анић"), place.now).await.unwrap();
    place.store.keep_invoices(user.tenant(), account, &samples::invoices(2), place.now).await.unwrap();
    place.store.keep_ledger(user.tenant(), account, &[samples::ledger_entry(1)], place.now).await.unwrap();
    place.messages().await;
    (user, account)
}

async fn bills(place: &Place, user: &UserScope) -> usize {
    place.store.invoices(user, &AccountFilter::All, None, 10).await.unwrap().len()
}

async fn told(place: &Place) -> Vec<(String, Content)> {
    let messages = place.messages().await.into_iter();
    messages.map(|claimed| (claimed.message.recipient.as_str().to_owned(), claimed.message.content)).collect()
}

async fn another_holder_suspends_every_link_tells_its_user_and_brings_paper_back(place: Place) {
    let (ana, account) = holder(&place, "ana").await;
    let provider = "gas".parse().unwrap();
    let choice = place.store.set_delivery(
        &ana,
        (&provider, account),
        samples::choice(BillDelivery::Email),
        key("SetBillDelivery"),
        place.now,
    );
    choice.await.unwrap().unwrap();
    assert_eq!(listed(&place, &ana).await.postal_wanted, PostalChannel::Email);

    place.store.keep(ana.tenant(), account, &named("Ana Anić"), place.now).await.unwrap();
    assert!(!listed(&place, &ana).await.is_suspended, "the same name in the other script");

    place.store.keep(ana.tenant(), account, &named("Борис Борић"), place.now).await.unwrap();
    let suspended = listed(&place, &ana).await;
    assert!(suspended.is_suspended && suspended.copy.is_none(), "{suspended:?}");
    assert_eq!((suspended.id, suspended.postal_wanted), (account, PostalChannel::Paper));
    assert_eq!(told(&place).await, [("ana@example.rs".to_owned(), Content::LinkSuspended {})]);
    assert_eq!(bills(&place, &ana).await, 0);
    assert!(place.store.ledger(&ana, account, None, 10).await.unwrap().is_empty());
    let choice = place.store.set_delivery(
        &ana,
        (&provider, account),
        samples::choice(BillDelivery::Email),
        key("SetBillDelivery"),
        place.now,
    );
    assert_eq!(choice.await.unwrap(), None);

    place.store.keep(ana.tenant(), account, &named("Борис Борић"), place.now).await.unwrap();
    assert!(told(&place).await.is_empty(), "the same news twice is none");
}

async fn proving_an_account_again_lets_the_same_link_go_on_with_nothing_of_the_earlier_holder(place: Place) {
    let (ana, account) = holder(&place, "ana").await;
    place.store.keep(ana.tenant(), account, &named("Борис Борић"), place.now).await.unwrap();
    place.messages().await;
    let link = place.store.link(&ana, samples::link("A-1", BillDelivery::Email), key("LinkAccount"), place.now);
    assert_eq!(link.await.unwrap(), Written::Now(account));
    let again = listed(&place, &ana).await;
    assert_eq!((again.is_suspended, again.delivery), (false, BillDelivery::Paper), "the choice stays");
    assert_eq!(again.copy.unwrap().account.name.as_deref(), Some("Борис Борић"));
    assert_eq!(bills(&place, &ana).await, 0, "the earlier holder's bills");
}

async fn a_new_holder_who_links_before_the_feed_tells_suspends_the_others_and_not_themselves(place: Place) {
    let (ana, account) = holder(&place, "ana").await;
    let boris = place.user("boris", "B-1").await;
    place.messages().await;
    let copy = Some(ProvenCopy { account: named("Борис Борић"), as_of: place.now });
    let new = komunala_app::ports::users::NewLink { copy, ..samples::link("A-1", BillDelivery::Email) };
    place.store.link(&boris, new, key("LinkAccount"), place.now).await.unwrap();
    assert!(listed(&place, &ana).await.is_suspended);
    assert_eq!(told(&place).await, [("ana@example.rs".to_owned(), Content::LinkSuspended {})]);

    place.store.keep(ana.tenant(), account, &named("Борис Борић"), place.now).await.unwrap();
    let of_boris = place.store.list(&boris, &AccountFilter::All, None, 10).await.unwrap();
    assert!(of_boris.iter().all(|account| !account.is_suspended), "the feed tells what is known");
}

async fn a_registration_that_waits_for_its_confirmation_is_suspended_too(place: Place) {
    let (ana, account) = holder(&place, "ana").await;
    let waiting = place.registered("mika", "A-1").await;
    place.store.keep(ana.tenant(), account, &named("Борис Борић"), place.now).await.unwrap();
    place.messages().await;
    assert!(place.store.complete(&place.tenant(), waiting, place.now).await.unwrap());
    assert!(told(&place).await.is_empty(), "nobody's link counts, so nobody is told");
    let (provider, later) = ("gas".parse().unwrap(), Some(place.now));
    let due = place.store.due_accounts(&place.tenant(), &provider, later, 10, place.now).await.unwrap();
    assert!(due.is_empty(), "and nothing is copied for them: {due:?}");
}

async fn an_account_that_a_feed_removes_is_closed_and_nothing_of_it_is_kept(place: Place) {
    let (ana, account) = holder(&place, "ana").await;
    let turn = Turn { provider: "gas".parse().unwrap(), task: FeedTask::Changes, holder: Uuid::now_v7() };
    assert!(place.store.take_turn(&place.tenant(), &turn, place.now, place.now).await.unwrap());
    let tombstones = vec!["A-1".parse().unwrap(), "A-unknown".parse().unwrap()];
    let page = ChangePage { upserts: vec![], tombstones, touched: vec![], problems: vec![], next: "c-1".to_owned() };
    let new = NewPage { kind: ChangeKind::Account, page: &page, asked_at: place.now, until: place.now, now: place.now };
    let kept = place.store.keep_page(&place.tenant(), &turn, new).await.unwrap();
    assert_eq!(kept, Kept::Applied { accounts: vec![], records: 1 });
    assert!(listed(&place, &ana).await.is_suspended);
    assert_eq!(told(&place).await, [("ana@example.rs".to_owned(), Content::LinkSuspended {})]);

    let untold = place.store.untold(&place.system(), 10, place.now + SignedDuration::from_hours(1)).await.unwrap();
    assert!(untold.is_empty(), "nobody is left to be told how to deliver: {untold:?}");

    // even to whoever could prove it nothing is shown of what was copied
    place.store.link(&ana, samples::link("A-1", BillDelivery::Paper), key("LinkAccount"), place.now).await.unwrap();
    assert_eq!((bills(&place, &ana).await, listed(&place, &ana).await.copy), (0, None));
    assert!(place.store.ledger(&ana, account, None, 10).await.unwrap().is_empty());
}

async fn a_suspended_link_can_be_let_go(place: Place) {
    let (ana, account) = holder(&place, "ana").await;
    place.store.keep(ana.tenant(), account, &named("Борис Борић"), place.now).await.unwrap();
    assert!(place.store.unlink(&ana, account, place.now).await.unwrap());
    assert!(place.store.list(&ana, &AccountFilter::All, None, 1).await.unwrap().is_empty());
}

crate::on_both_databases!(
    another_holder_suspends_every_link_tells_its_user_and_brings_paper_back,
    proving_an_account_again_lets_the_same_link_go_on_with_nothing_of_the_earlier_holder,
    a_new_holder_who_links_before_the_feed_tells_suspends_the_others_and_not_themselves,
    a_registration_that_waits_for_its_confirmation_is_suspended_too,
    an_account_that_a_feed_removes_is_closed_and_nothing_of_it_is_kept,
    a_suspended_link_can_be_let_go,
);
