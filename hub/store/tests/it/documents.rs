//! Documents by their digest.

use bytes::Bytes;
use komunala_app::ports::{Documents, StoreError, documents::path_of};
use komunala_domain::Sha256;
use sha2::Digest;

use crate::place::{Place, tenant_id};

const PDF: &[u8] = b"%PDF-1.7 a bill";

fn digest() -> Sha256 {
    Sha256(sha2::Sha256::digest(PDF).into())
}

#[tokio::test]
async fn a_document_reads_back_byte_for_byte_and_only_within_its_tenant() {
    let place = Place::on_sqlite().await;
    let tenant = place.tenant();
    assert_eq!(place.store.get(&tenant, digest()).await.unwrap(), None);
    for _ in 0..2 {
        place.store.put(&tenant, digest(), Bytes::from_static(PDF)).await.unwrap();
    }
    assert_eq!(place.store.get(&tenant, digest()).await.unwrap().as_deref(), Some(PDF));
    assert_eq!(place.store.get(place.portal("indjija").tenant(), digest()).await.unwrap(), None);
    let path = place.settings.documents_dir.join(path_of(&tenant_id("ruma"), digest()));
    assert_eq!(std::fs::read(path).unwrap(), PDF);
}

#[tokio::test]
async fn a_document_that_was_changed_on_disk_is_damaged() {
    let place = Place::on_sqlite().await;
    place.store.put(&place.tenant(), digest(), Bytes::from_static(PDF)).await.unwrap();
    let path = place.settings.documents_dir.join(path_of(&tenant_id("ruma"), digest()));
    std::fs::write(path, &PDF[1..]).unwrap();
    let damaged = place.store.get(&place.tenant(), digest()).await;
    assert!(matches!(damaged, Err(StoreError::Damaged { what: "document", .. })), "{damaged:?}");
}

#[tokio::test]
async fn bytes_are_not_kept_under_a_digest_that_is_not_theirs() {
    let place = Place::on_sqlite().await;
    let refused = place.store.put(&place.tenant(), Sha256([0; 32]), Bytes::from_static(PDF)).await;
    assert!(matches!(refused, Err(StoreError::Damaged { what: "document", .. })));
    assert_eq!(place.store.get(&place.tenant(), Sha256([0; 32])).await.unwrap(), None);
}
