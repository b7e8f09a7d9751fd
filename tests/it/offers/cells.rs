//! A real call for each tick that portals have a method for.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use komunala_demo::{Customer, Newcomer, customer::Download, story::next_reading};
use komunala_grpc::proto::{
    google::r#type::Date,
    v1::{
        BillDelivery, GetBalanceRequest, Invoice, ListInvoicesRequest, ListLedgerEntriesRequest, ListReadingsRequest,
        ReadingState, SetBillDeliveryRequest, SubmitReadingRequest,
    },
};
use sha2::Digest;
use tonic::Code;

use super::town::{Town, first_of_month};

pub(super) async fn customers(town: &Town, id: &str) -> anyhow::Result<()> {
    let (_, account, newcomer) = town.customer(id, 1).await?;
    // the number on the bill is the customer's, or that of a supply point
    let mut numbers = account.supply_points.iter().map(|point| &point.point_number).chain([&account.customer_number]);
    ensure!(numbers.any(|number| *number == newcomer.bill.customer_number), "another customer's account is linked");
    let mut stranger = Newcomer { email: format!("stranger@{id}.example"), ..newcomer };
    stranger.bill.pin = if stranger.bill.pin == "0000" { "0001".into() } else { "0000".into() };
    let refused = town.visitor().await?.accounts().register(stranger.registration()).await;
    let refused = refused.err().context("a wrong PIN was let through")?;
    ensure!(refused.code() == Code::PermissionDenied, "{refused}");
    Ok(())
}

async fn bills(customer: &Customer, parent: &str) -> anyhow::Result<Vec<Invoice>> {
    let request = ListInvoicesRequest { parent: parent.to_owned(), page_size: 200, ..Default::default() };
    let listed = customer.invoices().list_invoices(request).await?.into_inner();
    ensure!(listed.unreachable.is_empty(), "the billing system was not understood");
    Ok(listed.invoices)
}

pub(super) async fn invoices(town: &Town, id: &str) -> anyhow::Result<()> {
    let (customer, account, _) = town.customer(id, 2).await?;
    let invoices = bills(&customer, &account.name).await?;
    ensure!(invoices.len() >= 2, "{} bills", invoices.len());
    for invoice in &invoices {
        ensure!(!invoice.number.is_empty() && invoice.total.is_some(), "{invoice:?}");
    }
    let issuers: std::collections::BTreeSet<_> = invoices.iter().map(|invoice| invoice.issuer.as_str()).collect();
    match id {
        "chernihivgaz" => ensure!(issuers.into_iter().eq(["NETWORK", "SUPPLIER"])),
        _ => ensure!(issuers.into_iter().eq([""])),
    }
    Ok(())
}

pub(super) async fn documents(town: &Town, id: &str) -> anyhow::Result<()> {
    let (customer, account, _) = town.customer(id, 3).await?;
    let invoices = bills(&customer, &account.name).await?;
    let newest = invoices.iter().find(|invoice| invoice.document.is_some()).context("no bill has a document")?;
    let Download { media_type, sha256, bytes, .. } = customer.download(&newest.name, "").await?;
    ensure!(bytes.starts_with(b"%PDF-") && media_type == "application/pdf", "no PDF");
    ensure!(sha256 == hex::encode(sha2::Sha256::digest(&bytes)), "the digest is another document's");
    Ok(())
}

pub(super) async fn ledger(town: &Town, id: &str) -> anyhow::Result<()> {
    let (customer, account, _) = town.customer(id, 4).await?;
    let request = ListLedgerEntriesRequest { parent: account.name, page_size: 200, ..Default::default() };
    let card = customer.invoices().list_ledger_entries(request).await?.into_inner().entries;
    let billed = card.iter().filter(|row| row.debit.is_some()).count();
    ensure!(billed > 0, "{} rows, none of them a bill", card.len());
    // payments come by file as they are made: not everybody has made one
    ensure!(id == "infostan" || card.iter().any(|row| row.credit.is_some()), "{} rows, no payment", card.len());
    Ok(())
}

pub(super) async fn balance(town: &Town, id: &str) -> anyhow::Result<()> {
    let (customer, account, _) = town.customer(id, 5).await?;
    let request = GetBalanceRequest { name: account.name };
    let balances = customer.invoices().get_balance(request).await?.into_inner().balances;
    let issuers: Vec<_> = balances.iter().map(|balance| balance.issuer.as_str()).collect();
    match id {
        "chernihivgaz" => ensure!(issuers == ["NETWORK", "SUPPLIER"], "{issuers:?}"),
        _ => ensure!(issuers == [""], "{issuers:?}"),
    }
    ensure!(balances.iter().all(|balance| balance.amount.is_some()), "{balances:?}");
    Ok(())
}

pub(super) async fn readings(town: &Town, id: &str) -> anyhow::Result<()> {
    let (customer, account, _) = town.customer(id, 6).await?;
    let meter = account.supply_points.first().and_then(|point| point.meters.first()).context("no meter")?;
    let list = ListReadingsRequest { parent: meter.name.clone(), page_size: 200, ..Default::default() };
    let known = customer.readings().list_readings(list.clone()).await?.into_inner().readings;
    ensure!(!known.is_empty(), "no history");
    let day = first_of_month()?;
    let submit = SubmitReadingRequest {
        reading_date: Some(Date { year: day.year().into(), month: day.month().into(), day: day.day().into() }),
        confirmed: true,
        ..next_reading(&customer, &account).await?
    };
    let taken = customer.readings().submit_reading(submit).await?.into_inner();
    ensure!(matches!(taken.state(), ReadingState::Accepted | ReadingState::Posted), "{:?}", taken.state());
    let known = customer.readings().list_readings(list).await?.into_inner().readings;
    ensure!(known.iter().any(|reading| reading.name == taken.name), "it is not in the history");
    Ok(())
}

pub(super) async fn delivery(town: &Town, id: &str) -> anyhow::Result<()> {
    let (customer, account, newcomer) = town.customer(id, 7).await?;
    for (delivery, printed) in [(BillDelivery::Email, false), (BillDelivery::Paper, true)] {
        let request = SetBillDeliveryRequest {
            name: account.name.clone(),
            bill_delivery: delivery.into(),
            request_id: uuid::Uuid::new_v4().to_string(),
        };
        let set = customer.accounts().set_bill_delivery(request).await?.into_inner();
        ensure!(set.bill_delivery() == delivery, "{set:?}");
        // where files are exchanged, it is told with the next one
        let started = Instant::now();
        while town.region.named(id)?.prints_for(&newcomer.bill).context("the billing system is told nothing")?
            != printed
        {
            ensure!(started.elapsed() < Duration::from_secs(30), "the billing system still knows {}", !printed);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
    Ok(())
}

/// Where there is no feed, the hub keeps its copy young by itself: out of files, or bill by bill.
pub(super) async fn changes(town: &Town, id: &str) -> anyhow::Result<()> {
    let (customer, account, _) = town.customer(id, 13).await?;
    let started = Instant::now();
    while bills(&customer, &account.name).await?.is_empty() {
        ensure!(started.elapsed() < Duration::from_secs(30), "no bill came");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}
