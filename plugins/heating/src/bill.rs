//! A row of `RAC`: a bill without its lines.

use komunala_adapter_sdk::{
    files::Bill,
    invoice_types::{Bucket, BucketKind, Discount, Installment, Invoice, InvoiceKind, PaymentInstruction},
};

use crate::{
    columns::{Columns, Field, Malformed},
    settings::Settings,
};

/// Columns of a row.
pub(crate) const WIDTH: usize = 300;

/// The bill number, by which bills are told apart.
pub(crate) fn number(row: Columns<'_>) -> Field<'_> {
    row.field("the bill number (columns 18 to 31)", 18, 31)
}

/// The total in minor units; none where it is not known.
pub(crate) fn total(row: Columns<'_>) -> Result<Option<i64>, Malformed> {
    let total = row.field("the total (columns 48 to 59)", 48, 59).number()?;
    let sign = row.field("the sign (column 60)", 60, 60);
    match sign.raw() {
        b"-" => Ok(total.map(|total| -total)),
        b" " | b"+" => Ok(total),
        _ => Err(sign.malformed("is neither a sign nor blank")),
    }
}

/// What a row adds to the sum of the trailer.
pub(crate) fn adds(row: Columns<'_>) -> Result<i64, Malformed> {
    Ok(total(row)?.unwrap_or(0))
}

/// The bill of a row. It has no total where the row has none, and the contract knows no bill without one.
pub(crate) fn read(row: Columns<'_>, settings: &Settings) -> Result<Bill, Malformed> {
    let number = number(row).word()?;
    let account = row.field("the customer number (columns 2 to 11)", 2, 11).word()?;
    let period = row.field("the period (columns 12 to 17)", 12, 17).period()?;
    let due = row.field("the due date (columns 40 to 47)", 40, 47).date()?;
    let total = total(row)?.ok_or(Malformed { field: "the total (columns 48 to 59)", what: "is blank" })?;
    Ok(Bill {
        invoice: Invoice {
            id: number.clone(),
            supply_points: vec![account.clone()],
            account,
            number,
            kind: InvoiceKind::Invoice,
            period,
            issued: row.field("the day of issue (columns 32 to 39)", 32, 39).date()?,
            available_from: None,
            // each line has its own
            issuer: None,
            lines: Vec::new(),
            subtotals: Vec::new(),
            total,
            signed_total: true,
            currency: settings.currency.clone(),
            installments: match due {
                Some(due) if total >= 0 => vec![Installment { part: 1, amount: total, due: Some(due) }],
                _ => Vec::new(),
            },
            discounts: discount(row)?.into_iter().collect(),
            buckets: buckets(row)?,
            payment: payment(row, settings)?,
            reads: Vec::new(),
            document_types: None,
        },
        document: period.map(|period| format!("{:04}{:02}", period.year, period.month)),
    })
}

fn discount(row: Columns<'_>) -> Result<Option<Discount>, Malformed> {
    let amount = row.field("the discount (columns 61 to 72)", 61, 72).number()?;
    let until = row.field("the discount's last day (columns 73 to 80)", 73, 80).date()?;
    // without a last day nobody could tell whether it still applies
    Ok(amount.zip(until).map(|(amount, until)| Discount { amount, until: Some(until), text: None }))
}

/// Those that are not known are left out; zero is a statement.
fn buckets(row: Columns<'_>) -> Result<Vec<Bucket>, Malformed> {
    let fields = [
        (BucketKind::Overdue, row.field("overdue (columns 81 to 92)", 81, 92)),
        (BucketKind::Sued, row.field("sued (columns 93 to 104)", 93, 104)),
        (BucketKind::Reprogrammed, row.field("reprogrammed (columns 105 to 116)", 105, 116)),
        (BucketKind::Credit, row.field("the credit (columns 117 to 128)", 117, 128)),
    ];
    let known = fields.into_iter().filter_map(|(kind, field)| {
        field.number().transpose().map(|amount| amount.map(|amount| Bucket { kind, amount }))
    });
    known.collect()
}

/// None where there is no account to pay to.
fn payment(row: Columns<'_>, settings: &Settings) -> Result<Option<PaymentInstruction>, Malformed> {
    let Some(account) = row.field("the account (columns 129 to 146)", 129, 146).text()? else { return Ok(None) };
    Ok(Some(PaymentInstruction {
        account,
        payee: settings.payee.clone(),
        model: row.field("the model (columns 147 to 148)", 147, 148).text()?,
        reference: row.field("the reference (columns 149 to 171)", 149, 171).text()?,
        code: settings.purpose_code.clone(),
        purpose: None,
    }))
}
