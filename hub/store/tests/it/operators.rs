//! What operators install and apply.

use bytes::Bytes;
use komunala_app::{
    ports::{
        Components, Settings, StoreError,
        components::{About, InstalledComponent},
        settings::{Applied, Subject},
    },
    scope::{OperatorScope, testing},
};
use komunala_domain::Sha256;
use sha2::Digest;

use crate::place::Place;

const BYTES: &[u8] = b"\0asm a component";

fn operator() -> OperatorScope {
    testing::operator("olga")
}

fn component(place: &Place) -> InstalledComponent {
    InstalledComponent {
        digest: Sha256(sha2::Sha256::digest(BYTES).into()),
        about: About {
            name: "gas".into(),
            version: "1.2.0".into(),
            contract: "0.1.0".into(),
            description: "A billing system".into(),
        },
        manifest: "[adapter]\nname = 'gas'\n".into(),
        size: BYTES.len() as u64,
        signature: Some(vec![7; 64]),
        installed_at: place.now,
        installed_by: "olga".into(),
    }
}

fn applied(place: &Place, subject: Subject, text: &str, revision: u64) -> Applied {
    Applied {
        subject,
        text: text.into(),
        previous_component: Some(Sha256([9; 32])),
        is_enabled: true,
        is_shown: true,
        revision,
        applied_at: place.now,
        applied_by: "olga".into(),
    }
}

async fn a_component_reads_back_with_its_bytes_and_replaces_itself(place: Place) {
    let (first, system) = (component(&place), place.system());
    assert_eq!(place.store.component(&system, first.digest).await.unwrap(), None);
    assert_eq!(place.store.component_bytes(&system, first.digest).await.unwrap(), None);
    place.store.keep_component(&operator(), &first, Bytes::from_static(BYTES)).await.unwrap();
    let signed_anew = InstalledComponent { signature: None, ..first.clone() };
    place.store.keep_component(&operator(), &signed_anew, Bytes::from_static(BYTES)).await.unwrap();
    assert_eq!(place.store.components(&system).await.unwrap(), [signed_anew]);
    assert_eq!(place.store.component_bytes(&system, first.digest).await.unwrap().as_deref(), Some(BYTES));
}

async fn bytes_of_another_digest_leave_no_component(place: Place) {
    let wrong = InstalledComponent { digest: Sha256([0; 32]), ..component(&place) };
    let refused = place.store.keep_component(&operator(), &wrong, Bytes::from_static(BYTES)).await;
    assert!(matches!(refused, Err(StoreError::Damaged { what: "component", .. })), "{refused:?}");
    assert_eq!(place.store.components(&place.system()).await.unwrap(), []);
}

async fn settings_are_one_text_per_subject_and_every_change_counts(place: Place) {
    let (system, gas) = (place.system(), Subject::Provider("gas".parse().unwrap()));
    assert_eq!(place.store.settings_revision(&system).await.unwrap(), 0);
    let first = applied(&place, gas.clone(), "first", 1);
    assert!(place.store.apply_settings(&operator(), &first).await.unwrap());
    let portals = applied(&place, Subject::Portals("region".parse().unwrap()), "portals", 2);
    assert!(place.store.apply_settings(&operator(), &portals).await.unwrap());
    let off =
        Applied { is_enabled: false, is_shown: false, previous_component: None, ..applied(&place, gas, "second", 3) };
    assert!(place.store.apply_settings(&operator(), &off).await.unwrap());
    assert_eq!(place.store.settings_revision(&system).await.unwrap(), 3);
    assert_eq!(place.store.applied_settings(&system).await.unwrap(), [portals, off]);
}

async fn of_many_changes_after_the_same_one_exactly_one_happens(place: Place) {
    let place = &place;
    let change = |n: usize| async move {
        let subject = Subject::Provider(format!("gas-{n}").parse().unwrap());
        place.store.apply_settings(&operator(), &applied(place, subject, "text", 1)).await.unwrap()
    };
    let happened = futures::future::join_all((0..8).map(change)).await;
    assert_eq!(happened.iter().filter(|happened| **happened).count(), 1);
    assert_eq!(place.store.applied_settings(&place.system()).await.unwrap().len(), 1);
    assert_eq!(place.store.settings_revision(&place.system()).await.unwrap(), 1);
}

crate::on_both_databases!(
    a_component_reads_back_with_its_bytes_and_replaces_itself,
    bytes_of_another_digest_leave_no_component,
    settings_are_one_text_per_subject_and_every_change_counts,
    of_many_changes_after_the_same_one_exactly_one_happens,
);
