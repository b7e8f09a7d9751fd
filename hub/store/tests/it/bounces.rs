//! Mail that comes back: whom no more is sent to, whose bills go by post again, and what is sent once more.

use jiff::SignedDuration;
use komunala_app::{
    ports::{
        Accounts, Audit, Bounces, Consents, Outbox,
        accounts::{AccountFilter, LinkedAccount, PaperCause},
        audit::Chain,
        bounces::{Bounce, BounceKind, EnhancedStatus, Noted, SOFT_BOUNCES, Suppression},
        outbox::{Content, Fate, MessageState},
    },
    scope::{UserScope, testing},
};
use komunala_domain::{BillDelivery, Channel, PostalChannel, Sha256, ids::MessageId};

use crate::{
    place::{Place, key, tenant_id},
    samples,
};

/// Somebody who gets bills by mail, and the billing system knows it.
async fn by_mail(place: &Place, name: &str, account: &str) -> UserScope {
    let user = place.user(name, account).await;
    let linked = linked(place, &user).await;
    let choice = samples::choice(BillDelivery::Email);
    let account = (&linked.provider, linked.id);
    place.store.set_delivery(&user, account, choice, key("SetBillDelivery"), place.now).await.unwrap();
    place.store.told(user.tenant(), linked.id, PostalChannel::Email, place.now).await.unwrap();
    user
}

async fn linked(place: &Place, user: &UserScope) -> LinkedAccount {
    place.store.list(user, &AccountFilter::All, None, 10).await.unwrap().remove(0)
}

/// A mail to a user that the relay took: the one that confirmed their address.
async fn sent(place: &Place) -> MessageId {
    let id = place.messages().await[0].message.id;
    assert!(place.data_started(id, 1).await && place.accepted(id, 1, "q").await);
    id
}

async fn bounced(place: &Place, message: MessageId, kind: BounceKind) -> Noted {
    let status = match kind {
        BounceKind::Hard => EnhancedStatus(5, 1, 1),
        BounceKind::Soft => EnhancedStatus(5, 2, 2),
    };
    let bounce = Bounce { message, kind, status, report: None };
    place.store.bounced(&place.system(), bounce, place.now).await.unwrap()
}

/// A report that says that the mailbox is full.
async fn reported(place: &Place, message: MessageId, report: u8) -> Noted {
    let (kind, status) = (BounceKind::Soft, EnhancedStatus(5, 2, 2));
    let bounce = Bounce { message, kind, status, report: Some(Sha256([report; 32])) };
    place.store.bounced(&place.system(), bounce, place.now).await.unwrap()
}

async fn suppressions(place: &Place) -> Vec<Suppression> {
    place.store.suppressions(&place.system(), &tenant_id("ruma"), None, 10).await.unwrap()
}

/// Another mail to the same user.
async fn unlink_and_link_again(place: &Place, user: &UserScope) {
    let other = place.user("other", "A-1").await;
    assert_ne!(other.user(), user.user());
}

async fn a_mail_that_comes_back_for_good_returns_its_user_to_paper_and_billing_is_told(place: Place) {
    let ana = by_mail(&place, "ana", "A-1").await;
    let message = sent(&place).await;
    assert_eq!(bounced(&place, message, BounceKind::Hard).await, Noted::Suppressed);
    let account = linked(&place, &ana).await;
    assert_eq!((account.delivery, account.paper_because), (BillDelivery::Paper, Some(PaperCause::Bounced)));
    assert_eq!((account.postal_told, account.postal_wanted), (Some(PostalChannel::Email), PostalChannel::Paper));
    assert_eq!(place.store.untold(&place.system(), 10, place.now).await.unwrap().len(), 1);
    let consent = place.store.consents(&ana, None, 1).await.unwrap().remove(0);
    assert_eq!((consent.granted, consent.mechanism.as_str()), (false, "bounce"));
    let [found] = &suppressions(&place).await[..] else { panic!("one address") };
    assert_eq!(
        (found.address.as_deref(), found.status.as_str(), found.is_hard),
        (Some("ana@example.rs"), "5.1.1", true)
    );
    assert_eq!(place.store.count(&place.system()).await.unwrap(), [(MessageState::Failed, 1)]);
    let again = bounced(&place, message, BounceKind::Hard).await;
    assert_eq!(again, Noted::Nothing, "twice is the same as once");
    let log = place.store.events(&place.system(), &Chain::Tenant(tenant_id("ruma")), None, 0, 100).await.unwrap();
    let by_hub: Vec<_> = log.iter().filter(|event| event.actor == "hub").map(|event| event.action.as_str()).collect();
    assert_eq!(by_hub, ["delivery_changed", "consent_given"]);
}

