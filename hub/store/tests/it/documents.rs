//! Documents by their digest.

use bytes::Bytes;
use komunala_app::{
    ports::{
        Accounts, Copies, Documents, StoreError, Sweeps, Users,
        accounts::AccountFilter,
        copies::{DocumentCopy, FetchedDocument},
        documents::path_of,
    },
    scope::UserScope,
};
use komunala_domain::{
    Sha256,
    document::PDF as MEDIA_TYPE,
    ids::{AccountId, InvoiceId},
};
use sha2::Digest;

use crate::{
    place::{Place, tenant_id},
    samples,
};

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
    // a copy of the folder shows nobody's bill
    let kept = std::fs::read(path).unwrap();
    assert!(!kept.windows(8).any(|bytes| PDF.windows(8).any(|clear| bytes == clear)));
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

async fn bills_go_with_the_last_who_linked_their_account(place: Place) {
    let (ana, vesna) = (place.user("ana", "A-1").await, place.user("vesna", "A-1").await);
    let account = place.store.list(&ana, &AccountFilter::All, None, 1).await.unwrap()[0].id;
    place.store.keep_invoices(ana.tenant(), account, &samples::invoices(2), place.now).await.unwrap();
    let bills = place.store.invoices(&ana, &AccountFilter::All, None, 10).await.unwrap();
    // one has a PDF, the other one has it in another form
    for (bill, media_type) in bills.iter().zip([MEDIA_TYPE, "application/xml"]) {
        let bytes = format!("a bill as {media_type}").into_bytes();
        let sha256 = Sha256(sha2::Sha256::digest(&bytes).into());
        let copy = DocumentCopy { sha256, size: bytes.len() as u64, media_type: media_type.to_owned() };
        place.store.put(ana.tenant(), sha256, bytes.into()).await.unwrap();
        assert!(place.fetched(&ana, (account, bill.id), &copy).await);
    }
    let folder = place.settings.documents_dir.join("ruma");
    let files = || walk(&folder);
    assert_eq!(files(), 2);
    assert!(place.store.unlink(&ana, account, place.now).await.unwrap());
    assert_eq!(place.store.sweep_documents(&place.system(), 10).await.unwrap(), 0);
    assert_eq!(place.store.invoices(&vesna, &AccountFilter::All, None, 10).await.unwrap().len(), 2);

    place.store.erase(&vesna, samples::message("vesna@example.rs", "farewell"), place.now).await.unwrap();
    assert_eq!(place.store.sweep_documents(&place.system(), 1).await.unwrap(), 1);
    assert_eq!(place.store.sweep_documents(&place.system(), 10).await.unwrap(), 1);
    assert_eq!(place.store.sweep_documents(&place.system(), 10).await.unwrap(), 0);
    assert_eq!(files(), 0);
}

async fn a_document_that_comes_when_nobody_has_the_bill_any_more_is_swept(place: Place) {
    let ana = place.user("ana", "A-1").await;
    let account = place.store.list(&ana, &AccountFilter::All, None, 1).await.unwrap()[0].id;
    place.store.keep_invoices(ana.tenant(), account, &samples::invoices(1), place.now).await.unwrap();
    let bill = place.store.invoices(&ana, &AccountFilter::All, None, 1).await.unwrap().remove(0);
    // both were being fetched when the link ended
    assert!(place.store.unlink(&ana, account, place.now).await.unwrap());
    for media_type in [MEDIA_TYPE, "application/xml"] {
        let bytes = format!("too late, as {media_type}").into_bytes();
        let sha256 = Sha256(sha2::Sha256::digest(&bytes).into());
        let copy = DocumentCopy { sha256, size: bytes.len() as u64, media_type: media_type.to_owned() };
        place.store.put(ana.tenant(), sha256, bytes.into()).await.unwrap();
        assert!(place.fetched(&ana, (account, bill.id), &copy).await);
    }
    let folder = place.settings.documents_dir.join("ruma");
    assert_eq!(walk(&folder), 2);
    assert_eq!(place.store.sweep_documents(&place.system(), 10).await.unwrap(), 2);
    assert_eq!(walk(&folder), 0);
}

