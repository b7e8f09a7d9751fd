//! From what the hub asks to the contract's arguments.

use komunala_app::ports::{
    BillingError,
    billing::{FieldProblem, IdempotencyKey},
};
use komunala_domain::{
    ExternalId, Period, PostalChannel, Reading, payment::Payment, request::CustomerRequest, request::RequestKind,
};

use crate::{
    answer::{wire_date, wire_decimal, wire_period},
    contract::v0_1::{
        delivery::exports::komunala::adapter::delivery, invoices::exports::komunala::adapter::invoices,
        payments::exports::komunala::adapter::payments, reading_types, readings::exports::komunala::adapter::readings,
        requests::exports::komunala::adapter::requests, types,
    },
};

/// Items of a page: the gas utilities' pages are as long, and 100 bills with their lines are 400 kB.
pub(super) const PAGE: u16 = 100;

/// The most records of a bulk page.
const BULK_PAGE: u16 = 1000;

pub(super) fn id(id: &ExternalId) -> types::ExternalId {
    id.as_str().to_owned()
}

pub(super) fn page(cursor: Option<&str>) -> types::PageRequest {
    types::PageRequest { cursor: cursor.map(str::to_owned), size: PAGE }
}

pub(super) fn bulk_size(size: u32) -> u16 {
    u16::try_from(size).unwrap_or(BULK_PAGE).clamp(1, BULK_PAGE)
}

/// The most rows of a portion of a file.
const PORTION: u16 = 5000;

pub(super) fn portion_size(size: u32) -> u16 {
    u16::try_from(size).unwrap_or(PORTION).clamp(1, PORTION)
}

pub(super) const ALWAYS: types::DateRange = types::DateRange { first: None, last: None };

pub(super) fn since(period: Option<Period>) -> invoices::InvoiceFilter {
    match period {
        None => invoices::InvoiceFilter::All,
        Some(first) => {
            invoices::InvoiceFilter::Periods(types::PeriodRange { first: Some(wire_period(first)), last: None })
        }
    }
}

/// A reading as it is handed in; an error for a number that the contract cannot express.
pub(super) fn submission(account: &ExternalId, reading: &Reading) -> Result<readings::Submission, BillingError> {
    let register = |state: &komunala_domain::reading::RegisterState| {
        let value = wire_decimal(state.value).ok_or_else(|| out_of_range(format!("registers.{}", state.code)))?;
        Ok(reading_types::RegisterValue { code: state.code.clone(), value })
    };
    Ok(readings::Submission {
        account: account.as_str().to_owned(),
        supply_point: reading.supply_point.as_str().to_owned(),
        meter: reading.serial_number.clone(),
        date: wire_date(reading.date),
        registers: reading.registers.iter().map(register).collect::<Result<_, BillingError>>()?,
    })
}

fn out_of_range(field: String) -> BillingError {
    let problem = FieldProblem { field, code: "out-of-range".to_owned(), message: "too many digits".to_owned() };
    BillingError::Rejected { fields: vec![problem] }
}

pub(super) fn payment(account: &ExternalId, payment: &Payment) -> payments::Payment {
    payments::Payment {
        account: account.as_str().to_owned(),
        invoice: payment.invoice.as_str().to_owned(),
        amount: payment.amount.minor,
        currency: payment.amount.currency.code().to_owned(),
        paid_on: wire_date(payment.paid_on),
        reference: payment.reference.clone(),
    }
}

pub(super) fn request(account: &ExternalId, request: &CustomerRequest) -> requests::ServiceRequest {
    requests::ServiceRequest {
        account: account.as_str().to_owned(),
        kind: match request.kind {
            RequestKind::Question => requests::RequestKind::Question,
            RequestKind::Feedback => requests::RequestKind::Feedback,
            RequestKind::Complaint => requests::RequestKind::Complaint,
            RequestKind::DataChange => requests::RequestKind::DataChange,
        },
        subject: request.subject.clone(),
        text: request.text.clone(),
    }
}

pub(super) fn channel(channel: PostalChannel) -> delivery::DeliveryChannel {
    match channel {
        PostalChannel::Paper => delivery::DeliveryChannel::Paper,
        PostalChannel::Email => delivery::DeliveryChannel::Email,
    }
}

/// Setting a delivery channel twice is the same as once, but setting it back and forth is not: every call is a write of
/// its own.
pub(super) fn new_key() -> IdempotencyKey {
    IdempotencyKey(format!("{:032x}", rand::random::<u128>()))
}
