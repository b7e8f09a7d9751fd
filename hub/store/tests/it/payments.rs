//! Payments: what is learned counts once, from where the payment stands by then, and nobody is in anybody's way.

use jiff::{SignedDuration, Timestamp};
use komunala_app::{
    ports::{
        Accounts, Copies, Payments, Written,
        accounts::AccountFilter,
        audit::Chain,
        copies::CopyKind,
        gateways::Forward,
        payments::{Disbelief, Learned, NewPayment, PaymentOrder, PaymentProgress, PaymentRow},
    },
    scope::{TenantScope, UserScope, testing},
};
use komunala_domain::{
    Currency, Language, Money,
    ids::PaymentId,
    payment::{PaymentState, PaymentStep},
};

use crate::{
    place::{Place, key},
    samples,
};

/// Ana, and a payment of hers.
struct Paying {
    ana: UserScope,
    new: NewPayment,
}

async fn paying(place: &Place) -> Paying {
    let ana = place.user("ana", "A-1").await;
    let account = place.store.list(&ana, &AccountFilter::All, None, 1).await.unwrap()[0].id;
    place.store.keep_invoices(ana.tenant(), account, &samples::invoices(1), place.now).await.unwrap();
    let bill = place.store.invoices(&ana, &AccountFilter::All, None, 1).await.unwrap().remove(0);
    let link = place.store.link_to(&ana, account).await.unwrap().unwrap();
    let new = NewPayment {
        id: PaymentId::new(),
        provider: "gas".parse().unwrap(),
        account,
        invoice: bill.id,
        channel: "card".parse().unwrap(),
        order: PaymentOrder {
            account: "A-1".parse().unwrap(),
            invoice: bill.invoice.external_id,
            number: bill.invoice.number,
            installment: None,
            link,
            merchant: "shop".to_owned(),
            amount: Money { minor: 500, currency: Currency::UAH },
            language: Language::Ukrainian,
            expires_at: place.now + SignedDuration::from_hours(24),
        },
        user: Some(ana.user()),
        key: key("StartPayment"),
        now: place.now,
    };
    assert_eq!(place.store.start_payment(ana.tenant(), &new).await.unwrap(), Written::Now(()));
    Paying { ana, new }
}

fn learned(attempt: u32, step: Option<PaymentStep>, forward: &str, now: Timestamp) -> Learned {
    let progress = PaymentProgress { forward: Some(Forward::Link(forward.to_owned())), ..PaymentProgress::default() };
    Learned { attempt, step, progress, next: Some(now + SignedDuration::from_mins(5)), now }
}

async fn taken(place: &Place, scope: &TenantScope, id: PaymentId, now: Timestamp) -> Option<PaymentRow> {
    place.store.take_payment(scope, id, now).await.unwrap()
}

async fn one_request_id_is_one_payment(place: Place) {
    let Paying { ana, new } = paying(&place).await;
    let again = NewPayment { id: PaymentId::new(), ..new.clone() };
    let answer = place.store.start_payment(ana.tenant(), &again).await.unwrap();
    assert_eq!(answer, Written::Before(new.id.to_string()));
    assert_eq!(place.store.payments_of_bill(ana.tenant(), new.invoice).await.unwrap().len(), 1);
    let listed = place.store.list_payments(&ana, &AccountFilter::All, None, 10).await.unwrap();
    assert_eq!((listed.len(), listed[0].id, listed[0].state), (1, new.id, PaymentState::Started));
    assert_eq!(listed[0].order, new.order);
    // whoever has not linked the account sees nothing of it
    let bojan = place.user("bojan", "A-2").await;
    assert_eq!(place.store.list_payments(&bojan, &AccountFilter::All, None, 10).await.unwrap(), []);
    assert_eq!(place.store.users_payment(&bojan, new.account, new.id).await.unwrap(), None);
    assert_eq!(place.store.users_payment(&ana, new.account, new.id).await.unwrap().unwrap().id, new.id);
}

async fn whoever_has_a_payment_in_hand_keeps_it_until_its_time_is_over(place: Place) {
    let Paying { ana, new } = paying(&place).await;
    let (scope, now) = (ana.tenant(), place.now);
    let first = taken(&place, scope, new.id, now).await.unwrap();
    assert!(taken(&place, scope, new.id, now).await.is_none(), "two have it in hand");
    let later = now + SignedDuration::from_mins(1);
    let second = taken(&place, scope, new.id, later).await.unwrap();
    assert!(second.attempt > first.attempt);
    // the first one was only slow; the way that it found is nobody's
    let late = learned(first.attempt, Some(PaymentStep::Forwarded), "https://one.example/", later);
    let unchanged = place.store.learn(scope, new.id, &late).await.unwrap().unwrap();
    assert_eq!((unchanged.state, unchanged.progress.forward), (PaymentState::Started, None));
    let right = learned(second.attempt, Some(PaymentStep::Forwarded), "https://two.example/", later);
    let row = place.store.learn(scope, new.id, &right).await.unwrap().unwrap();
    assert_eq!(row.progress.forward, Some(Forward::Link("https://two.example/".to_owned())));
    assert!(taken(&place, scope, new.id, later).await.is_some(), "nobody let go of it");
}