async fn nothing_more_is_sent_to_a_dead_address_but_codes(place: Place) {
    let ana = by_mail(&place, "ana", "A-1").await;
    let message = sent(&place).await;
    bounced(&place, message, BounceKind::Hard).await;
    unlink_and_link_again(&place, &ana).await;
    let left: Vec<_> = place.messages().await.into_iter().map(|claimed| claimed.message).collect();
    let to_ana = left.iter().filter(|message| message.recipient.as_str() == "ana@example.rs");
    assert_eq!(to_ana.count(), 0, "what happened to her account is not sent there");
    let codes = left.iter().filter(|message| matches!(message.content, Content::ConfirmEmail { .. }));
    assert_eq!(codes.count(), 1, "the other one's");
}

async fn whoever_chooses_mail_again_gets_mail_again(place: Place) {
    let ana = by_mail(&place, "ana", "A-1").await;
    let message = sent(&place).await;
    bounced(&place, message, BounceKind::Hard).await;
    let account = linked(&place, &ana).await;
    let choice = samples::choice(BillDelivery::Email);
    let which = (&account.provider, account.id);
    place.store.set_delivery(&ana, which, choice, key("SetBillDelivery"), place.now).await.unwrap();
    assert_eq!(suppressions(&place).await, []);
    let account = linked(&place, &ana).await;
    assert_eq!((account.delivery, account.paper_because), (BillDelivery::Email, None));
}

async fn a_mail_that_may_still_arrive_is_sent_again_later_and_not_for_ever(place: Place) {
    by_mail(&place, "ana", "A-1").await;
    let message = sent(&place).await;
    for attempt in 2..=SOFT_BOUNCES {
        assert_eq!(bounced(&place, message, BounceKind::Soft).await, Noted::SentAgain);
        assert_eq!(suppressions(&place).await, []);
        let later = place.now + SignedDuration::from_hours(24);
        let again = place.messages_at(later).await;
        assert_eq!((again[0].message.id, again[0].attempt), (message, attempt));
        assert!(place.data_started(message, attempt).await && place.accepted(message, attempt, "q").await);
    }
    assert_eq!(bounced(&place, message, BounceKind::Soft).await, Noted::Suppressed, "that was once too often");
    assert!(!suppressions(&place).await[0].is_hard);
}

async fn a_report_is_noted_once_however_often_it_is_handed_in(place: Place) {
    by_mail(&place, "ana", "A-1").await;
    let message = sent(&place).await;
    let both = tokio::join!(reported(&place, message, 1), reported(&place, message, 1));
    assert!(matches!(both, (Noted::SentAgain, Noted::Nothing) | (Noted::Nothing, Noted::SentAgain)), "{both:?}");
    let later = place.now + SignedDuration::from_hours(24);
    for (attempt, report) in [(2, 2), (3, 3)] {
        let again = place.messages_at(later).await;
        assert_eq!((again[0].message.id, again[0].attempt), (message, attempt));
        assert!(place.data_started(message, attempt).await && place.accepted(message, attempt, "q").await);
        assert_eq!(reported(&place, message, report - 1).await, Noted::Nothing, "it was about the mail before");
        let noted = if report == 2 { Noted::SentAgain } else { Noted::Suppressed };
        assert_eq!(reported(&place, message, report).await, noted);
    }
    assert_eq!(reported(&place, message, 3).await, Noted::Nothing);
}

