//! Invoices.

use komunala_app::ports::billing::Part;
use komunala_domain::{
    Currency, ExternalId, Invoice,
    balance::Buckets,
    invoice::{
        Consumption, Discount, DocumentHint, Installment, InvoiceKind, InvoiceLine, MeterRead, PaymentInstruction,
        Subtotal, SubtotalKind,
    },
};

use super::{
    At, Checked, Expected, invalid, list, same_account,
    value::{
        TEXT, currency, cursor, decimal, external_id, issuer, money, optional_date, optional_money, optional_text,
        period, quantity, text, word,
    },
};
use crate::contract::v0_1::invoice_types as wire;

/// A page of the invoices of an account.
pub(crate) fn page(
    items: Vec<wire::Invoice>,
    next: Option<String>,
    size: usize,
    account: &ExternalId,
    expected: &Expected,
) -> Checked<Part<Invoice>> {
    Ok(Part {
        items: list(items, size, |invoice| of_account(invoice, account, expected)).at("items")?,
        next: cursor(next).at("next")?,
    })
}

/// The one invoice that was asked for.
pub(crate) fn asked(
    invoice: wire::Invoice,
    asked: &ExternalId,
    account: &ExternalId,
    expected: &Expected,
) -> Checked<Invoice> {
    let invoice = of_account(invoice, account, expected)?;
    if invoice.external_id == *asked { Ok(invoice) } else { invalid("is not the one that was asked for").at("id") }
}

/// An invoice of the account that was asked for.
fn of_account(invoice: wire::Invoice, asked: &ExternalId, expected: &Expected) -> Checked<Invoice> {
    same_account(&invoice.account, asked).at("account")?;
    self::invoice(invoice, expected)
}

/// An invoice, whosever it is.
pub(crate) fn invoice(invoice: wire::Invoice, expected: &Expected) -> Checked<Invoice> {
    let currency = currency(&invoice.currency, expected).at("currency")?;
    let kind = kind(invoice.kind);
    let total = money(invoice.total, currency).at("total")?;
    if total.minor < 0 && kind != InvoiceKind::CreditNote && !invoice.signed_total {
        return invalid("is below zero on what is no credit note").at("total");
    }
    let (document, media_types) = document(invoice.document_types).at("document-types")?;
    Ok(Invoice {
        external_id: external_id(invoice.id).at("id")?,
        number: word(invoice.number, 64).at("number")?,
        kind,
        period: invoice.period.map(period).transpose().at("period")?,
        issued: optional_date(invoice.issued).at("issued")?,
        available_from: optional_date(invoice.available_from).at("available-from")?,
        issuer: issuer(invoice.issuer).at("issuer")?,
        supply_points: list(invoice.supply_points, 1000, external_id).at("supply-points")?,
        lines: list(invoice.lines, 500, |line| self::line(line, currency)).at("lines")?,
        meter_reads: list(invoice.reads, 500, meter_read).at("reads")?,
        subtotals: subtotals(invoice.subtotals, currency).at("subtotals")?,
        total,
        installments: list(invoice.installments, 60, |part| installment(&part, currency)).at("installments")?,
        discounts: list(invoice.discounts, 16, |discount| self::discount(discount, currency)).at("discounts")?,
        buckets: buckets(&invoice.buckets, currency).at("buckets")?.map(Box::new),
        payment: invoice.payment.map(payment).transpose().at("payment")?,
        document,
        media_types,
    })
}

fn kind(kind: wire::InvoiceKind) -> InvoiceKind {
    match kind {
        wire::InvoiceKind::Invoice => InvoiceKind::Invoice,
        wire::InvoiceKind::CreditNote => InvoiceKind::CreditNote,
        wire::InvoiceKind::Advance => InvoiceKind::Advance,
        wire::InvoiceKind::Reminder => InvoiceKind::Reminder,
    }
}

pub(super) fn line(line: wire::InvoiceLine, currency: Currency) -> Checked<InvoiceLine> {
    let (amount, unit) = line.quantity.map(quantity).transpose().at("quantity")?.unzip();
    Ok(InvoiceLine {
        code: optional_text(line.code, 64).at("code")?,
        text: text(line.text, TEXT).at("text")?,
        quantity: amount,
        unit,
        unit_price: line.unit_price.map(decimal).transpose().at("unit-price")?,
        net: optional_money(line.net, currency).at("net")?,
        tax_rate: line.vat_rate.map(decimal).transpose().at("vat-rate")?,
        tax: optional_money(line.vat, currency).at("vat")?,
        gross: optional_money(line.gross, currency).at("gross")?,
    })
}