async fn what_is_learned_counts_once_and_makes_copies_stale(place: Place) {
    let Paying { ana, new } = paying(&place).await;
    let (scope, now) = (ana.tenant(), place.now);
    let row = taken(&place, scope, new.id, now).await.unwrap();
    for step in
        [PaymentStep::Forwarded, PaymentStep::Paid, PaymentStep::Failed, PaymentStep::Paid, PaymentStep::Expired]
    {
        place.store.learn(scope, new.id, &learned(row.attempt, Some(step), "https://one.example/", now)).await.unwrap();
    }
    let paid = place.store.payment(scope, new.id).await.unwrap().unwrap();
    assert_eq!(paid.state, PaymentState::Paid);
    let filter = AccountFilter::One("gas".parse().unwrap(), new.account);
    let age = async || place.store.ages(&ana, &filter, CopyKind::Invoices).await.unwrap()[0].as_of;
    assert!(age().await.is_some());
    for _ in 0..5 {
        // whoever learned it, under whatever attempt: it is true
        let told = learned(row.attempt + 7, Some(PaymentStep::Posted), "https://one.example/", now);
        let posted = place.store.learn(scope, new.id, &told).await.unwrap().unwrap();
        assert_eq!(posted.state, PaymentState::Posted);
    }
    assert_eq!(age().await, None, "the copy is still young");
    let told = actions(&place).await;
    assert_eq!(told, ["payment_started", "payment_made", "payment_posted"]);
}

async fn what_is_not_believed_is_told_once(place: Place) {
    let Paying { ana, new } = paying(&place).await;
    for _ in 0..5 {
        for why in [Disbelief::Forged, Disbelief::OtherAmount] {
            place.store.disbelieve(ana.tenant(), new.id, why, place.now).await.unwrap();
        }
    }
    assert_eq!(actions(&place).await, ["payment_started", "payment_doubted", "payment_doubted"]);
}

async fn a_worker_gets_what_is_due_and_whoever_hints_is_heard(place: Place) {
    let Paying { ana, new } = paying(&place).await;
    let (scope, now) = (ana.tenant(), place.now);
    let due = async |at| place.store.due_payments(&place.system(), 10, at).await.unwrap();
    assert_eq!(due(now).await, [], "nobody was sent anywhere yet");
    let row = taken(&place, scope, new.id, now).await.unwrap();
    // a hint while somebody has it in hand is not lost by what they write down
    let soon = now + SignedDuration::from_secs(2);
    place.store.remind(scope, new.id, soon).await.unwrap();
    place.store.learn(scope, new.id, &learned(row.attempt, Some(PaymentStep::Forwarded), "x", now)).await.unwrap();
    assert_eq!(due(now).await, []);
    let found = due(soon).await;
    assert_eq!((found.len(), found[0].id), (1, new.id));
    assert_eq!(due(soon).await, [], "two workers have it");
    // a worker that died
    assert_eq!(due(soon + SignedDuration::from_mins(1)).await.len(), 1);
}

async fn a_pay_link_shows_its_bill_as_long_as_the_link_counts(place: Place) {
    let Paying { ana, new } = paying(&place).await;
    let tenant = ana.tenant().tenant().clone();
    let payer = testing::payer(tenant.clone(), new.order.link, new.invoice);
    let found = place.store.payers_bill(&payer).await.unwrap().unwrap();
    assert_eq!((found.copy.id, found.external_account.as_str()), (new.invoice, "A-1"));
    let bojan = place.user("bojan", "A-2").await;
    let account = place.store.list(&bojan, &AccountFilter::All, None, 1).await.unwrap()[0].id;
    let other = place.store.link_to(&bojan, account).await.unwrap().unwrap();
    assert!(place.store.payers_bill(&testing::payer(tenant, other, new.invoice)).await.unwrap().is_none());
    let elsewhere = testing::payer("sid".parse().unwrap(), new.order.link, new.invoice);
    assert!(place.store.payers_bill(&elsewhere).await.unwrap().is_none());
}

/// What the audit log says of payments.
async fn actions(place: &Place) -> Vec<String> {
    use komunala_app::ports::Audit;
    let chain = Chain::Tenant("ruma".parse().unwrap());
    let events = place.store.events(&place.system(), &chain, None, 0, 100).await.unwrap();
    events.into_iter().map(|event| event.action).filter(|action| action.starts_with("payment_")).collect()
}

crate::on_both_databases!(
    one_request_id_is_one_payment,
    whoever_has_a_payment_in_hand_keeps_it_until_its_time_is_over,
    what_is_learned_counts_once_and_makes_copies_stale,
    what_is_not_believed_is_told_once,
    a_worker_gets_what_is_due_and_whoever_hints_is_heard,
    a_pay_link_shows_its_bill_as_long_as_the_link_counts,
);
