//! What gets no payment code, and why.

use anyhow::{Context, ensure};
use komunala_demo::{Customer, GasRuma, Newcomer, PaperBill};
use komunala_grpc::proto::v1::{
    GetPaymentCodeRequest, Invoice, InvoiceKind, PaymentScheme, get_payment_code_request::Format,
};
use komunala_simulators::gas::Kind;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use super::{PLACE, bills, code, hundredths};
use crate::offers::town::BUILT;

/// The code, the reason, and what its metadata say of `key`.
fn refusal(status: &Status, key: &str) -> (Code, String, String) {
    let (reason, mut metadata) =
        status.get_details_error_info().map(|info| (info.reason, info.metadata)).unwrap_or_default();
    (status.code(), reason, metadata.remove(key).unwrap_or_default())
}

/// A customer of the gas utility who is like this, with the bills.
async fn somebody(kind: Kind) -> anyhow::Result<(Customer, Vec<Invoice>)> {
    let provider = BUILT.region.provider::<GasRuma>()?;
    let person = provider.billing.of_kind(kind).next().context("nobody is")?;
    let bill = PaperBill { customer_number: person.number(), pin: person.pin() };
    let newcomer = Newcomer::with(provider, bill, &format!("code-{kind:?}").to_lowercase());
    let (customer, _) = newcomer.settle(BUILT.api, &BUILT.region).await?;
    let bills = bills(&customer).await?;
    Ok((customer, bills))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_asks_for_no_money_has_no_code() -> anyhow::Result<()> {
    let (customer, bills) = somebody(Kind::CreditNotes).await?;
    let note = bills.iter().find(|bill| bill.kind() == InvoiceKind::CreditNote).context("no credit note")?;
    let refused = code(&customer, note, Format::Svg, 0).await.err().context("a credit note was paid")?;
    let wanted = (Code::FailedPrecondition, "PAYMENT_CODE_NOT_PAYABLE".to_owned(), String::new());
    ensure!(refusal(&refused, "") == wanted, "{refused}");

    let (customer, bills) = somebody(Kind::ZeroBills).await?;
    let mut nothing = bills.iter().filter(|bill| hundredths(bill.total.as_ref()).is_ok_and(|total| total == 0));
    let nothing = nothing.next().context("no bill of zero")?;
    for installment in [0, 1] {
        let refused = code(&customer, nothing, Format::Png, installment).await.err().context("zero was paid")?;
        ensure!(refusal(&refused, "") == wanted, "{refused}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bill_that_breaks_a_rule_of_the_scheme_says_which_and_where() -> anyhow::Result<()> {
    let (customer, _, _) = BUILT.customer("gas-ruma", PLACE + 2).await?;
    let bills = bills(&customer).await?;
    let bill = bills.first().context("no bill")?;
    for (scheme, name, field) in [
        (PaymentScheme::UpnQr, "upn-qr", "account"),
        (PaymentScheme::Epc06912, "epc069-12", "account"),
        (PaymentScheme::Nbu003, "nbu-003", "account"),
        (PaymentScheme::Nbu002, "nbu-002", "account"),
    ] {
        let request = GetPaymentCodeRequest {
            name: bill.name.clone(),
            format: Format::Svg.into(),
            scheme: scheme.into(),
            installment: 0,
        };
        let refused = customer.invoices().get_payment_code(request).await.err().context("a code was made")?;
        let wanted = (Code::FailedPrecondition, "PAYMENT_CODE_IMPOSSIBLE".to_owned(), field.to_owned());
        ensure!(refusal(&refused, "field") == wanted, "{refused}");
        ensure!(refusal(&refused, "scheme").2 == name && !refusal(&refused, "rule").2.is_empty(), "{refused}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_out_of_its_bounds_names_the_field() -> anyhow::Result<()> {
    let (customer, _, _) = BUILT.customer("gas-ruma", PLACE + 3).await?;
    let bills = bills(&customer).await?;
    let name = bills.first().context("no bill")?.name.clone();
    let request = |format: i32, scheme: i32, installment: i32| GetPaymentCodeRequest {
        name: name.clone(),
        format,
        scheme,
        installment,
    };
    for (request, field) in [
        (request(0, 0, 0), "format"),
        (request(3, 0, 0), "format"),
        (request(1, 77, 0), "scheme"),
        (request(1, 0, -1), "installment"),
        (request(1, 0, 61), "installment"),
        (request(1, 0, 3), "installment"),
    ] {
        let refused = customer.invoices().get_payment_code(request).await.err().context("a code was made")?;
        let violations = refused.get_details_bad_request().map(|bad| bad.field_violations).unwrap_or_default();
        ensure!(refused.code() == Code::InvalidArgument, "{refused}");
        ensure!(violations.iter().any(|violation| violation.field == field), "{field}: {violations:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_bill_is_not_found_and_so_is_one_that_nobody_has() -> anyhow::Result<()> {
    let (customer, _, _) = BUILT.customer("gas-ruma", PLACE + 4).await?;
    let (stranger, _, _) = BUILT.customer("gas-ruma", PLACE + 5).await?;
    let theirs = bills(&customer).await?;
    let own = bills(&stranger).await?;
    let (theirs, own) = (theirs.first().context("no bill")?, own.first().context("no bill")?);
    let strange = |name: String| Invoice { name, ..own.clone() };
    let (_, id) = theirs.name.rsplit_once('/').context("no name")?;
    let (account, _) = own.name.rsplit_once('/').context("no name")?;
    // under its own account, and under the stranger's
    for name in [theirs.name.clone(), format!("{account}/{id}")] {
        let refused = code(&stranger, &strange(name), Format::Png, 0).await.err().context("a code was made")?;
        ensure!(refusal(&refused, "").0 == Code::NotFound && refusal(&refused, "").1 == "NOT_FOUND", "{refused}");
    }
    Ok(())
}
