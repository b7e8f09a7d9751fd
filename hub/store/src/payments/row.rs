//! A payment's row.

use komunala_app::ports::{StoreError, payments::PaymentRow};
use komunala_domain::{
    ids::{AccountId, InvoiceId, PaymentId},
    payment::PaymentState,
};
use sea_orm::QueryResult;

use super::WHAT;
use crate::columns::{Word, column, damaged, from_json, parsed, time, time_if_any, uuid};

/// What [`read`] reads, in its order.
pub(super) const COLUMNS: &str = "id, tenant, provider, account_id, invoice_id, channel, state, started_at, updated_at,
    attempt, tries, content, progress, ask_at, busy_until";

/// A row of [`COLUMNS`].
pub(super) fn read(row: &QueryResult) -> Result<PaymentRow, StoreError> {
    let text = |index| column::<String>(WHAT, row, index);
    let count = |index| -> Result<u32, StoreError> {
        u32::try_from(column::<i32>(WHAT, row, index)?).map_err(|_| damaged(WHAT, "a count is negative"))
    };
    Ok(PaymentRow {
        id: PaymentId::from_uuid(uuid(WHAT, row, 0)?),
        tenant: parsed(WHAT, &text(1)?)?,
        provider: parsed(WHAT, &text(2)?)?,
        account: AccountId::from_uuid(uuid(WHAT, row, 3)?),
        invoice: InvoiceId::from_uuid(uuid(WHAT, row, 4)?),
        channel: parsed(WHAT, &text(5)?)?,
        state: PaymentState::of(&text(6)?)?,
        started_at: time(WHAT, column(WHAT, row, 7)?)?,
        updated_at: time(WHAT, column(WHAT, row, 8)?)?,
        attempt: count(9)?,
        tries: count(10)?,
        order: from_json(WHAT, &text(11)?)?,
        progress: from_json(WHAT, &text(12)?)?,
    })
}

/// When a payment was to be looked after, and until when somebody does, in microseconds.
pub(super) struct Times {
    pub(super) ask_at: Option<i64>,
    pub(super) busy_until: Option<i64>,
}

/// The times of a row of [`COLUMNS`].
pub(super) fn times(row: &QueryResult) -> Result<Times, StoreError> {
    let times = Times { ask_at: column(WHAT, row, 13)?, busy_until: column(WHAT, row, 14)? };
    time_if_any(WHAT, times.ask_at)?;
    Ok(times)
}
