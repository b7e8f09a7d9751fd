//! Lists of invoices that mean only some of them.

use jiff::civil::date;
use komunala_app::{
    ports::{
        Accounts, Copies,
        accounts::AccountFilter,
        copies::{InvoiceCursor, InvoiceFilter},
    },
    scope::UserScope,
};
use komunala_domain::{
    Invoice,
    invoice::{Installment, InvoiceKind, InvoiceState},
};

use crate::{place::Place, samples};

/// Bills of January to June 2024, the third a credit note; each due at the end of the month after, the fourth in two parts.
fn bills() -> Vec<Invoice> {
    let mut bills = samples::invoices(6);
    for (month, bill) in (1_i8..).zip(&mut bills) {
        let end = |month: i8| date(2024, month, 28);
        let part = |month| Installment { amount: bill.total, due: end(month) };
        bill.installments = if month == 4 { vec![part(5), part(9)] } else { vec![part(month + 1)] };
        bill.kind = if month == 3 { InvoiceKind::CreditNote } else { InvoiceKind::Invoice };
        bill.period = (month != 6).then(|| format!("2024-{month:02}").parse().unwrap());
        let odd = if month % 2 == 0 { "even" } else { "odd" };
        bill.supply_points = vec!["a' \"point\"".parse().unwrap(), odd.parse().unwrap()];
    }
    bills
}

/// What the second page of three and the first one have, by the numbers of the samples.
async fn listed(place: &Place, user: &UserScope, only: &InvoiceFilter) -> Vec<String> {
    let mut all = Vec::new();
    let mut after = None;
    loop {
        let (ages, page) = place.store.invoices_with_ages(user, &AccountFilter::All, only, after, 2).await.unwrap();
        assert_eq!(ages.len(), 1, "the age of an account without such bills is told too");
        let Some(last) = page.last() else { return all };
        after = Some(InvoiceCursor { issued: last.invoice.listed_on(), id: last.id });
        all.extend(page.iter().map(|copy| copy.invoice.number.clone()));
    }
}

async fn only_what_is_asked_for_is_listed_page_by_page(place: Place) {
    let ana = place.user("ana", "A-1").await;
    let account = place.store.list(&ana, &AccountFilter::All, None, 1).await.unwrap()[0].id;
    let bills = bills();
    place.store.keep_invoices(ana.tenant(), account, &bills, place.now).await.unwrap();
    let numbers = |places: &[usize]| -> Vec<String> {
        // newest first
        places.iter().rev().map(|place| bills[*place].number.clone()).collect()
    };
    let today = vec![("water".parse().unwrap(), date(1999, 1, 1)), ("gas".parse().unwrap(), date(2024, 5, 28))];
    let of_state = |state| InvoiceFilter { state: Some(state), today: today.clone(), ..InvoiceFilter::default() };
    let of_point = |point: &str| InvoiceFilter { point: Some(point.parse().unwrap()), ..InvoiceFilter::default() };
    let months = |first: Option<&str>, last: Option<&str>| {
        let month = |text: &str| text.parse().unwrap();
        InvoiceFilter { first: first.map(month), last: last.map(month), ..InvoiceFilter::default() }
    };
    for (only, expected) in [
        (InvoiceFilter::default(), &[0, 1, 2, 3, 4, 5][..]),
        (months(Some("2024-02"), Some("2024-04")), &[1, 2, 3]),
        (months(Some("2024-05"), None), &[4]),
        (months(None, Some("2023-12")), &[]),
        (of_point("odd"), &[0, 2, 4]),
        (of_point("a' \"point\""), &[0, 1, 2, 3, 4, 5]),
        (of_point("ODD"), &[]),
        (of_state(InvoiceState::NothingDue), &[2]),
        // the day it is due is in time, and a bill is due until its last part is
        (of_state(InvoiceState::PastDue), &[0, 1]),
        (of_state(InvoiceState::Due), &[3, 4, 5]),
        (InvoiceFilter { ..months(Some("2024-02"), None) }, &[1, 2, 3, 4]),
        (InvoiceFilter { point: of_point("even").point, ..of_state(InvoiceState::Due) }, &[3, 5]),
    ] {
        let found = listed(&place, &ana, &only).await;
        assert_eq!(found, numbers(expected), "{only:?}");
        for bill in &bills {
            let by_domain = only.state.is_none_or(|state| bill.state(date(2024, 5, 28)) == state);
            assert!(by_domain || !found.contains(&bill.number), "the database and the domain differ on {only:?}");
        }
    }
}

async fn a_bill_names_the_supply_points_of_its_account_by_their_ids(place: Place) {
    let ana = place.user("ana", "A-1").await;
    let account = place.store.list(&ana, &AccountFilter::All, None, 1).await.unwrap()[0].id;
    place.store.keep_invoices(ana.tenant(), account, &bills()[..2], place.now).await.unwrap();
    let listed = place.store.invoices(&ana, &AccountFilter::All, None, 10).await.unwrap();
    assert_eq!(listed.iter().map(|copy| copy.points.len()).collect::<Vec<_>>(), [2, 2]);
    assert_eq!(listed[0].points[0], listed[1].points[0], "the same point");
    assert_ne!(listed[0].points[1], listed[1].points[1]);
    let again = place.store.invoice(&ana, account, listed[0].id).await.unwrap().unwrap();
    assert_eq!(again.points, listed[0].points);
}

crate::on_both_databases!(
    only_what_is_asked_for_is_listed_page_by_page,
    a_bill_names_the_supply_points_of_its_account_by_their_ids,
);
