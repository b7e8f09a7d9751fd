//! Readings, and what became of those that were handed in.

use komunala_app::ports::billing::{IdempotencyKey, Part, Receipt, ReceiptState};
use komunala_domain::{
    ExternalId, Reading,
    reading::{ReadingSource, RegisterState},
};

use super::{
    At, Checked, Invalid, invalid, list,
    value::{cursor, date, decimal, external_id, optional_text, word},
};
use crate::contract::v0_1::{reading_types as types, readings::exports::komunala::adapter::readings as wire};

/// A page of the readings of the supply point that was asked for.
pub(crate) fn page(page: wire::ReadingPage, size: usize, point: &ExternalId) -> Checked<Part<Reading>> {
    let of_point = |reading| {
        let reading = self::reading(reading)?;
        if reading.supply_point == *point {
            return Ok(reading);
        }
        let problem = "belongs to another supply point";
        Err(Box::new(Invalid { field: "supply-point".to_owned(), problem, is_foreign: true }))
    };
    Ok(Part { items: list(page.items, size, of_point).at("items")?, next: cursor(page.next).at("next")? })
}

/// A reading, of whatever supply point.
pub(crate) fn reading(reading: types::Reading) -> Checked<Reading> {
    if reading.registers.is_empty() {
        return invalid("is empty").at("registers");
    }
    Ok(Reading {
        supply_point: external_id(reading.supply_point).at("supply-point")?,
        serial_number: word(reading.meter, 128).at("meter")?,
        date: date(reading.date).at("date")?,
        registers: list(reading.registers, 16, register).at("registers")?,
        source: match reading.source {
            types::ReadingSource::Customer => ReadingSource::Customer,
            types::ReadingSource::Remote => ReadingSource::Remote,
            types::ReadingSource::Estimate => ReadingSource::Estimate,
            // whoever it was, it was not the customer and not the meter
            types::ReadingSource::Operator | types::ReadingSource::Other => ReadingSource::Operator,
        },
    })
}

fn register(register: types::RegisterValue) -> Checked<RegisterState> {
    let value = decimal(register.value).at("value")?;
    if value.is_sign_negative() && !value.is_zero() {
        return invalid("is below zero").at("value");
    }
    Ok(RegisterState { code: word(register.code, 32).at("code")?, value })
}

/// What a billing system said of a submission. Where it gives no receipts, the key under which it was handed in is what
/// finds it again.
pub(crate) fn receipt(receipt: wire::Receipt, key: &IdempotencyKey) -> Checked<Receipt> {
    let id = receipt.id.unwrap_or_else(|| key.0.clone());
    Ok(Receipt {
        external_id: external_id(id).at("id")?,
        state: match receipt.state {
            wire::ReceiptState::Accepted => ReceiptState::Accepted,
            wire::ReceiptState::Posted => ReceiptState::Posted,
            wire::ReceiptState::Rejected => ReceiptState::Rejected,
        },
        reason: optional_text(receipt.reason, 500).at("reason")?,
    })
}