/// Two customers' bills, one each.
async fn two_bills(place: &Place) -> [(UserScope, AccountId, InvoiceId); 2] {
    let mut found = Vec::new();
    for (name, number) in [("ana", "A-1"), ("vesna", "A-2")] {
        let user = place.user(name, number).await;
        let account = place.store.list(&user, &AccountFilter::All, None, 1).await.unwrap()[0].id;
        place.store.keep_invoices(user.tenant(), account, &samples::invoices(1), place.now).await.unwrap();
        let bill = place.store.invoices(&user, &AccountFilter::All, None, 1).await.unwrap().remove(0);
        found.push((user, account, bill.id));
    }
    found.try_into().unwrap_or_else(|_| unreachable!("there are two"))
}

fn named(name: &[u8]) -> DocumentCopy {
    DocumentCopy { sha256: Sha256(sha2::Sha256::digest(name).into()), size: 7, media_type: MEDIA_TYPE.to_owned() }
}

async fn a_document_of_two_customers_is_nobodys_until_one_of_them_gets_another(place: Place) {
    let [(ana, anas, hers), (vesna, vesnas, theirs)] = two_bills(&place).await;
    let tenant = ana.tenant();
    let kept = async |user: &UserScope| {
        let bill = place.store.invoices(user, &AccountFilter::All, None, 1).await.unwrap().remove(0);
        bill.document.map(|document| document.sha256)
    };
    let (of_ana, of_vesna) = (named(b"Ana's"), named(b"Vesna's"));
    // Ana's is mixed up, which nobody can see
    assert!(place.fetched(&ana, (anas, hers), &of_vesna).await);
    assert_eq!(kept(&ana).await, Some(of_vesna.sha256));
    // now it shows
    assert!(!place.fetched(&vesna, (vesnas, theirs), &of_vesna).await);
    assert_eq!(kept(&vesna).await, None);
    let both = [(anas, of_vesna.sha256), (vesnas, of_vesna.sha256)];
    assert_eq!(place.store.own_documents(tenant, &both).await.unwrap(), [false, false]);
    // once the billing system gives Ana hers, each has their own
    assert!(place.fetched(&ana, (anas, hers), &of_ana).await);
    assert!(place.fetched(&vesna, (vesnas, theirs), &of_vesna).await);
    assert_eq!((kept(&ana).await, kept(&vesna).await), (Some(of_ana.sha256), Some(of_vesna.sha256)));
    let each = [(vesnas, of_vesna.sha256), (anas, of_ana.sha256), (anas, of_vesna.sha256), (anas, digest())];
    assert_eq!(place.store.own_documents(tenant, &each).await.unwrap(), [true, true, false, true]);
    assert_eq!(place.store.own_documents(place.portal("indjija").tenant(), &each).await.unwrap(), [true; 4]);
}

async fn documents_that_come_together_are_held_against_each_other(place: Place) {
    let [(ana, anas, hers), (_, vesnas, theirs)] = two_bills(&place).await;
    let document = |invoice, account, copy| FetchedDocument { invoice, account, copy };
    let fetched = [document(theirs, vesnas, named(b"one")), document(hers, anas, named(b"one"))];
    assert_eq!(place.store.keep_documents(ana.tenant(), &fetched).await.unwrap(), [false, false]);
    let fetched = [document(theirs, vesnas, named(b"two")), document(hers, anas, named(b"one"))];
    assert_eq!(place.store.keep_documents(ana.tenant(), &fetched).await.unwrap(), [true, true]);
}

async fn a_bill_that_is_gone_has_no_claim_on_its_document(place: Place) {
    let [(ana, anas, hers), (vesna, vesnas, theirs)] = two_bills(&place).await;
    assert!(place.fetched(&ana, (anas, hers), &named(b"one")).await);
    assert!(place.store.unlink(&ana, anas, place.now).await.unwrap());
    assert!(place.fetched(&vesna, (vesnas, theirs), &named(b"one")).await);
    // one that comes when the link has ended has none either
    place.fetched(&ana, (anas, hers), &named(b"one")).await;
    assert_eq!(place.store.own_documents(vesna.tenant(), &[(vesnas, named(b"one").sha256)]).await.unwrap(), [true]);
}

/// How many files lie in a folder and those in it.
fn walk(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { walk(&path) } else { 1 }).sum()
}

crate::on_both_databases!(
    bills_go_with_the_last_who_linked_their_account,
    a_document_that_comes_when_nobody_has_the_bill_any_more_is_swept,
    a_document_of_two_customers_is_nobodys_until_one_of_them_gets_another,
    documents_that_come_together_are_held_against_each_other,
    a_bill_that_is_gone_has_no_claim_on_its_document,
);
