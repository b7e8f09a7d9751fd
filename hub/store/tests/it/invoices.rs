//! Copies of invoices, account cards and balances.

use jiff::{SignedDuration, Timestamp};
use komunala_app::{
    ports::{
        Accounts, Copies, StoreError,
        accounts::AccountFilter,
        copies::{CopyKind, DocumentCopy, InvoiceCopy, InvoiceCursor, InvoiceFilter},
    },
    scope::UserScope,
};
use komunala_domain::{BillDelivery, Sha256, ids::AccountId};

use crate::{
    place::{Place, key},
    samples,
};

async fn account_of(place: &Place, user: &UserScope) -> AccountId {
    place.store.list(user, &AccountFilter::All, None, 1).await.unwrap()[0].id
}

async fn page(place: &Place, user: &UserScope, after: Option<&InvoiceCopy>, limit: u32) -> Vec<InvoiceCopy> {
    let after = after.map(|last| InvoiceCursor { issued: last.invoice.listed_on(), id: last.id });
    place.store.invoices(user, &AccountFilter::All, after, limit).await.unwrap()
}

async fn an_invoice_keeps_its_id_and_its_document_until_it_changes(place: Place) {
    let ana = place.user("ana", "A-1").await;
    let account = account_of(&place, &ana).await;
    let mut invoices = samples::invoices(3);
    place.store.keep_invoices(ana.tenant(), account, &invoices, place.now).await.unwrap();
    let before = page(&place, &ana, None, 10).await;
    assert_eq!(before.len(), 3);
    let document = DocumentCopy { sha256: Sha256([9; 32]), size: 1234, media_type: "application/pdf".to_owned() };
    for copy in &before {
        assert!(place.fetched(&ana, (account, copy.id), &document).await);
    }

    // one changes, one is new, one is not named any more
    let changed = invoices[0].external_id.clone();
    invoices[0].total.minor += 1;
    invoices.remove(2);
    invoices.push(samples::invoice(7));
    let later = place.now + SignedDuration::from_mins(1);
    place.store.keep_invoices(ana.tenant(), account, &invoices, later).await.unwrap();
    let after = page(&place, &ana, None, 10).await;
    assert_eq!(after.len(), 4);
    for old in &before {
        let new = after.iter().find(|copy| copy.invoice.external_id == old.invoice.external_id).unwrap();
        assert_eq!(new.id, old.id);
        assert_eq!(new.document, (new.invoice.external_id != changed).then(|| document.clone()));
        let named = invoices.iter().any(|invoice| invoice.external_id == new.invoice.external_id);
        assert_eq!(new.as_of, if named { later } else { place.now });
    }
    let one = place.store.invoice(&ana, account, before[0].id).await.unwrap().unwrap();
    assert!(after.contains(&one));
}

async fn a_document_is_kept_in_each_of_its_forms_until_the_invoice_changes(place: Place) {
    let ana = place.user("ana", "A-1").await;
    let account = account_of(&place, &ana).await;
    let mut invoices = samples::invoices(1);
    place.store.keep_invoices(ana.tenant(), account, &invoices, place.now).await.unwrap();
    let id = page(&place, &ana, None, 1).await[0].id;
    let form = |digest, media_type: &str| DocumentCopy {
        sha256: Sha256([digest; 32]),
        size: 7,
        media_type: media_type.into(),
    };
    for document in [form(1, "application/pdf"), form(2, "application/xml"), form(3, "application/xml")] {
        assert!(place.fetched(&ana, (account, id), &document).await);
    }
    let xml = async || place.store.document(ana.tenant(), id, "application/xml").await.unwrap();
    assert_eq!(page(&place, &ana, None, 1).await[0].document, Some(form(1, "application/pdf")));
    assert_eq!(xml().await, Some(form(3, "application/xml")));
    assert_eq!(place.store.document(ana.tenant(), id, "text/csv").await.unwrap(), None);
    let elsewhere = place.portal("indjija");
    assert_eq!(place.store.document(elsewhere.tenant(), id, "application/xml").await.unwrap(), None);
    invoices[0].total.minor += 1;
    place.store.keep_invoices(ana.tenant(), account, &invoices, place.now).await.unwrap();
    assert_eq!(xml().await, None);
}

