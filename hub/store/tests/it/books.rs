//! A provider that exchanges files, from the desk to what its customers see.

use std::{collections::BTreeMap, time::Duration};

use jiff::{Timestamp, civil::date};
use komunala_app::{
    Failure,
    account::SetBillDelivery,
    invoice::WantedInvoices,
    ports::{
        Imports,
        accounts::AccountFilter,
        files::{AcknowledgedWrite, Acknowledgement, FileContent, FileRow},
    },
};
use komunala_domain::{BillDelivery, PostalChannel};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use uuid::Uuid;

use crate::{
    desk::LaidFile,
    office::{Office, bill, bills, customer, customer_named, customers, lines, payment, soon, whole_page},
    place::Place,
};

async fn a_customer_is_proved_by_an_imported_verifier_and_sees_bills_card_and_document(place: Place) {
    let office = Office::open(place);
    let ana = office.place.user("ana", "elsewhere").await;
    let before = office.link(&ana, "0042", "1234").await.unwrap_err();
    assert!(matches!(before, Failure::ProviderUnavailable { .. }), "before the first file: {before}");

    office
        .desk
        .lay(customers("KOR", 1, vec![customer("0042", Some("1234"), None), customer("0043", None, None)]).full());
    office.desk.lay(bills(
        "RAC",
        2,
        vec![
            bill("0042", "24-7", 5_000),
            bill("0043", "24-8", 1),
            lines("24-7", &["heat", "water"]),
            lines("24-7", &["housing"]),
            lines("24-7", &["heat", "water"]),
        ],
    ));
    office.desk.lay(LaidFile::new(
        "UPL",
        FileContent::Payments,
        3,
        vec![payment("0042", "p-1", 3, 4_000), payment("0042", "p-1", 3, 4_000), payment("0042", "p-2", 5, -1_000)],
    ));
    assert_eq!(office.exchange().await, (3, 0));

    for (number, pin) in [("0042", "1235"), ("0043", "1234"), ("9999", "1234")] {
        let refused = office.link(&ana, number, pin).await.unwrap_err();
        assert!(matches!(refused, Failure::CustomerNotProven), "{number} {pin}: {refused}");
    }
    let account = office.link(&ana, "0042", "1234").await.unwrap();
    assert_eq!(account.copy.as_ref().unwrap().account.customer_number, "0042");
    // an equal row is one
    assert_eq!(office.bills(&ana, &account).await, BTreeMap::from([("24-7".to_owned(), (5_000, 3))]));

    let provider = &office.provider.id;
    let (card, as_of) = office.hub.list_ledger_entries(&ana, soon(), provider, account.id, whole_page()).await.unwrap();
    let amounts: Vec<_> = card
        .items
        .iter()
        .map(|row| (row.entry.debit.map(|it| it.minor), row.entry.credit.map(|it| it.minor)))
        .collect();
    assert_eq!(amounts, [(Some(1_000), None), (None, Some(4_000)), (Some(5_000), None)], "newest first");
    assert!(as_of.is_some_and(|as_of| as_of <= jiff::Timestamp::now()));

    let filter = AccountFilter::One(provider.clone(), account.id);
    let page = office.hub.list_invoices(&ana, soon(), filter, WantedInvoices::default(), whole_page()).await.unwrap();
    let document =
        office.hub.download_invoice(&ana, soon(), provider, account.id, page.items[0].id, None).await.unwrap();
    assert_eq!(document.bytes, "%PDF-1.7 24-7 from archive-7/24-7.pdf".as_bytes());
}

async fn a_full_file_closes_whoever_is_missing_and_a_delta_nobody(place: Place) {
    let office = Office::open(place);
    let ana = office.place.user("ana", "elsewhere").await;
    let all = || vec![customer("1", Some("1111"), None), customer("2", Some("2222"), None)];
    office.desk.lay(customers("KOR-1", 1, all()).full());
    office.desk.lay(customers("KOR-2", 2, vec![customer("1", Some("9999"), None)]));
    office.exchange().await;
    assert!(office.link(&ana, "1", "1111").await.is_err(), "the delta changed the PIN");
    assert!(office.link(&ana, "1", "9999").await.is_ok() && office.link(&ana, "2", "2222").await.is_ok());

    office.desk.lay(customers("KOR-3", 3, vec![customer("1", Some("9999"), None)]).full());
    office.exchange().await;
    assert!(office.link(&ana, "1", "9999").await.is_ok());
    assert!(office.link(&ana, "2", "2222").await.is_err(), "who is missing from a full file is closed");

    // the rows of what can never count again go, a few at a time
    assert!(office.hub.sweep_feeds(&office.hub.system_scope()).await.unwrap() > 0);
    assert_eq!(office.hub.sweep_feeds(&office.hub.system_scope()).await.unwrap(), 0);
    assert!(office.link(&ana, "1", "9999").await.is_ok());
}