fn subtotals(subtotals: Vec<wire::Subtotal>, currency: Currency) -> Checked<Vec<Subtotal>> {
    list(subtotals, 32, |subtotal| {
        let amount = money(subtotal.amount, currency).at("amount")?;
        let kind = match subtotal.kind {
            wire::SubtotalKind::Charge => SubtotalKind::Charge,
            wire::SubtotalKind::PreviousBalance => SubtotalKind::PreviousBalance,
            wire::SubtotalKind::Recalculation => SubtotalKind::Recalculation,
            wire::SubtotalKind::Privilege => SubtotalKind::Privilege,
            wire::SubtotalKind::Subsidy => SubtotalKind::Subsidy,
            wire::SubtotalKind::Penalty => SubtotalKind::Penalty,
            wire::SubtotalKind::Paid => SubtotalKind::Paid,
            wire::SubtotalKind::Vat => SubtotalKind::Vat,
        };
        Ok(Subtotal { kind, amount })
    })
}

/// A part without a day is part of the total and has no place among what is due when.
fn installment(part: &wire::Installment, currency: Currency) -> Checked<Installment> {
    let amount = money(part.amount, currency).at("amount")?;
    match optional_date(part.due).at("due")? {
        Some(due) => Ok(Installment { amount, due }),
        None => invalid("is missing").at("due"),
    }
}

fn discount(discount: wire::Discount, currency: Currency) -> Checked<Discount> {
    let amount = money(discount.amount, currency).at("amount")?;
    if amount.minor < 0 {
        return invalid("is below zero").at("amount");
    }
    let text = optional_text(discount.text, TEXT).at("text")?;
    match optional_date(discount.until).at("until")? {
        Some(until) => Ok(Discount { amount, until, text }),
        None => invalid("is missing").at("until"),
    }
}

/// Debt by its state. Each sort at most once; none at all if nothing is named.
pub(super) fn buckets(named: &[wire::Bucket], currency: Currency) -> Checked<Option<Buckets>> {
    if named.len() > 16 {
        return invalid("has too many items");
    }
    let mut buckets = Buckets::default();
    for (index, bucket) in named.iter().enumerate() {
        let amount = money(bucket.amount, currency).at("amount").at_index(index)?;
        let place = match bucket.kind {
            wire::BucketKind::Current => &mut buckets.current,
            wire::BucketKind::Overdue => &mut buckets.overdue,
            wire::BucketKind::Sued => &mut buckets.sued,
            wire::BucketKind::Reprogrammed => &mut buckets.reprogrammed,
            wire::BucketKind::Credit if amount.minor < 0 => return invalid("is below zero").at_index(index),
            wire::BucketKind::Credit => &mut buckets.credit,
        };
        if place.replace(amount).is_some() {
            return invalid("names a sort of debt twice").at_index(index);
        }
    }
    Ok((!named.is_empty()).then_some(buckets))
}

fn payment(payment: wire::PaymentInstruction) -> Checked<PaymentInstruction> {
    Ok(PaymentInstruction {
        account: word(payment.account, 64).at("account")?,
        payee: optional_text(payment.payee, TEXT).at("payee")?.unwrap_or_default(),
        model: optional_text(payment.model, 16).at("model")?,
        reference: optional_text(payment.reference, 64).at("reference")?,
        code: optional_text(payment.code, 16).at("code")?,
        purpose: optional_text(payment.purpose, TEXT).at("purpose")?,
    })
}

fn meter_read(read: wire::BilledRead) -> Checked<MeterRead> {
    let consumption = |used: Option<_>| -> Checked<Option<Consumption>> {
        let used = used.map(quantity).transpose()?;
        Ok(used.map(|(quantity, unit)| Consumption { quantity, unit }))
    };
    let used = consumption(read.used).at("used")?;
    let energy = consumption(read.energy).at("energy")?;
    Ok(MeterRead {
        supply_point: external_id(read.supply_point).at("supply-point")?,
        serial_number: word(read.meter, 128).at("meter")?,
        register: word(read.register, 32).at("register")?,
        from: decimal(read.first).at("first")?,
        to: decimal(read.last).at("last")?,
        consumption: used.into_iter().chain(energy).collect(),
        conversion_factor: read.conversion.map(decimal).transpose().at("conversion")?,
        calorific_value: read.calorific_value.map(quantity).transpose().at("calorific-value")?.map(|(value, _)| value),
    })
}

