//! What users say of themselves.

use komunala_app::ports::{Users, users::ProfileChange};
use komunala_domain::Language;

use crate::place::Place;

async fn what_is_named_changes_and_the_rest_stays(place: Place) {
    let ana = place.user("ana", "A-1").await;
    let mika = place.user("mika", "B-1").await;
    let phone = "+381601234567".parse().unwrap();
    let numbered = ProfileChange { phone: Some(Some(phone)), ..Default::default() };
    let renamed = ProfileChange {
        given_name: Some("Анђела\0".into()),
        language: Some(Language::Ukrainian),
        ..Default::default()
    };
    // at once: neither undoes the other
    let update = async |change| place.store.update_profile(&ana, change, place.now).await.unwrap();
    let (first, second) = tokio::join!(update(numbered), update(renamed));
    assert!(first.is_some() && second.is_some());
    let user = place.store.me(&ana).await.unwrap().unwrap();
    assert_eq!((user.given_name.as_str(), user.family_name.as_str()), ("Анђела", "Петровић"));
    assert_eq!(user.phone.as_ref().map(|phone| phone.as_str()), Some("+381601234567"));
    assert_eq!(user.language, Language::Ukrainian);

    let gone = ProfileChange { phone: Some(None), ..Default::default() };
    assert_eq!(update(gone).await.unwrap().phone, None);
    assert_eq!(place.store.me(&mika).await.unwrap().unwrap().given_name, "mika");
    let elsewhere = komunala_app::scope::testing::user(place.portal("indjija"), ana.user());
    let theirs = place.store.update_profile(&elsewhere, ProfileChange::default(), place.now).await.unwrap();
    assert!(theirs.is_none());
}

crate::on_both_databases!(what_is_named_changes_and_the_rest_stays);