async fn pages_are_stable_while_invoices_arrive(place: Place) {
    let ana = place.user("ana", "A-1").await;
    place.store.link(&ana, samples::link("A-2", BillDelivery::Paper), key("LinkAccount"), place.now).await.unwrap();
    let accounts = place.store.list(&ana, &AccountFilter::All, None, 10).await.unwrap();
    for account in &accounts {
        place.store.keep_invoices(ana.tenant(), account.id, &samples::invoices(24), place.now).await.unwrap();
    }
    let all = page(&place, &ana, None, 100).await;
    assert_eq!(all.len(), 48);
    assert!(all.is_sorted_by_key(|copy| std::cmp::Reverse((copy.invoice.listed_on(), copy.id))));
    assert!(
        all.iter().any(|copy| copy.account == accounts[0].id) && all.iter().any(|copy| copy.account == accounts[1].id)
    );

    let mut seen = page(&place, &ana, None, 7).await;
    place.store.keep_invoices(ana.tenant(), accounts[0].id, &[samples::invoice(40)], place.now).await.unwrap();
    while let next = page(&place, &ana, seen.last(), 7).await
        && !next.is_empty()
    {
        seen.extend(next);
    }
    assert_eq!(seen, all, "what arrives later stands before the pages that are left");
}

async fn invoices_without_a_day_stand_behind_all_others(place: Place) {
    let ana = place.user("ana", "A-1").await;
    let account = account_of(&place, &ana).await;
    let mut invoices = samples::invoices(6);
    for undated in &mut invoices[..3] {
        (undated.period, undated.issued) = (None, None);
    }
    place.store.keep_invoices(ana.tenant(), account, &invoices, place.now).await.unwrap();
    let mut seen: Vec<InvoiceCopy> = Vec::new();
    while let next = page(&place, &ana, seen.last(), 2).await
        && !next.is_empty()
    {
        seen.extend(next);
    }
    let dated: Vec<bool> = seen.iter().map(|copy| copy.invoice.issued.is_some()).collect();
    assert_eq!(dated, [true, true, true, false, false, false]);
    assert!(seen.iter().all(|copy| copy.invoice.period.is_some() == copy.invoice.issued.is_some()));
    assert_eq!(seen, page(&place, &ana, None, 10).await);
    place.store.keep_invoices(ana.tenant(), account, &samples::invoices(6), place.now).await.unwrap();
    assert!(page(&place, &ana, None, 10).await.iter().all(|copy| copy.invoice.issued.is_some()), "billing says it now");
}

async fn invoices_with_ages_are_what_two_calls_answer(place: Place) {
    let ana = place.user("ana", "A-1").await;
    for account in ["A-2", "A-3"] {
        let new = samples::link(account, BillDelivery::Paper);
        place.store.link(&ana, new, key("LinkAccount"), place.now).await.unwrap();
    }
    let accounts = place.store.list(&ana, &AccountFilter::All, None, 10).await.unwrap();
    place.store.keep_invoices(ana.tenant(), accounts[0].id, &samples::invoices(5), place.now).await.unwrap();
    place.store.keep_invoices(ana.tenant(), accounts[1].id, &[], place.now).await.unwrap();
    let gas = || "gas".parse().unwrap();
    let filters = [
        AccountFilter::All,
        AccountFilter::OfProvider(gas()),
        AccountFilter::OfProvider("water".parse().unwrap()),
        AccountFilter::OfProvider("hidden".parse().unwrap()),
        AccountFilter::One(gas(), accounts[0].id),
        AccountFilter::One(gas(), accounts[1].id),
        AccountFilter::One(gas(), accounts[2].id),
        AccountFilter::One(gas(), AccountId::new()),
    ];
    let first = place.store.invoices(&ana, &AccountFilter::All, None, 2).await.unwrap();
    let cursor = InvoiceCursor { issued: first[1].invoice.listed_on(), id: first[1].id };
    for filter in &filters {
        for after in [None, Some(cursor)] {
            let ages = place.store.ages(&ana, filter, CopyKind::Invoices).await.unwrap();
            let invoices = place.store.invoices(&ana, filter, after, 3).await.unwrap();
            let both = place.store.invoices_with_ages(&ana, filter, &InvoiceFilter::default(), after, 3).await.unwrap();
            assert_eq!(both, (ages, invoices), "{filter:?}");
        }
    }
    let ages = place.store.ages(&ana, &AccountFilter::All, CopyKind::Invoices).await.unwrap();
    assert_eq!(ages.iter().map(|age| age.as_of).collect::<Vec<_>>(), [Some(place.now), Some(place.now), None]);
}