fn document(types: Option<Vec<String>>) -> Checked<(DocumentHint, Vec<String>)> {
    let Some(types) = types else { return Ok((DocumentHint::Unknown, Vec::new())) };
    let types = list(types, 8, |name| word(name, 64))?;
    // the PDF is the legal document; other forms come with it
    let has_pdf = types.iter().any(|name| name == komunala_domain::document::PDF);
    Ok((if has_pdf { DocumentHint::Available } else { DocumentHint::Absent }, types))
}

#[cfg(test)]
pub(super) mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::contract::v0_1::types;

    pub(in crate::answer) fn expected() -> Expected {
        Expected { currency: "RSD".parse().unwrap(), zone: TimeZone::UTC }
    }

    pub(in crate::answer) fn invoice(id: &str, account: &str) -> wire::Invoice {
        wire::Invoice {
            id: id.into(),
            account: account.into(),
            number: id.into(),
            kind: wire::InvoiceKind::Invoice,
            period: Some(types::Period { year: 2024, month: 7 }),
            issued: Some(types::Date { year: 2024, month: 8, day: 3 }),
            available_from: None,
            issuer: None,
            supply_points: vec![],
            lines: vec![],
            subtotals: vec![],
            total: 431_207,
            signed_total: false,
            currency: "RSD".into(),
            installments: vec![],
            discounts: vec![],
            buckets: vec![],
            payment: None,
            reads: vec![],
            document_types: None,
        }
    }

    fn refused_field(change: impl FnOnce(&mut wire::Invoice)) -> String {
        let mut invoice = invoice("24-1", "a-1");
        change(&mut invoice);
        of_account(invoice, &"a-1".parse().unwrap(), &expected()).unwrap_err().field
    }

    #[test]
    fn a_total_below_zero_needs_a_credit_note_or_a_format_with_a_sign() {
        let below = |change: &dyn Fn(&mut wire::Invoice)| {
            let mut invoice = invoice("24-1", "a-1");
            invoice.total = -1;
            change(&mut invoice);
            of_account(invoice, &"a-1".parse().unwrap(), &expected())
        };
        assert_eq!(below(&|_| ()).unwrap_err().field, "total");
        assert!(below(&|invoice| invoice.kind = wire::InvoiceKind::CreditNote).is_ok());
        assert!(below(&|invoice| invoice.signed_total = true).is_ok());
    }

    #[test]
    fn checked_values_fit_where_those_of_the_contract_stood() {
        assert!(size_of::<Invoice>() <= size_of::<wire::Invoice>());
        assert!(size_of::<InvoiceLine>() <= size_of::<wire::InvoiceLine>());
        assert!(size_of::<MeterRead>() <= size_of::<wire::BilledRead>());
    }

    #[test]
    fn an_invoice_of_no_month_and_without_a_day_is_one_too() {
        let undated = wire::Invoice { period: None, issued: None, ..invoice("24-1", "a-1") };
        let undated = of_account(undated, &"a-1".parse().unwrap(), &expected()).unwrap();
        assert_eq!((undated.period, undated.issued), (None, None));
    }

    #[test]
    fn values_nobody_would_bill_are_refused_by_name() {
        assert_eq!(refused_field(|invoice| invoice.account = "a-2".into()), "account");
        assert_eq!(refused_field(|invoice| invoice.currency = "EUR".into()), "currency");
        assert_eq!(refused_field(|invoice| invoice.issued.as_mut().unwrap().year = 9999), "issued");
        assert_eq!(refused_field(|invoice| invoice.total = i64::MAX), "total");
        assert_eq!(refused_field(|invoice| invoice.number = "24\r\nBcc: x".into()), "number");
        assert_eq!(refused_field(|invoice| invoice.supply_points = vec!["p".into(); 1001]), "supply-points");
        let bucket = || wire::Bucket { kind: wire::BucketKind::Overdue, amount: 1 };
        assert_eq!(refused_field(|invoice| invoice.buckets = vec![bucket(), bucket()]), "buckets[1]");
    }
}
