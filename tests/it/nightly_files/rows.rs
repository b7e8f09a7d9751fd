//! What was written arrives, row by row.

use std::collections::{BTreeMap, HashMap};

use komunala_app::ports::files::{FileRow, ListedBill};
use komunala_domain::{PostalChannel, account};
use komunala_simulators::heating::{Bill, Customers, Kind, Night};
use sha2::{Digest as _, Sha256};

use super::exchange::{DAY, Exchange};

#[tokio::test]
async fn every_customer_arrives_and_their_pin_proves_them() {
    let exchange = Exchange::with(600, &Night::first(DAY, 1));
    let population = exchange.simulator.population();
    let (rows, problems) = exchange.rows("KOR_20240815_001", 250).await.unwrap();
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(rows.len(), 600);
    for (row, expected) in rows.iter().zip(population.all()) {
        let FileRow::Customer(customer) = row else { panic!("{row:?}") };
        let kept: String = expected.name().chars().take(40).collect();
        assert_eq!(customer.account.external_id.as_str(), expected.number());
        assert_eq!(
            (customer.account.name.as_deref(), customer.account.premises.address.clone()),
            (Some(kept.as_str()), Some(expected.address()))
        );
        let is_business = expected.kind() == Kind::Business;
        assert_eq!(customer.account.category == account::Category::Business, is_business);
        assert_eq!(customer.delivery == Some(PostalChannel::Email), expected.wants_e_bill(0));
        match &customer.pin {
            None => assert_eq!(expected.kind(), Kind::NoPin),
            Some(pin) => {
                let hash = Sha256::digest([pin.salt.as_slice(), expected.pin().as_bytes()].concat());
                assert_eq!(pin.hash, hash.as_slice(), "{}", expected.number());
            }
        }
    }
}

#[tokio::test]
async fn every_bill_arrives_with_its_lines_whatever_order_they_stand_in() {
    for night in [Night::first(DAY, 2), Night::first(DAY, 2).shuffled_lines()] {
        let exchange = Exchange::with(300, &night);
        let (rows, problems) = exchange.rows("RAC_20240815_001", 400).await.unwrap();
        assert!(problems.is_empty(), "{problems:?}");
        let mut bills: BTreeMap<String, Box<ListedBill>> = BTreeMap::new();
        let mut sums: HashMap<String, i64> = HashMap::new();
        for row in rows {
            match row {
                FileRow::Bill(bill) => {
                    bills.insert(bill.invoice.number.clone(), bill);
                }
                FileRow::Lines(bill, lines) => {
                    let sum: i64 = lines.iter().filter_map(|line| line.gross).map(|gross| gross.minor).sum();
                    *sums.entry(bill.as_str().to_owned()).or_default() += sum;
                }
                other => panic!("{other:?}"),
            }
        }
        let newest = Night::newest_period(DAY);
        let expected = exchange.simulator.population().all().flat_map(|customer| {
            [newest.plus(-1), newest].into_iter().flat_map(move |period| Bill::of(customer, period, 0))
        });
        let mut count = 0;
        for expected in expected {
            count += 1;
            let ListedBill { account, invoice, document } = &**bills.get(&expected.number).unwrap();
            assert_eq!(account.as_str(), expected.customer.number());
            assert_eq!((invoice.total.minor, sums[&expected.number]), (expected.total.minor(), expected.total.minor()));
            assert_eq!(document.as_deref(), Some(expected.period.to_string().replace('-', "").as_str()));
            assert_eq!(invoice.discounts.len(), usize::from(expected.discount.is_some()));
            assert_eq!(invoice.buckets.is_some(), expected.customer.kind() != Kind::Unsaid);
        }
        assert_eq!(bills.len(), count);
    }
}

#[tokio::test]
async fn payments_arrive_and_reversals_are_below_zero() {
    let exchange = Exchange::with(20_000, &Night::first(DAY, 1).bills(Vec::new()));
    let (rows, problems) = exchange.rows("UPL_20240815_001", 5000).await.unwrap();
    assert!(problems.is_empty(), "{problems:?}");
    assert!(rows.len() > 400);
    let taken_back = rows.iter().filter(|row| matches!(row, FileRow::Payment(payment) if payment.amount.minor < 0));
    assert!(taken_back.count() > 0);
}

#[tokio::test]
async fn a_delta_is_no_full_set_and_a_full_one_leaves_out_who_left() {
    let exchange = Exchange::with(500, &Night::first(DAY, 1));
    exchange.simulator.write(&Night::nightly(DAY, 2)).unwrap();
    exchange.simulator.write(&Night::nightly(DAY, 3).customers(Customers::AllWhoStay)).unwrap();
    let files = exchange.files().await;
    let extent = |id: &str| files.iter().find(|file| file.id.as_str() == id).unwrap().is_full;
    assert_eq!(["KOR_20240815_001", "KOR_20240815_002", "KOR_20240815_003"].map(extent), [true, false, true]);
    assert_eq!(exchange.rows("KOR_20240815_002", 100).await.unwrap().0.len(), 5);
    assert_eq!(exchange.rows("KOR_20240815_003", 100).await.unwrap().0.len(), 498);
}
