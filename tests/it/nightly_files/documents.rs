//! PDFs out of archives.

use komunala_app::ports::{BillingError, FileExchange as _};
use komunala_simulators::{
    HeatingExchange,
    heating::{Bill, Kind, Night},
};

use super::exchange::{DAY, Exchange, patiently};

async fn document(exchange: &Exchange, bill: &Bill) -> Result<Vec<u8>, BillingError> {
    let place = bill.period.to_string().replace('-', "");
    let read = exchange.adapter.read_document(patiently(), &bill.number.parse().unwrap(), &place).await;
    read.map(|document| document.bytes.to_vec())
}

#[tokio::test]
async fn a_bill_comes_out_of_the_archive_of_its_municipality_byte_for_byte() {
    let exchange = Exchange::new(400);
    let period = Night::newest_period(DAY);
    let population = exchange.simulator.population();
    let first = Bill::of(population.at(0).unwrap(), period, 0).remove(0);
    assert!(matches!(document(&exchange, &first).await, Err(BillingError::NotAvailableYet { .. })), "no archive yet");
    exchange.simulator.write_documents(period).unwrap();
    for place in [0, 1, 2, 3, 17, 250, 399] {
        let bill = Bill::of(population.at(place).unwrap(), period, 0).remove(0);
        assert_eq!(document(&exchange, &bill).await.unwrap(), HeatingExchange::document(&bill), "{place}");
    }
    let without = Bill::of(population.first(Kind::NoPdf).unwrap(), period, 0).remove(0);
    assert_eq!(document(&exchange, &without).await, Err(BillingError::NotFound));
}

#[tokio::test]
async fn of_several_archives_the_highest_that_has_the_bill_counts() {
    let exchange = Exchange::new(40);
    let period = Night::newest_period(DAY);
    let population = exchange.simulator.population();
    exchange.simulator.write_documents(period).unwrap();
    let reprinted = population.at(8).unwrap();
    exchange.simulator.write_more_documents(period, 2, |bill| bill.customer == reprinted).unwrap();
    let [old, new] = [0, 1].map(|revision| Bill::of(reprinted, period, revision).remove(0));
    assert_ne!(HeatingExchange::document(&old), HeatingExchange::document(&new));
    assert_eq!(document(&exchange, &old).await.unwrap(), HeatingExchange::document(&new));
    let other = Bill::of(population.at(4).unwrap(), period, 0).remove(0);
    assert_eq!(document(&exchange, &other).await.unwrap(), HeatingExchange::document(&other));
}

#[tokio::test]
async fn an_archive_counts_only_with_its_ok() {
    let exchange = Exchange::new(40);
    let period = Night::newest_period(DAY);
    let names = exchange.simulator.write_documents(period).unwrap();
    let bill = Bill::of(exchange.simulator.population().at(0).unwrap(), period, 0).remove(0);
    exchange.simulator.unseal(&names[0]).unwrap();
    assert_eq!(document(&exchange, &bill).await, Err(BillingError::NotFound));
    std::fs::write(exchange.simulator.out().join(&names[0]).with_extension("ok"), "1;2").unwrap();
    assert_eq!(exchange.problems().await, [format!("{} does not fit its .ok: ignored", names[0])]);
}

#[tokio::test]
async fn an_archive_of_another_digest_is_refused_whole_and_an_earlier_one_goes_on_counting() {
    let exchange = Exchange::new(40);
    let period = Night::newest_period(DAY);
    let reprinted = exchange.simulator.population().at(8).unwrap();
    let bill = Bill::of(reprinted, period, 0).remove(0);
    let spoil = |name: &str| {
        let path = exchange.simulator.out().join(name);
        let mut bytes = std::fs::read(&path).unwrap();
        // within the first entry: that of this bill is what it was
        bytes[60] ^= 1;
        std::fs::write(&path, bytes).unwrap();
    };

    let second = exchange.simulator.write_more_documents(period, 2, |bill| bill.customer == reprinted).unwrap();
    assert_eq!(second.len(), 1);
    let ok = exchange.simulator.out().join(&second[0]).with_extension("ok");
    let said = std::fs::read_to_string(&ok).unwrap();
    let (bytes, _) = said.split_once(';').unwrap();
    std::fs::write(&ok, format!("{bytes};{}", "0".repeat(64))).unwrap();
    let refused = document(&exchange, &bill).await;
    assert!(matches!(refused, Err(BillingError::Upstream { .. })), "{refused:?}");

    let first = exchange.simulator.write_documents(period).unwrap();
    assert_eq!(document(&exchange, &bill).await.unwrap(), HeatingExchange::document(&bill), "of the first archive");
    first.iter().for_each(|name| spoil(name));
    let refused = document(&exchange, &bill).await;
    assert!(matches!(refused, Err(BillingError::Upstream { .. })), "refused whole: {refused:?}");
}