async fn a_bounce_of_somebody_who_was_erased_is_nobodys(place: Place) {
    let nobody = bounced(&place, MessageId::new(), BounceKind::Hard).await;
    assert_eq!(nobody, Noted::Nothing);
}

async fn an_operator_lets_mail_be_sent_to_an_address_again(place: Place) {
    by_mail(&place, "ana", "A-1").await;
    let message = sent(&place).await;
    bounced(&place, message, BounceKind::Hard).await;
    let id = suppressions(&place).await[0].id;
    let elsewhere = testing::desk(tenant_id("indjija"), "olga");
    assert!(!place.store.lift(&elsewhere, id, place.now).await.unwrap());
    let desk = testing::desk(tenant_id("ruma"), "olga");
    assert!(place.store.lift(&desk, id, place.now).await.unwrap());
    assert!(!place.store.lift(&desk, id, place.now).await.unwrap());
    assert_eq!(suppressions(&place).await, []);
}

async fn one_click_returns_one_account_to_paper_and_says_so_by_mail(place: Place) {
    let ana = by_mail(&place, "ana", "A-1").await;
    sent(&place).await;
    let account = linked(&place, &ana).await;
    let link = (ana.user(), account.id);
    let back = async || {
        let cause = PaperCause::Unsubscribed;
        place.store.back_to_paper(ana.tenant(), link, cause, MessageId::new(), place.now).await.unwrap()
    };
    assert!(back().await);
    assert!(!back().await, "twice is the same as once");
    let account = linked(&place, &ana).await;
    assert_eq!((account.delivery, account.paper_because), (BillDelivery::Paper, Some(PaperCause::Unsubscribed)));
    assert_eq!(place.store.untold(&place.system(), 10, place.now).await.unwrap()[0].wanted, PostalChannel::Paper);
    let told: Vec<_> = place.messages().await.into_iter().map(|claimed| claimed.message.content).collect();
    assert_eq!(told, [Content::BackToPaper {}]);
    let consent = place.store.consents(&ana, None, 1).await.unwrap().remove(0);
    assert_eq!((consent.granted, consent.mechanism.as_str()), (false, "one-click"));
}

async fn an_unknown_message_is_held_and_then_sent_again_by_itself(place: Place) {
    place.registered("ana", "A-1").await;
    let id = place.messages().await[0].message.id;
    assert!(place.data_started(id, 1).await);
    let hold = place.now + SignedDuration::from_mins(30);
    assert!(place.store.unknown(&place.system(), id, 1, Fate::HoldUntil(hold)).await.unwrap());
    place.store.recover(&place.system(), Channel::Email, hold - SignedDuration::from_secs(1)).await.unwrap();
    assert_eq!(place.store.count(&place.system()).await.unwrap(), [(MessageState::Unknown, 1)]);
    place.store.recover(&place.system(), Channel::Email, hold).await.unwrap();
    assert_eq!(place.messages_at(hold).await[0].attempt, 2);
}

crate::on_both_databases!(
    a_mail_that_comes_back_for_good_returns_its_user_to_paper_and_billing_is_told,
    nothing_more_is_sent_to_a_dead_address_but_codes,
    whoever_chooses_mail_again_gets_mail_again,
    a_mail_that_may_still_arrive_is_sent_again_later_and_not_for_ever,
    a_report_is_noted_once_however_often_it_is_handed_in,
    a_bounce_of_somebody_who_was_erased_is_nobodys,
    an_operator_lets_mail_be_sent_to_an_address_again,
    one_click_returns_one_account_to_paper_and_says_so_by_mail,
    an_unknown_message_is_held_and_then_sent_again_by_itself,
);
