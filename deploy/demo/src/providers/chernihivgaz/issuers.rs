//! Two issuers' bills and balances in one cabinet, and the bill that is not there yet.

use anyhow::{Context, ensure};
use komunala_grpc::proto::v1::{
    Account, Balance, DownloadInvoiceRequest, GetBalanceRequest, GetInvoiceRequest, Invoice, ListInvoicesRequest,
    ListLedgerEntriesRequest, Relief,
};
use tonic::Code;
use tonic_types::StatusExt;

use crate::{Customer, story::Teller};

pub(super) async fn tell(teller: &Teller<'_>, customer: &Customer, account: &Account) -> anyhow::Result<()> {
    let request = ListInvoicesRequest { parent: account.name.clone(), page_size: 200, ..Default::default() };
    let listed = customer.invoices().list_invoices(request).await?.into_inner();
    ensure!(listed.invoices.len() >= 47, "{} invoices came instead of those of 24 months", listed.invoices.len());
    let newest = |issuer: &str| {
        let found = listed.invoices.iter().find(|invoice| invoice.issuer == issuer);
        found.with_context(|| format!("no bill of {issuer}"))
    };
    let (network, supplier) = (newest("NETWORK")?, newest("SUPPLIER")?);
    teller.holds("ListInvoices", &format!("{} and {}: two bills a month", network.number, supplier.number));
    let (privilege, subsidy) = (subtotal(supplier, "PRIVILEGE")?, subtotal(supplier, "SUBSIDY")?);
    teller.holds(
        "Invoice.subtotals",
        &format!("privilege {privilege} and subsidy {subsidy} UAH are off the total already"),
    );

    not_there_yet(teller, customer, &listed.upcoming).await?;

    let request = GetBalanceRequest { name: account.name.clone() };
    let balances = customer.invoices().get_balance(request).await?.into_inner().balances;
    let request = ListLedgerEntriesRequest { parent: account.name.clone(), page_size: 200, ..Default::default() };
    let card = customer.invoices().list_ledger_entries(request).await?.into_inner().entries;
    ensure!(balances.len() == 2, "{} balances came instead of two", balances.len());
    for balance in &balances {
        let last = card.iter().find(|row| row.issuer == balance.issuer).context("an issuer without a card")?;
        ensure!(last.balance == balance.amount, "the balance of {} is not its card's last one", balance.issuer);
    }
    let owed: Vec<_> = balances.iter().map(owed).collect::<Result<_, _>>()?;
    teller.holds("GetBalance, ListLedgerEntries", &format!("{}: a card each", owed.join(", ")));
    let of_supplier = balances.iter().find(|balance| balance.issuer == "SUPPLIER").context("no supplier")?;
    let relief = |reliefs: &[Relief]| Some(reliefs.first()?.amount.as_ref()?.clone());
    let (privileges, subsidies) = (relief(&of_supplier.privileges), relief(&of_supplier.subsidies));
    ensure!(privileges.zip(subsidies).is_some(), "the balance hides what the state takes over");
    teller.holds("Balance.privileges, .subsidies", "beside the debt stands what the state takes over");
    Ok(())
}

/// What has no bill yet says from when on it will have one, wherever it is asked.
async fn not_there_yet(teller: &Teller<'_>, customer: &Customer, upcoming: &[Invoice]) -> anyhow::Result<()> {
    let [awaited] = upcoming else { anyhow::bail!("{} bills are awaited instead of one", upcoming.len()) };
    let day = awaited.not_available_until.context("no day")?;
    let got = customer.invoices().get_invoice(GetInvoiceRequest { name: awaited.name.clone() }).await?.into_inner();
    ensure!(got.period == awaited.period && got.not_available_until == Some(day), "GetInvoice says something else");
    let request = DownloadInvoiceRequest { name: awaited.name.clone(), ..Default::default() };
    let refused = customer.invoices().download_invoice(request).await.err().context("a bill that is not there came")?;
    ensure!(refused.code() == Code::FailedPrecondition, "{refused}");
    let said = refused.get_details_error_info().and_then(|info| info.metadata.get("available_from").cloned());
    let day = format!("{:04}-{:02}-{:02}", day.year, day.month, day.day);
    ensure!(said.as_ref() == Some(&day), "DownloadInvoice says {said:?}");
    teller.holds(
        "ListInvoices.upcoming, GetInvoice",
        &format!("{} is not available until {day}: no error", awaited.period),
    );
    Ok(())
}

fn subtotal(invoice: &Invoice, kind: &str) -> anyhow::Result<String> {
    let found = invoice.subtotals.iter().find(|subtotal| subtotal.kind == kind);
    let amount = found.and_then(|subtotal| subtotal.amount.as_ref());
    let amount = amount.with_context(|| format!("{} has no {kind}", invoice.number))?;
    Ok(format!("{}.{:02}", amount.units, amount.nanos / 10_000_000))
}

fn owed(balance: &Balance) -> anyhow::Result<String> {
    let amount = balance.amount.as_ref().context("no amount")?;
    Ok(format!("{} {}.{:02}", balance.issuer, amount.units, amount.nanos.abs() / 10_000_000))
}
