//! What a bill asks for, as a digest: what makes another revision of it, and what does not.

use komunala_domain::{
    Invoice, Money, Period,
    invoice::{Discount, Installment, InvoiceKind, PaymentInstruction},
};
use serde::Serialize;

use crate::{credentials::portal_key::sha256, failure::Failure};

/// What a customer would act on. Lines, texts and what else an adapter learns to say of the same bill are no reason to
/// send it a second time.
#[derive(Serialize)]
struct Asked<'a> {
    number: &'a str,
    kind: InvoiceKind,
    period: Option<Period>,
    issuer: Option<&'a str>,
    total: Money,
    installments: &'a [Installment],
    discounts: &'a [Discount],
    payment: Option<&'a PaymentInstruction>,
}

/// The digest of what a bill asks for.
pub(super) fn gist(invoice: &Invoice) -> Result<String, Failure> {
    let asked = Asked {
        number: &invoice.number,
        kind: invoice.kind,
        period: invoice.period,
        issuer: invoice.issuer.as_ref().map(|issuer| issuer.code.as_str()),
        total: invoice.total,
        installments: &invoice.installments,
        discounts: &invoice.discounts,
        payment: invoice.payment.as_ref(),
    };
    let text = serde_json::to_vec(&asked).map_err(|error| Failure::Internal(error.to_string()))?;
    Ok(sha256(&text).to_string())
}