async fn a_refused_file_keeps_earlier_data_and_is_a_problem_until_it_is_sent_again(place: Place) {
    let office = Office::open(place);
    let ana = office.place.user("ana", "elsewhere").await;
    office.desk.lay(customers("KOR", 1, vec![customer("1", Some("1111"), None)]).full());
    office.desk.lay(bills("RAC", 2, vec![bill("1", "24-1", 100)]));
    office.exchange().await;
    let account = office.link(&ana, "1", "1111").await.unwrap();

    office.desk.lay(bills("RAC", 2, vec![bill("1", "24-1", 999)]).wrong());
    assert_eq!(office.exchange().await, (0, 1));
    assert_eq!(office.exchange().await, (0, 0), "it is not read again and again");
    assert_eq!(office.bills(&ana, &account).await["24-1"].0, 100);
    assert_eq!(office.subjects().await, [("files".to_owned(), "RAC".to_owned())]);

    office.desk.lay(bills("RAC", 2, vec![bill("1", "24-1", 300)]));
    assert_eq!(office.exchange().await, (1, 0));
    assert_eq!(office.bills(&ana, &account).await["24-1"].0, 300);
}

async fn a_bill_that_is_corrected_to_be_another_customers_leaves_the_first_ones_card(place: Place) {
    let office = Office::open(place);
    let ana = office.place.user("ana", "elsewhere").await;
    let both = vec![customer("1", Some("1111"), None), customer("2", Some("2222"), None)];
    office.desk.lay(customers("KOR", 1, both).full());
    office.desk.lay(bills("RAC-1", 2, vec![bill("1", "24-1", 100), lines("24-1", &["heat"])]));
    office.exchange().await;
    let (first, second) =
        (office.link(&ana, "1", "1111").await.unwrap(), office.link(&ana, "2", "2222").await.unwrap());
    assert_eq!(office.bills(&ana, &first).await.len(), 1);
    office.desk.lay(bills("RAC-2", 3, vec![bill("2", "24-1", 100), lines("24-1", &["heat"])]));
    office.exchange().await;
    assert!(office.bills(&ana, &first).await.is_empty());
    assert_eq!(office.bills(&ana, &second).await.len(), 1);
}

async fn a_delivery_choice_is_pending_until_a_file_acknowledges_it(place: Place) {
    let office = Office::open(place);
    let ana = office.place.user("ana", "elsewhere").await;
    let listed = |delivery| vec![customer("1", Some("1111"), Some(delivery))];
    office.desk.lay(customers("KOR-1", 1, listed(PostalChannel::Paper)).full());
    office.exchange().await;
    let account = office.link(&ana, "1", "1111").await.unwrap();
    let choose = |delivery| {
        let (provider, account) = (office.provider.id.clone(), account.id);
        let request = SetBillDelivery { provider, account, delivery, request_id: Uuid::now_v7() };
        office.hub.set_bill_delivery(&ana, soon(), request)
    };
    let answer = |sequence: u64, channel, refused: Option<&str>| {
        let write = AcknowledgedWrite::Delivery("1".parse().unwrap(), channel);
        let answer = Acknowledgement { write, refused: refused.map(str::to_owned), date: date(2030, 1, 2) };
        let rows = vec![FileRow::Acknowledgement(answer)];
        LaidFile::new(&format!("DOST-{sequence}"), FileContent::Acknowledgements, sequence, rows)
    };
    let told = async || {
        let found = office.hub.get_account(&ana, soon(), &office.provider.id, account.id).await;
        found.map(|found| (found.postal_told, found.postal_wanted))
    };

    let system = office.hub.system_scope();
    // both accounts' bills go by post until somebody says otherwise
    assert_eq!(office.hub.tell_deliveries(&system).await.unwrap(), 2);
    let chosen = choose(BillDelivery::Email).await.unwrap();
    assert_eq!((chosen.postal_told, chosen.postal_wanted), (None, PostalChannel::Email));
    assert_eq!(office.hub.tell_deliveries(&system).await.unwrap(), 0, "it is told once");
    assert_eq!(office.desk.told().last(), Some(&("1".parse().unwrap(), PostalChannel::Email)));
    let handed = office.hub.hand_over_writes(&system, &office.provider).await.unwrap().unwrap();
    assert_eq!(handed.handed_over, 3);

    // until it is acknowledged the hub's choice counts
    office.desk.lay(customers("KOR-2", 2, listed(PostalChannel::Paper)).full());
    office.exchange().await;
    assert_eq!(told().await.unwrap(), (None, PostalChannel::Email));
    assert!(office.subjects().await.is_empty());

    office.desk.lay(answer(3, PostalChannel::Email, None));
    office.exchange().await;
    assert_eq!(told().await.unwrap(), (Some(PostalChannel::Email), PostalChannel::Email));

    // and what contradicts it afterwards is a problem, not a change
    office.desk.lay(customers("KOR-4", 4, listed(PostalChannel::Email)).full());
    office.exchange().await;
    assert!(office.subjects().await.is_empty());
    office.desk.lay(customers("KOR-5", 5, listed(PostalChannel::Paper)).full());
    office.exchange().await;
    assert_eq!(office.subjects().await, [("delivery".to_owned(), "1".to_owned())]);
    assert_eq!(told().await.unwrap(), (Some(PostalChannel::Email), PostalChannel::Email));

    // a refused one stays as it was
    choose(BillDelivery::Paper).await.unwrap();
    office.desk.lay(answer(6, PostalChannel::Paper, Some("ODBIJENO")));
    office.exchange().await;
    assert_eq!(told().await.unwrap(), (Some(PostalChannel::Email), PostalChannel::Paper));
    assert_eq!(office.hub.tell_deliveries(&system).await.unwrap(), 0, "an operator looks at it");
    let subjects = office.subjects().await;
    assert_eq!(subjects, [("delivery".to_owned(), "1".to_owned())], "one account, one problem");
}

