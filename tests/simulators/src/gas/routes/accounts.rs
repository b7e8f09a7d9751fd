//! Accounts, their cards and balances.

use axum::Json;
use axum::extract::{Path, Query, State};
use jiff::civil::Date;
use serde::Serialize;

use super::Desk;
use crate::amount::Amount;
use crate::gas::billing::CURRENCY;
use crate::gas::card::{self, CardRow};
use crate::gas::page::{ListQuery, Page};
use crate::gas::refusal::Refusal;
use crate::gas::system::Account;
use crate::month::Month;

/// `GET /v1/accounts/{id}`
pub(super) async fn account(State(desk): State<Desk>, Path(id): Path<String>) -> Result<Json<Account>, Refusal> {
    let customer = desk.system.customer(&id)?;
    Ok(Json(desk.system.account(customer)))
}

/// `GET /v1/accounts/{id}/card`
pub(super) async fn card(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<CardRow>>, Refusal> {
    let range = query.days()?;
    let mut rows = desk.system.card(desk.system.customer(&id)?);
    rows.retain(|row| range.holds(row.date, Month::of(row.date)));
    query.cut(rows, desk.system.switches.settings().paging).map(Json)
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Balance {
    balance: Amount,
    currency: &'static str,
    as_of: Date,
}

/// `GET /v1/accounts/{id}/balance`
pub(super) async fn balance(State(desk): State<Desk>, Path(id): Path<String>) -> Result<Json<Balance>, Refusal> {
    let rows = desk.system.card(desk.system.customer(&id)?);
    Ok(Json(Balance { balance: card::balance(&rows), currency: CURRENCY, as_of: desk.system.today() }))
}
