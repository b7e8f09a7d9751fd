//! Bills, their PDF, the account card, the balance, and the choice between paper and e-mail.

use anyhow::{Context, ensure};
use komunala_grpc::proto::v1::{
    Account, BillDelivery, GetBalanceRequest, ListAccountsRequest, ListInvoicesRequest, ListLedgerEntriesRequest,
    SetBillDeliveryRequest,
};
use komunala_simulators::gas::{Channel, Customer as Billed, GasSimulator};

use crate::{
    Customer,
    customer::Download,
    story::{Teller, request_id},
};

pub(super) async fn tell(
    teller: &Teller<'_>,
    customer: &Customer,
    billing: &GasSimulator,
    billed: Billed,
) -> anyhow::Result<Account> {
    let listed = customer.accounts().list_accounts(ListAccountsRequest::default()).await?.into_inner();
    let account = listed.accounts.into_iter().next().context("no account is linked")?;
    let points: Vec<_> = account.supply_points.iter().map(|point| point.point_number.as_str()).collect();
    teller.holds("ListAccounts", &format!("supply point {}", points.join(", ")));

    let request = ListInvoicesRequest { parent: account.name.clone(), page_size: 10, ..Default::default() };
    let first = customer.invoices().list_invoices(request.clone()).await?.into_inner();
    ensure!(first.invoices.len() == 10 && !first.next_page_token.is_empty(), "the first page is short");
    let request = ListInvoicesRequest { page_size: 200, page_token: first.next_page_token.clone(), ..request };
    let rest = customer.invoices().list_invoices(request).await?.into_inner();
    let invoices: Vec<_> = first.invoices.into_iter().chain(rest.invoices).collect();
    ensure!(invoices.len() == 24, "{} invoices came instead of those of 24 months", invoices.len());
    let newest = &invoices[0];
    let total = newest.total.as_ref().context("an invoice without a total")?;
    teller.holds(
        "ListInvoices",
        &format!(
            "24 in two pages; {} of {} over {} {}",
            newest.number, newest.period, total.units, total.currency_code
        ),
    );

    let Download { sha256, size_bytes, bytes, .. } = customer.download(&newest.name, "").await?;
    let digest = hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes));
    ensure!(bytes.starts_with(b"%PDF-") && digest == sha256, "the PDF is not what its digest says");
    ensure!(bytes.len() as i64 == size_bytes, "the PDF is not as long as it says");
    teller.holds("DownloadInvoice", &format!("{} bytes of PDF, byte for byte: sha256 {}…", bytes.len(), &digest[..16]));

    let request = ListLedgerEntriesRequest { parent: account.name.clone(), ..Default::default() };
    let card = customer.invoices().list_ledger_entries(request).await?.into_inner();
    let request = GetBalanceRequest { name: account.name.clone() };
    let balances = customer.invoices().get_balance(request).await?.into_inner().balances;
    let owed = balances.first().and_then(|balance| balance.amount.clone()).context("no balance")?;
    let last = card.entries.first().and_then(|entry| entry.balance.clone()).context("an empty account card")?;
    ensure!(owed == last, "the balance is not the account card's last one");
    teller.holds(
        "ListLedgerEntries, GetBalance",
        &format!(
            "{} rows, which end in {}.{:02} {}",
            card.entries.len(),
            owed.units,
            owed.nanos.abs() / 10_000_000,
            owed.currency_code
        ),
    );

    let set = |delivery: BillDelivery| SetBillDeliveryRequest {
        name: account.name.clone(),
        bill_delivery: delivery.into(),
        request_id: request_id(),
    };
    customer.accounts().set_bill_delivery(set(BillDelivery::Paper)).await?;
    customer.accounts().set_bill_delivery(set(BillDelivery::Email)).await?;
    ensure!(billing.delivery(&billed.account_id()) == Channel::Email, "the billing system still prints");
    teller.holds("SetBillDelivery", "the billing system was told to stop printing");
    Ok(account)
}
