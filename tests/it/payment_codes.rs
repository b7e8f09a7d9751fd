//! Payment codes of real bills: what a scanner finds in the picture is the bill.

mod refused;
mod scanned;

use anyhow::{Context, ensure};
use komunala_demo::Customer;
use komunala_domain::payment_code::{NbsIps, Nbu003, UpnQr};
use komunala_grpc::proto::v1::{
    GetPaymentCodeRequest, Invoice, ListInvoicesRequest, PaymentCode, PaymentScheme, get_payment_code_request::Format,
};
use tonic::Status;

use crate::offers::town::{BUILT, Town};
use scanned::Scanned;

/// Where in the town the customers live whose bills are paid here.
const PLACE: usize = 60;

async fn bills(customer: &Customer) -> anyhow::Result<Vec<Invoice>> {
    let request = ListInvoicesRequest { parent: "providers/-/accounts/-".into(), page_size: 200, ..Default::default() };
    Ok(customer.invoices().list_invoices(request).await?.into_inner().invoices)
}

async fn code(customer: &Customer, bill: &Invoice, format: Format, installment: i32) -> Result<PaymentCode, Status> {
    let request =
        GetPaymentCodeRequest { name: bill.name.clone(), format: format.into(), installment, ..Default::default() };
    customer.invoices().get_payment_code(request).await.map(tonic::Response::into_inner)
}

/// Hundredths of an amount in the API.
fn hundredths(amount: Option<&komunala_grpc::proto::google::r#type::Money>) -> anyhow::Result<i64> {
    let amount = amount.context("no amount")?;
    Ok(amount.units * 100 + i64::from(amount.nanos / 10_000_000))
}

/// What a payer's app takes out of a code.
#[derive(Debug, PartialEq, Eq)]
struct Order {
    account: String,
    minor: i64,
    reference: String,
}

fn understood(scheme: PaymentScheme, payload: &str) -> anyhow::Result<Order> {
    Ok(match scheme {
        PaymentScheme::NbsIps => {
            let read = NbsIps::parse(payload)?;
            let reference = read.reference.context("no reference")?;
            Order { account: read.account.to_string(), minor: read.amount.minor, reference: reference.to_string() }
        }
        PaymentScheme::UpnQr => {
            let read = UpnQr::parse(payload)?;
            let reference = read.reference.as_str().to_owned();
            Order { account: read.account.to_string(), minor: read.amount.minor, reference }
        }
        PaymentScheme::Nbu003 => {
            let read = Nbu003::parse(payload)?;
            let reference = read.reference.context("no reference")?;
            Order { account: read.account.to_string(), minor: read.amount.minor, reference }
        }
        other => anyhow::bail!("{other:?} is nobody's own scheme"),
    })
}

/// What stands on the bill, in the form in which codes have it.
fn printed(bill: &Invoice, minor: i64) -> anyhow::Result<Order> {
    let payment = bill.payment.as_ref().context("no payment instruction")?;
    let account = match payment.account.split('-').collect::<Vec<_>>()[..] {
        [bank, account, check] => format!("{bank}{account:0>13}{check}"),
        _ => payment.account.clone(),
    };
    let mut reference = format!("{}{}", payment.model, payment.reference).replace(' ', "");
    if !payment.model.is_empty() {
        reference = reference.replace('-', "");
    }
    Ok(Order { account, minor, reference })
}

/// What is asked for today: the total, less what is taken off up to today.
fn asked_for(bill: &Invoice, code: &PaymentCode) -> anyhow::Result<i64> {
    let total = hundredths(bill.total.as_ref())?;
    if code.amount_until_date.is_none() {
        return Ok(total);
    }
    let off =
        bill.discounts.iter().map(|discount| hundredths(discount.amount.as_ref())).sum::<anyhow::Result<i64>>()?;
    Ok(total - off)
}

/// Asks for the codes of a provider's bills as pictures, and scans them.
async fn every_bill_is_what_a_scanner_finds(town: &Town, id: &str, scheme: PaymentScheme) -> anyhow::Result<()> {
    let (customer, _, _) = town.customer(id, PLACE).await?;
    let mut scanned = 0;
    for bill in bills(&customer).await?.iter().take(6) {
        if hundredths(bill.total.as_ref())? <= 0 {
            continue;
        }
        let png = code(&customer, bill, Format::Png, 0).await?;
        ensure!(png.scheme() == scheme && png.media_type == "image/png", "{:?} {}", png.scheme(), png.media_type);
        let found = Scanned::of(&png.image)?;
        found.is_as_prescribed(scheme, &png.payload)?;
        let minor = asked_for(bill, &png)?;
        ensure!(hundredths(png.amount.as_ref())? == minor, "{:?} instead of {minor}", png.amount);
        let (order, wanted) = (understood(scheme, &png.payload)?, printed(bill, minor)?);
        ensure!(order == wanted, "{order:?} instead of {wanted:?}");

        let svg = code(&customer, bill, Format::Svg, 0).await?;
        ensure!(svg.media_type == "image/svg+xml" && svg.image.starts_with(b"<svg "), "{}", svg.media_type);
        scanned += 1;
    }
    ensure!(scanned >= 2, "{scanned} bills could be paid");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gas_bill_in_serbia_is_scanned_as_printed() -> anyhow::Result<()> {
    every_bill_is_what_a_scanner_finds(&BUILT, "gas-ruma", PaymentScheme::NbsIps).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gas_bill_in_ukraine_is_scanned_as_printed() -> anyhow::Result<()> {
    every_bill_is_what_a_scanner_finds(&BUILT, "chernihivgaz", PaymentScheme::Nbu003).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bill_of_water_and_housing_is_scanned_as_printed() -> anyhow::Result<()> {
    every_bill_is_what_a_scanner_finds(&BUILT, "stambeno-ruma", PaymentScheme::NbsIps).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unified_bill_is_scanned_as_printed() -> anyhow::Result<()> {
    every_bill_is_what_a_scanner_finds(&BUILT, "infostan", PaymentScheme::NbsIps).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_electricity_bill_is_scanned_as_printed() -> anyhow::Result<()> {
    every_bill_is_what_a_scanner_finds(&BUILT, "elektro-gorenjska", PaymentScheme::UpnQr).await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_part_of_a_bill_in_two_parts_has_a_code_of_its_own() -> anyhow::Result<()> {
    let (customer, _, _) = BUILT.customer("gas-ruma", PLACE + 1).await?;
    let bills = bills(&customer).await?;
    let bill = bills.first().context("no bill")?;
    let whole = hundredths(bill.total.as_ref())?;
    let mut parts = Vec::new();
    for (number, part) in (1..).zip(&bill.installments) {
        let png = code(&customer, bill, Format::Png, number).await?;
        let minor = hundredths(part.amount.as_ref())?;
        Scanned::of(&png.image)?.is_as_prescribed(PaymentScheme::NbsIps, &png.payload)?;
        ensure!(
            understood(PaymentScheme::NbsIps, &png.payload)? == printed(bill, minor)?,
            "part {number}: {}",
            png.payload
        );
        parts.push(minor);
    }
    ensure!(parts.len() == 2 && parts.iter().sum::<i64>() == whole, "{parts:?} of {whole}");
    // 60 and 40 per cent, to the para
    ensure!((parts[0] * 100 - whole * 60).abs() <= 50, "{parts:?} of {whole}");
    Ok(())
}