/// One thing that happens to the desk.
#[derive(Debug, Clone)]
enum Event {
    /// A file of bills is laid down, perhaps again: its number, and what each bill in it comes to.
    Laid(u64, Vec<(u8, i64)>),
    /// A full file of customers, which holds back nothing.
    Customers(u64),
    /// An exchange, with some portions failing.
    Exchange(Vec<bool>),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let file = (2..6_u64, prop::collection::vec((0..6_u8, 1..1_000_i64), 0..9));
    prop::collection::vec(
        prop_oneof![
            3 => file.prop_map(|(number, mut bills)| {
                // a bill stands in a file once
                bills.sort();
                bills.dedup_by_key(|bill| bill.0);
                Event::Laid(number * 10, bills)
            }),
            1 => (1..6_u64).prop_map(|number| Event::Customers(number * 10 + 1)),
            2 => prop::collection::vec(any::<bool>(), 0..6).prop_map(Event::Exchange),
        ],
        1..14,
    )
}

async fn files_in_any_order_sent_again_and_cut_off_come_to_the_same_as_the_newest_once(place: Place) {
    let office = Office::open(place);
    let ana = office.place.user("ana", "elsewhere").await;
    let row = || customer("1", Some("1111"), None);
    office.desk.lay(customers("KOR-0", 1, vec![row()]).full());
    office.exchange().await;
    let account = office.link(&ana, "1", "1111").await.unwrap();
    let mut runner = TestRunner::deterministic();
    for case in 0..10 {
        let events = events().new_tree(&mut runner).unwrap().current();
        // files by number, as they were laid down last
        let mut newest: BTreeMap<u64, Vec<(u8, i64)>> = BTreeMap::new();
        let name = |bill: u8| format!("{case}-{bill}");
        let base = case * 1_000;
        for event in &events {
            match event {
                Event::Laid(number, content) => {
                    newest.insert(*number, content.clone());
                    let rows = content.iter().flat_map(|(bill_no, total)| {
                        let texts = vec!["line"; usize::from(*bill_no) + 1];
                        [bill("1", &name(*bill_no), *total), lines(&name(*bill_no), &texts)]
                    });
                    office.desk.lay(bills(&format!("RAC-{case}-{number}"), base + number, rows.collect()));
                }
                Event::Customers(number) => {
                    office.desk.lay(customers(&format!("KOR-{case}-{number}"), base + number, vec![row()]).full());
                }
                Event::Exchange(weather) => {
                    office.desk.weather(weather.iter().copied());
                    office.exchange().await;
                }
            }
        }
        office.desk.weather(Vec::new());
        // the next fine nights
        for _ in 0..8 {
            office.exchange().await;
        }
        let mut expected = BTreeMap::new();
        for content in newest.values() {
            for (bill, total) in content {
                expected.insert(name(*bill), (*total, usize::from(*bill) + 1));
            }
        }
        let mut found = office.bills(&ana, &account).await;
        found.retain(|name, _| name.starts_with(&format!("{case}-")));
        assert_eq!(found, expected, "case {case}: {events:?}");
        assert!(office.link(&ana, "1", "1111").await.is_ok());
    }
}

