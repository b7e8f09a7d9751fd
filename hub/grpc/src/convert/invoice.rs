//! Invoices.

use komunala_app::{
    invoice::{Standing, UpcomingInvoice},
    ports::copies::InvoiceCopy,
};
use komunala_domain::invoice::{
    Consumption, Discount, DocumentHint, Installment, InvoiceKind, InvoiceLine, InvoiceState, MeterRead,
    PaymentInstruction, Subtotal, SubtotalKind,
};

use super::{balance::buckets, date::day, date::moment, decimal::decimal, money::money};
use crate::{
    names::{AccountName, InvoiceName, PointName, UpcomingName},
    proto::v1,
};

/// A page of bills, with what each asks for today.
pub(crate) fn invoices(copies: Vec<InvoiceCopy>, standings: Vec<Standing>) -> Vec<v1::Invoice> {
    copies.into_iter().zip(standings).map(|(copy, standing)| invoice(copy, standing)).collect()
}

pub(crate) fn invoice(copy: InvoiceCopy, standing: Standing) -> v1::Invoice {
    let account = AccountName { provider: copy.provider, account: copy.account };
    let points = copy.points.iter().map(|point| PointName { account: account.clone(), point: *point }.to_string());
    let supply_points = points.collect();
    let name = InvoiceName { account, invoice: copy.id };
    if let Some(until) = standing.awaited {
        return v1::Invoice {
            name: name.to_string(),
            period: copy.invoice.period.map(|period| period.to_string()).unwrap_or_default(),
            not_available_until: Some(day(until)),
            as_of_time: Some(moment(copy.as_of)),
            supply_points,
            state: v1::InvoiceState::Upcoming.into(),
            ..Default::default()
        };
    }
    let invoice = copy.invoice;
    let (issuer, issuer_name) =
        invoice.issuer.map(|issuer| (issuer.code, issuer.name.unwrap_or_default())).unwrap_or_default();
    let known = v1::DocumentOrigin::BillingSystem;
    let document = match (copy.document, invoice.document) {
        (Some(document), _) => Some(v1::InvoiceDocument {
            origin: known.into(),
            sha256: document.sha256.to_string(),
            size_bytes: i64::try_from(document.size).unwrap_or(i64::MAX),
        }),
        (None, DocumentHint::Available) => Some(v1::InvoiceDocument { origin: known.into(), ..Default::default() }),
        (None, DocumentHint::Unknown) => Some(v1::InvoiceDocument::default()),
        (None, DocumentHint::Absent) => {
            Some(v1::InvoiceDocument { origin: v1::DocumentOrigin::Informative.into(), ..Default::default() })
        }
    };
    v1::Invoice {
        name: name.to_string(),
        number: invoice.number,
        kind: kind(invoice.kind).into(),
        period: invoice.period.map(|period| period.to_string()).unwrap_or_default(),
        issue_date: invoice.issued.map(day),
        issuer,
        issuer_name,
        lines: invoice.lines.into_iter().map(line).collect(),
        subtotals: invoice.subtotals.iter().map(subtotal).collect(),
        total: Some(money(invoice.total)),
        installments: invoice.installments.iter().map(installment).collect(),
        discounts: invoice.discounts.iter().map(discount).collect(),
        buckets: invoice.buckets.as_deref().map(buckets).unwrap_or_default(),
        payment: invoice.payment.map(payment),
        meter_reads: invoice.meter_reads.into_iter().map(meter_read).collect(),
        document,
        not_available_until: None,
        as_of_time: Some(moment(copy.as_of)),
        supply_points,
        state: state(standing.state).into(),
        payable_amount: standing.payable.map(|payable| money(payable.amount)),
        payable_until_date: standing.payable.and_then(|payable| payable.until).map(day),
        media_types: invoice.media_types,
    }
}

/// A bill of which nothing is known but when it will be there.
pub(crate) fn upcoming(upcoming: UpcomingInvoice) -> v1::Invoice {
    let account = AccountName { provider: upcoming.provider, account: upcoming.account };
    let period = upcoming.open.period;
    v1::Invoice {
        name: UpcomingName { account, period }.to_string(),
        period: period.to_string(),
        not_available_until: Some(day(upcoming.open.until)),
        as_of_time: Some(moment(upcoming.as_of)),
        state: v1::InvoiceState::Upcoming.into(),
        ..Default::default()
    }
}

fn kind(kind: InvoiceKind) -> v1::InvoiceKind {
    match kind {
        InvoiceKind::Invoice => v1::InvoiceKind::Invoice,
        InvoiceKind::CreditNote => v1::InvoiceKind::CreditNote,
        InvoiceKind::Advance => v1::InvoiceKind::Advance,
        InvoiceKind::Reminder => v1::InvoiceKind::Reminder,
    }
}

fn state(state: InvoiceState) -> v1::InvoiceState {
    match state {
        InvoiceState::Due => v1::InvoiceState::Due,
        InvoiceState::PastDue => v1::InvoiceState::PastDue,
        InvoiceState::NothingDue => v1::InvoiceState::NothingDue,
    }
}

fn line(line: InvoiceLine) -> v1::InvoiceLine {
    v1::InvoiceLine {
        code: line.code.unwrap_or_default(),
        text: line.text,
        quantity: line.quantity.map(decimal),
        unit: line.unit.unwrap_or_default(),
        unit_price: line.unit_price.map(decimal),
        net: line.net.map(money),
        vat_rate: line.tax_rate.map(decimal),
        vat: line.tax.map(money),
        gross: line.gross.map(money),
    }
}

fn subtotal(subtotal: &Subtotal) -> v1::Subtotal {
    let kind = match subtotal.kind {
        SubtotalKind::Charge => "CHARGE",
        SubtotalKind::PreviousBalance => "PREVIOUS_BALANCE",
        SubtotalKind::Recalculation => "RECALCULATION",
        SubtotalKind::Privilege => "PRIVILEGE",
        SubtotalKind::Subsidy => "SUBSIDY",
        SubtotalKind::Penalty => "PENALTY",
        SubtotalKind::Paid => "PAID",
        SubtotalKind::Vat => "VAT",
    };
    v1::Subtotal { kind: kind.to_owned(), amount: Some(money(subtotal.amount)) }
}

fn installment(installment: &Installment) -> v1::Installment {
    v1::Installment { amount: Some(money(installment.amount)), due_date: Some(day(installment.due)) }
}

fn discount(discount: &Discount) -> v1::Discount {
    v1::Discount {
        amount: Some(money(discount.amount)),
        until_date: Some(day(discount.until)),
        text: discount.text.clone().unwrap_or_default(),
    }
}

fn payment(payment: PaymentInstruction) -> v1::PaymentInstruction {
    v1::PaymentInstruction {
        account: payment.account,
        payee: payment.payee,
        model: payment.model.unwrap_or_default(),
        reference: payment.reference.unwrap_or_default(),
        purpose_code: payment.code.unwrap_or_default(),
        purpose: payment.purpose.unwrap_or_default(),
    }
}

fn meter_read(read: MeterRead) -> v1::MeterRead {
    v1::MeterRead {
        serial_number: read.serial_number,
        register: read.register,
        from_value: Some(decimal(read.from)),
        to_value: Some(decimal(read.to)),
        consumption: read.consumption.into_iter().map(quantity).collect(),
        conversion_factor: read.conversion_factor.map(decimal),
        calorific_value: read.calorific_value.map(decimal),
    }
}

fn quantity(consumption: Consumption) -> v1::Quantity {
    v1::Quantity { value: Some(decimal(consumption.quantity)), unit: consumption.unit }
}

#[cfg(test)]
mod tests;
