//! What users agreed to.

use jiff::SignedDuration;
use komunala_app::ports::{
    Accounts, Consents, Written,
    accounts::{AccountFilter, DeliveryChoice},
    consents::{BILL_BY_EMAIL, NewConsent},
};
use komunala_domain::BillDelivery;

use crate::{
    place::{Place, key},
    samples,
};

async fn what_was_agreed_to_is_listed_the_youngest_first_and_pages_go_on(place: Place) {
    let ana = place.user("ana", "A-1").await;
    place.user("mika", "A-1").await;
    let later = place.now + SignedDuration::from_secs(1);
    let newer = NewConsent { pre_ticked: true, sha256: None, ..samples::consent("terms", "2025-01") };
    let written = place.store.give(&ana, newer, key("GiveConsent"), later).await.unwrap().unwrap();
    let Written::Now(id) = written else { panic!("it was written before") };

    let all = place.store.consents(&ana, None, 10).await.unwrap();
    let seen: Vec<_> = all.iter().map(|it| (it.purpose.version.as_str(), it.pre_ticked, it.sha256.is_some())).collect();
    assert_eq!(seen, [("2025-01", Some(true), false), ("2024-05", Some(false), true)]);
    assert_eq!((all[0].id, all[0].at, all[0].granted), (id, later, true));
    assert_eq!(place.store.consents(&ana, Some(id), 10).await.unwrap(), all[1..]);
    assert_eq!(place.store.consent(&ana, id).await.unwrap().as_ref(), Some(&all[0]));
    let elsewhere = komunala_app::scope::testing::user(place.portal("indjija"), ana.user());
    assert_eq!(place.store.consents(&elsewhere, None, 10).await.unwrap(), []);
}

async fn a_consent_is_written_down_once_and_only_for_a_provider_that_is_linked(place: Place) {
    let ana = place.user("ana", "A-1").await;
    let key = key("GiveConsent");
    let give = async |consent| place.store.give(&ana, consent, key.clone(), place.now).await.unwrap();
    let Some(Written::Now(id)) = give(samples::consent("privacy", "1")).await else { panic!("not written") };
    assert_eq!(give(samples::consent("privacy", "1")).await, Some(Written::Before(id.to_string())));
    let of_water = NewConsent { provider: "water".parse().unwrap(), ..samples::consent("terms", "1") };
    assert_eq!(give(of_water).await, None);
    assert_eq!(place.store.consents(&ana, None, 10).await.unwrap().len(), 2);

    let standing = place.store.standing(&ana).await.unwrap();
    assert_eq!(standing.providers, ["gas".parse().unwrap()]);
    let mut accepted: Vec<_> = standing.accepted.iter().map(|it| it.document.document.as_str()).collect();
    accepted.sort_unstable();
    assert_eq!(accepted, ["privacy", "terms"]);
}

async fn a_choice_of_paper_takes_the_consent_to_mail_back(place: Place) {
    let ana = place.user("ana", "A-1").await;
    let account = place.store.list(&ana, &AccountFilter::All, None, 1).await.unwrap()[0].id;
    let gas = "gas".parse().unwrap();
    for (delivery, granted) in [(BillDelivery::Email, true), (BillDelivery::Paper, false)] {
        let consent = NewConsent { granted, ..samples::consent(BILL_BY_EMAIL, "") };
        let choice = DeliveryChoice { delivery, consent };
        let key = key("SetBillDelivery");
        place.store.set_delivery(&ana, (&gas, account), choice, key, place.now).await.unwrap().unwrap();
    }
    let all = place.store.consents(&ana, None, 10).await.unwrap();
    let seen: Vec<_> = all.iter().map(|it| (it.purpose.document.as_str(), it.granted)).collect();
    assert_eq!(seen, [(BILL_BY_EMAIL, false), (BILL_BY_EMAIL, true), ("terms", true)]);
}

crate::on_both_databases!(
    what_was_agreed_to_is_listed_the_youngest_first_and_pages_go_on,
    a_consent_is_written_down_once_and_only_for_a_provider_that_is_linked,
    a_choice_of_paper_takes_the_consent_to_mail_back,
);