async fn a_turn_lasts_as_long_as_a_portion_takes(place: Place) {
    let office = Office::with_turns_of(place, Duration::from_millis(600));
    office.desk.lay(customers("KOR", 1, vec![customer("1", Some("1111"), None)]).full());
    office.desk.takes_its_time(Duration::from_secs(2));
    let scope = office.hub.system_scope();
    let other = async {
        // the turn would have been over long ago
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        office.hub.take_in_files(&scope, &office.provider).await.unwrap()
    };
    let (mine, other) = tokio::join!(office.exchange(), other);
    assert_eq!(other, None, "another replica began the same file");
    assert_eq!(mine, (1, 0));
}

async fn a_providers_bills_are_kept_for_a_time_of_its_own(place: Place) {
    let office = Office::open(place);
    let ana = office.place.user("ana", "elsewhere").await;
    office.desk.lay(customers("KOR", 1, vec![customer("1", Some("1111"), None)]).full());
    office.desk.lay(bills("RAC", 2, vec![bill("1", "24-1", 100)]));
    office.exchange().await;
    let account = office.link(&ana, "1", "1111").await.unwrap();
    let (store, system) = (&office.place.store, office.place.system());
    let sweep = async |own: &str| {
        let of_their_own = [(own.parse().unwrap(), Timestamp::MAX), ("water".parse().unwrap(), Timestamp::MIN)];
        store.sweep_rows(&system, Timestamp::MIN, &of_their_own).await.unwrap()
    };
    assert_eq!(sweep("heat").await, 0, "another provider's time");
    assert_eq!(sweep("gas").await, 1);
    assert!(office.bills(&ana, &account).await.is_empty());
}

async fn another_holder_or_pin_in_a_file_suspends_the_link_until_it_is_proved_again(place: Place) {
    let office = Office::open(place);
    let ana = office.place.user("ana", "elsewhere").await;
    office.desk.lay(customers("KOR-1", 1, ["1", "2", "3"].map(|it| customer(it, Some("1111"), None)).to_vec()).full());
    office.exchange().await;
    for number in ["1", "2", "3"] {
        office.link(&ana, number, "1111").await.unwrap();
    }
    let suspended = async || {
        let page = office.hub.list_accounts(&ana, soon(), whole_page()).await.unwrap();
        let of_files = page.items.into_iter().filter(|account| account.external_id.as_str() != "elsewhere");
        of_files.filter(|it| it.is_suspended).map(|it| it.external_id.to_string()).collect::<Vec<_>>()
    };
    let unchanged = customer("3", Some("1111"), Some(PostalChannel::Email));
    let moved_in = customer_named("Борис Борић", "2", Some("1111"), None);
    office.desk.lay(customers("KOR-2", 2, vec![customer("1", Some("2222"), None), moved_in.clone(), unchanged]));
    office.exchange().await;
    assert_eq!(suspended().await, ["1", "2"]);

    assert!(matches!(office.link(&ana, "1", "1111").await.unwrap_err(), Failure::CustomerNotProven));
    let proved = office.link(&ana, "1", "2222").await.unwrap();
    assert!(!proved.is_suspended);
    office.link(&ana, "2", "1111").await.unwrap();
    assert!(suspended().await.is_empty());

    // what was said before changes nothing, nor does what is said again
    office.desk.lay(customers("KOR-2", 2, vec![customer("1", Some("2222"), None), moved_in]));
    office.desk.lay(customers("KOR-1b", 1, vec![customer("1", Some("1111"), None)]));
    assert_eq!(office.exchange().await, (2, 0));
    assert!(suspended().await.is_empty());

    office.desk.lay(customers("KOR-3", 3, vec![customer("1", Some("2222"), None)]).full());
    office.exchange().await;
    assert_eq!(suspended().await, ["2", "3"], "who is missing from a full file is closed");
    let provider = &office.provider.id;
    let closed = office.hub.list_accounts(&ana, soon(), whole_page()).await.unwrap();
    let closed = closed.items.iter().find(|account| account.is_suspended).unwrap().id;
    let refused = office.hub.list_ledger_entries(&ana, soon(), provider, closed, whole_page()).await.unwrap_err();
    assert!(matches!(refused, Failure::LinkSuspended), "{refused}");
}

crate::on_both_databases!(
    a_turn_lasts_as_long_as_a_portion_takes,
    a_providers_bills_are_kept_for_a_time_of_its_own,
    another_holder_or_pin_in_a_file_suspends_the_link_until_it_is_proved_again,
    a_customer_is_proved_by_an_imported_verifier_and_sees_bills_card_and_document,
    a_full_file_closes_whoever_is_missing_and_a_delta_nobody,
    a_refused_file_keeps_earlier_data_and_is_a_problem_until_it_is_sent_again,
    a_bill_that_is_corrected_to_be_another_customers_leaves_the_first_ones_card,
    a_delivery_choice_is_pending_until_a_file_acknowledges_it,
    files_in_any_order_sent_again_and_cut_off_come_to_the_same_as_the_newest_once,
);
