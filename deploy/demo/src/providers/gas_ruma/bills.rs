//! Bills, their PDF, the account card, the balance, and the choice between paper and e-mail.

use anyhow::{Context, ensure};
use komunala_grpc::proto::v1::{
    Account, BillDelivery, GetBalanceRequest, GetPaymentCodeRequest, Invoice, ListAccountsRequest, ListInvoicesRequest,
    ListLedgerEntriesRequest, SetBillDeliveryRequest, get_payment_code_request::Format,
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

    teller.holds("GetPaymentCode, part by part", &payment_codes(customer, newest).await.context("the payment codes")?);

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

/// The codes of a bill's installments; answers what they say.
async fn payment_codes(customer: &Customer, bill: &Invoice) -> anyhow::Result<String> {
    let mut amounts = Vec::new();
    for (installment, part) in (1..).zip(&bill.installments) {
        let request = GetPaymentCodeRequest {
            name: bill.name.clone(),
            format: Format::Png.into(),
            installment,
            ..Default::default()
        };
        let code = customer.invoices().get_payment_code(request).await?.into_inner();
        ensure!(code.image.starts_with(b"\x89PNG"), "the code is no picture");
        ensure!(code.amount == part.amount, "part {installment} is another amount in its code");
        let amount =
            code.payload.split('|').find_map(|tag| tag.strip_prefix("I:")).context("a code without an amount")?;
        amounts.push(amount.to_owned());
    }
    ensure!(amounts.len() == 2, "{} installments instead of two", amounts.len());
    Ok(format!("NBS IPS QR for {}, as billed", amounts.join(" and ")))
}
