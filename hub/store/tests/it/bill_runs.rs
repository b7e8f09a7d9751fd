//! Pages of runs of bills: what is taken up, and who is told.

use jiff::SignedDuration;
use komunala_app::{
    ports::{
        Accounts, BillRuns, Copies, Notifications,
        accounts::AccountFilter,
        bill_runs::{Hold, RunBill, RunPage, Stretch},
        copies::InvoiceCopy,
        outbox::Content,
    },
    scope::UserScope,
};
use komunala_domain::{BillDelivery, Period, ProviderId, ids::AccountId};
use sea_orm::{ConnectionTrait, Database, Statement};

use crate::{
    place::{Place, key},
    samples,
};

const MAIL: BillDelivery = BillDelivery::Email;

fn gas() -> ProviderId {
    "gas".parse().unwrap()
}

/// The month of the first two sample bills.
fn month() -> Period {
    "2023-01".parse().unwrap()
}

/// Somebody who wants the bills of an account like this.
async fn reader(place: &Place, name: &str, account: &str, wish: BillDelivery) -> (UserScope, AccountId) {
    let user = place.user(name, account).await;
    let account = place.store.list(&user, &AccountFilter::All, None, 1).await.unwrap()[0].id;
    let (of, choice) = (gas(), samples::choice(wish));
    place.store.set_delivery(&user, (&of, account), choice, key("SetBillDelivery"), place.now).await.unwrap().unwrap();
    (user, account)
}

async fn hold(place: &Place) -> Hold {
    place.store.start_run(&place.tenant(), (&gas(), month()), None, place.now).await.unwrap();
    let until = place.now + SignedDuration::from_mins(1);
    place.store.take_run(&place.system(), until, place.now).await.unwrap().unwrap().hold
}

/// All accounts there are.
async fn everything(place: &Place) -> Stretch {
    let accounts = place.store.run_accounts(&place.tenant(), &gas(), None, 100).await.unwrap();
    Stretch { after: None, last: accounts.last().unwrap().age.account }
}

/// Takes up all bills there are of the month, each with what it asks for.
async fn take_up(place: &Place, hold: Hold, gist: impl Fn(&InvoiceCopy) -> String) -> bool {
    let stretch = everything(place).await;
    let copies = place.store.run_bills(&place.tenant(), (&gas(), month()), stretch).await.unwrap();
    let gists: Vec<_> = copies.iter().map(gist).collect();
    let bill = |(copy, gist)| RunBill { copy, gist, adapter: None };
    let bills: Vec<_> = copies.iter().zip(gists.iter().map(String::as_str)).map(bill).collect();
    let until = place.now + SignedDuration::from_mins(1);
    let page = RunPage { stretch, bills: &bills, left: 0, look_at: None, until, now: place.now };
    place.store.take_up(&place.tenant(), hold, page).await.unwrap()
}

/// Whom which of the mails goes to, with the number of the revision, that are in the outbox and were not looked at.
async fn mails(place: &Place) -> Vec<(String, String)> {
    let mails = place.messages().await.into_iter().map(|claimed| claimed.message);
    let bills = mails.filter(|message| matches!(message.content, Content::Bill { .. }));
    let mut bills: Vec<_> = bills
        .map(|message| (message.recipient.as_str().to_owned(), message.subject.rsplit(' ').next().unwrap().to_owned()))
        .collect();
    bills.sort();
    bills
}

async fn told(place: &Place, user: &UserScope) -> Vec<u64> {
    let told = place.store.told_after(user, 0, 100).await.unwrap();
    told.iter().filter(|told| told.kind == "bill").map(|told| told.number).collect()
}

async fn execute(place: &Place, sql: &str) {
    let database = Database::connect(place.url.as_str()).await.unwrap();
    database.execute_unprepared(sql).await.unwrap();
}

async fn rows(place: &Place, what: &str) -> Vec<(String, i64)> {
    let database = Database::connect(place.url.as_str()).await.unwrap();
    let statement = Statement::from_string(database.get_database_backend(), what);
    let rows = database.query_all_raw(statement).await.unwrap();
    rows.iter().map(|row| (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap())).collect()
}

fn to(name: &str, revision: &str) -> (String, String) {
    (format!("{name}@example.rs"), revision.to_owned())
}