async fn nobody_sees_the_invoices_of_an_account_they_have_not_linked(place: Place) {
    let ana = place.user("ana", "A-1").await;
    let mika = place.user("mika", "B-1").await;
    let account = account_of(&place, &ana).await;
    place.store.keep_invoices(ana.tenant(), account, &samples::invoices(2), place.now).await.unwrap();
    place.store.keep_ledger(ana.tenant(), account, &[samples::ledger_entry(1)], place.now).await.unwrap();
    let invoice = page(&place, &ana, None, 1).await.remove(0).id;
    assert_eq!(page(&place, &mika, None, 10).await, []);
    assert_eq!(place.store.invoice(&mika, account, invoice).await.unwrap(), None);
    assert_eq!(place.store.ledger(&mika, account, None, 10).await.unwrap(), []);
    let filter = AccountFilter::One("gas".parse().unwrap(), account);
    assert_eq!(place.store.ages(&mika, &filter, CopyKind::Invoices).await.unwrap(), []);
    assert_eq!(place.store.invoice(&ana, account_of(&place, &mika).await, invoice).await.unwrap(), None);
    assert!(place.store.unlink(&ana, account, place.now).await.unwrap());
    assert_eq!(page(&place, &ana, None, 10).await, []);
}

async fn an_account_card_is_replaced_whole_and_read_newest_first(place: Place) {
    let ana = place.user("ana", "A-1").await;
    let account = account_of(&place, &ana).await;
    let card = |amounts: &[i64]| amounts.iter().map(|amount| samples::ledger_entry(*amount)).collect::<Vec<_>>();
    for amounts in [&[1, 2, 3, 4][..], &[1, 2, 5, 6, 7], &[1, 2], &[1, 2], &[9, 8, 7]] {
        place.store.keep_ledger(ana.tenant(), account, &card(amounts), place.now).await.unwrap();
        let rows = place.store.ledger(&ana, account, None, 10).await.unwrap();
        let mut expected = card(amounts);
        expected.reverse();
        assert_eq!(rows.iter().map(|row| row.entry.clone()).collect::<Vec<_>>(), expected);
    }
    let rows = place.store.ledger(&ana, account, Some(2), 1).await.unwrap();
    assert_eq!((rows.len(), rows[0].position, &rows[0].entry), (1, 1, &samples::ledger_entry(8)));
}

async fn a_balance_is_replaced_and_a_stale_copy_has_no_age(place: Place) {
    let ana = place.user("ana", "A-1").await;
    let account = account_of(&place, &ana).await;
    assert_eq!(place.store.balances(&ana, account).await.unwrap(), []);
    let balance: komunala_domain::Balance = serde_json::from_str(
        r#"{"issuer":{"code":"SUPPLIER","name":null},"amount":{"minor":-5,"currency":"RSD"},"buckets":null,
            "privileges":[{"amount":{"minor":12050,"currency":"RSD"},"period":"2024-07"}],
            "subsidies":[{"amount":{"minor":30000,"currency":"RSD"},"period":null}],"stated_at":null}"#,
    )
    .unwrap();
    place.store.keep_balances(ana.tenant(), account, std::slice::from_ref(&balance), place.now).await.unwrap();
    assert_eq!(place.store.balances(&ana, account).await.unwrap(), [balance]);
    let age = async || place.store.ages(&ana, &AccountFilter::All, CopyKind::Balance).await.unwrap()[0].as_of;
    assert_eq!(age().await, Some(place.now));
    place.store.invalidate(ana.tenant(), account, CopyKind::Balance).await.unwrap();
    assert_eq!(age().await, None::<Timestamp>);
    assert_eq!(place.store.balances(&ana, account).await.unwrap().len(), 1);
}

async fn a_copy_of_an_account_that_the_tenant_does_not_have_is_refused(place: Place) {
    let refused = place.store.keep_invoices(&place.tenant(), AccountId::new(), &[], place.now).await;
    assert!(matches!(refused, Err(StoreError::Damaged { what: "account", .. })), "{refused:?}");
}

crate::on_both_databases!(
    a_document_is_kept_in_each_of_its_forms_until_the_invoice_changes,
    an_invoice_keeps_its_id_and_its_document_until_it_changes,
    pages_are_stable_while_invoices_arrive,
    invoices_without_a_day_stand_behind_all_others,
    invoices_with_ages_are_what_two_calls_answer,
    nobody_sees_the_invoices_of_an_account_they_have_not_linked,
    an_account_card_is_replaced_whole_and_read_newest_first,
    a_balance_is_replaced_and_a_stale_copy_has_no_age,
    a_copy_of_an_account_that_the_tenant_does_not_have_is_refused,
);
