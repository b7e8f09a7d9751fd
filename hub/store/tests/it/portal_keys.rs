//! Keys of portals, and what operators call tenants.

use jiff::{SignedDuration, Timestamp};
use komunala_app::{
    credentials::PortalKeyDigest,
    ports::{
        PortalKeys, Settings, Tenants,
        portal_keys::{Issued, IssuedKey},
        tenants::TenantRecord,
    },
    scope::testing,
};
use komunala_domain::ids::PortalKeyId;

use crate::place::Place;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

fn key(place: &Place, secret: &str) -> IssuedKey {
    let minute = Timestamp::from_second(place.now.as_second() / 60 * 60).unwrap();
    IssuedKey {
        id: PortalKeyId::new(),
        tenant: "ruma".parse().unwrap(),
        portal: "web".parse().unwrap(),
        digest: PortalKeyDigest::of(secret),
        created_at: minute,
        created_by: "olga".into(),
        not_after: Some(minute + HOUR),
        revoked_at: None,
        revoked_by: None,
        last_used_at: None,
    }
}

async fn a_key_reads_back_with_its_uses_and_its_end_and_every_change_is_noticed(place: Place) {
    let (olga, system) = (testing::operator("olga"), place.system());
    let made = key(&place, "first");
    assert_eq!(place.store.issue_portal_key(&olga, &made, 2, place.now - HOUR).await.unwrap(), Issued::Done);
    assert_eq!(place.store.portal_keys(&system).await.unwrap(), std::slice::from_ref(&made));
    assert_eq!(place.store.settings_revision(&system).await.unwrap(), 1);

    let (late, early) = (made.created_at + HOUR, made.created_at);
    place.store.note_portal_key_uses(&system, &[(made.id, late)]).await.unwrap();
    place.store.note_portal_key_uses(&system, &[(made.id, early)]).await.unwrap();
    let used = IssuedKey { last_used_at: Some(late), ..made.clone() };
    assert_eq!(place.store.portal_keys(&system).await.unwrap(), std::slice::from_ref(&used));
    assert_eq!(place.store.settings_revision(&system).await.unwrap(), 1);

    let pavle = testing::operator("pavle");
    assert!(place.store.revoke_portal_key(&pavle, &made, late).await.unwrap());
    assert!(!place.store.revoke_portal_key(&olga, &made, late + HOUR).await.unwrap());
    let revoked = IssuedKey { revoked_at: Some(late), revoked_by: Some("pavle".into()), ..used };
    assert!(!revoked.is_valid(early) && made.is_valid(early) && !made.is_valid(late));
    assert_eq!(place.store.portal_keys(&system).await.unwrap(), [revoked]);
    assert_eq!(place.store.settings_revision(&system).await.unwrap(), 2);
}

async fn a_portal_has_so_many_valid_keys_and_no_more_however_many_are_made_at_once(place: Place) {
    let (olga, place) = (&testing::operator("olga"), &place);
    let issue = |n: usize| async move {
        let made = key(place, &format!("key {n}"));
        place.store.issue_portal_key(olga, &made, 3, place.now - HOUR).await.unwrap()
    };
    let issued = futures::future::join_all((0..8).map(issue)).await;
    assert_eq!(issued.iter().filter(|issued| **issued == Issued::Done).count(), 3);
    let keys = place.store.portal_keys(&place.system()).await.unwrap();
    assert_eq!(keys.len(), 3);
    place.store.revoke_portal_key(olga, &keys[0], place.now).await.unwrap();
    assert_eq!(issue(8).await, Issued::Done);
    // what ended long ago goes when the next one comes
    let later = IssuedKey { created_at: place.now + 10 * HOUR, not_after: None, ..key(place, "later") };
    let issued = place.store.issue_portal_key(olga, &later, 3, place.now + 9 * HOUR).await.unwrap();
    assert_eq!(issued, Issued::Done);
    assert_eq!(place.store.portal_keys(&place.system()).await.unwrap(), [later]);
}

async fn a_tenant_is_entered_once_and_called_something_else_later(place: Place) {
    let (olga, system) = (testing::operator("olga"), place.system());
    let entered = TenantRecord {
        id: "ruma".parse().unwrap(),
        display_name: "Ruma".into(),
        created_at: place.now,
        updated_at: place.now,
        updated_by: "olga".into(),
    };
    assert!(place.store.create_tenant(&olga, &entered).await.unwrap());
    let again = TenantRecord { display_name: "Another".into(), ..entered.clone() };
    assert!(!place.store.create_tenant(&olga, &again).await.unwrap());
    assert_eq!(place.store.tenants(&system).await.unwrap(), std::slice::from_ref(&entered));
    let renamed = TenantRecord { display_name: "Ruma i okolina".into(), updated_by: "pavle".into(), ..entered };
    place.store.update_tenant(&olga, &renamed).await.unwrap();
    let only_named = TenantRecord { id: "indjija".parse().unwrap(), ..renamed.clone() };
    place.store.update_tenant(&olga, &only_named).await.unwrap();
    assert_eq!(place.store.tenants(&system).await.unwrap(), [only_named, renamed]);
}

crate::on_both_databases!(
    a_key_reads_back_with_its_uses_and_its_end_and_every_change_is_noticed,
    a_portal_has_so_many_valid_keys_and_no_more_however_many_are_made_at_once,
    a_tenant_is_entered_once_and_called_something_else_later,
);