async fn each_reader_gets_each_bill_of_a_page_once_and_whoever_is_being_erased_gets_none(place: Place) {
    // two bills of one account, which two have linked, one of them being erased; one bill of another; one on paper
    let (ana, shared) = reader(&place, "ana", "A-1", MAIL).await;
    let (boris, _) = reader(&place, "boris", "A-1", MAIL).await;
    let (eva, other) = reader(&place, "eva", "A-2", BillDelivery::EmailAndPaper).await;
    let (iva, paper) = reader(&place, "iva", "A-3", BillDelivery::Paper).await;
    let tenant = place.tenant();
    for (account, count) in [(shared, 2), (other, 1), (paper, 2)] {
        place.store.keep_invoices(&tenant, account, &samples::invoices(count), place.now).await.unwrap();
    }
    let database = Database::connect(place.url.as_str()).await.unwrap();
    let (backend, id) = (database.get_database_backend(), boris.user().uuid());
    let sql = "UPDATE users SET sealed = '' WHERE id = $1";
    database.execute_raw(Statement::from_sql_and_values(backend, sql, [id.into()])).await.unwrap();
    place.messages().await;

    let hold = hold(&place).await;
    let first = |copy: &InvoiceCopy| copy.invoice.number.clone();
    assert!(take_up(&place, hold, first).await);
    assert_eq!(mails(&place).await, [to("ana", "1"), to("ana", "1"), to("eva", "1")]);
    let ways = "SELECT way, COUNT(*) FROM bill_run_bills GROUP BY way ORDER BY way";
    assert_eq!(rows(&place, ways).await, [("both".to_owned(), 1), ("mail".to_owned(), 2), ("paper".to_owned(), 2)]);
    let items = "SELECT bill, COUNT(*) FROM bill_run_items GROUP BY bill ORDER BY bill";
    assert_eq!(rows(&place, items).await, [("bill-0".to_owned(), 2), ("bill-1".to_owned(), 1)]);
    let of_ana = told(&place, &ana).await;
    assert_eq!((of_ana.len(), of_ana[1] - of_ana[0]), (2, 1));
    assert_eq!((told(&place, &eva).await.len(), told(&place, &boris).await.len()), (1, 0));
    assert!(told(&place, &iva).await.is_empty());

    // the same once more is nothing, and what asks for something else is another revision
    assert!(take_up(&place, hold, first).await);
    assert!(mails(&place).await.is_empty());
    let changed = |copy: &InvoiceCopy| if copy.account == shared { "other".to_owned() } else { first(copy) };
    assert!(take_up(&place, hold, changed).await);
    assert_eq!(mails(&place).await, [to("ana", "2"), to("ana", "2")]);
    assert_eq!(told(&place, &ana).await.last(), Some(&(of_ana[1] + 2)));
}

async fn a_bill_whose_mail_is_in_the_outbox_already_is_no_news_beside_one_that_is(place: Place) {
    let (ana, account) = reader(&place, "ana", "A-1", MAIL).await;
    let tenant = place.tenant();
    place.store.keep_invoices(&tenant, account, &samples::invoices(1), place.now).await.unwrap();
    let hold = hold(&place).await;
    let gist = |copy: &InvoiceCopy| copy.invoice.number.clone();
    assert!(take_up(&place, hold, gist).await);
    assert_eq!(mails(&place).await.len(), 1);
    let before = told(&place, &ana).await;

    // the run forgot it; the outbox did not
    for table in ["bill_run_items", "bill_run_bills"] {
        execute(&place, &format!("DELETE FROM {table}")).await;
    }
    place.store.keep_invoices(&tenant, account, &samples::invoices(2), place.now).await.unwrap();
    assert!(take_up(&place, hold, gist).await);
    assert_eq!(mails(&place).await, [to("ana", "1")]);
    assert_eq!(told(&place, &ana).await, [before[0], before[0] + 1]);
    assert_eq!(place.store.last_told(&ana).await.unwrap(), before[0] + 1, "a number was left out");
}

async fn a_page_of_somebody_who_lost_the_run_changes_nothing(place: Place) {
    let (_, account) = reader(&place, "ana", "A-1", MAIL).await;
    place.store.keep_invoices(&place.tenant(), account, &samples::invoices(1), place.now).await.unwrap();
    let held = hold(&place).await;
    let other = Hold { holder: uuid::Uuid::now_v7(), ..held };
    assert!(!take_up(&place, other, |copy| copy.invoice.number.clone()).await);
    assert!(mails(&place).await.is_empty());
    assert!(take_up(&place, held, |copy| copy.invoice.number.clone()).await);
    assert_eq!(mails(&place).await, [to("ana", "1")]);
}

crate::on_both_databases!(
    each_reader_gets_each_bill_of_a_page_once_and_whoever_is_being_erased_gets_none,
    a_bill_whose_mail_is_in_the_outbox_already_is_no_news_beside_one_that_is,
    a_page_of_somebody_who_lost_the_run_changes_nothing,
);
