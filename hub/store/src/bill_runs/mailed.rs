//! The bill that a mail is about.

use komunala_app::{
    ports::{StoreError, bill_runs::MailedBill},
    sealing::CopyKeys,
};
use komunala_domain::{BillDelivery, ids::UserId};
use sea_orm::QueryResult;

use super::WHAT;
use crate::{
    accounts::copy,
    columns::{Word, column, uuid},
    copies::page,
};

/// The rows of [`page::mailed`]: one, or none where the link does not count.
pub(super) fn read(keys: &CopyKeys, rows: &[QueryResult]) -> Result<Option<MailedBill>, StoreError> {
    let Some(row) = rows.first() else { return Ok(None) };
    let (ages, bills) = page::read(rows)?;
    let Some((age, bill)) = ages.into_iter().next().zip(bills.into_iter().next()) else { return Ok(None) };
    let account = match (column::<Option<String>>(WHAT, row, 7)?, column::<Option<i64>>(WHAT, row, 8)?) {
        (Some(sealed), Some(at)) => Some(copy::of_columns(keys, bill.account.uuid(), &sealed, at)?.account),
        _ => None,
    };
    Ok(Some(MailedBill {
        copy: bill,
        external_account: age.external_id,
        account,
        user: UserId::from_uuid(uuid(WHAT, row, 5)?),
        delivery: BillDelivery::of(&column::<String>(WHAT, row, 6)?)?,
    }))
}
