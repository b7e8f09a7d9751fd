//! Accounts, their cards and balances.

use axum::Json;
use axum::extract::{Path, Query, State};
use jiff::civil::Date;
use serde::Serialize;

use super::Desk;
use crate::amount::Amount;
use crate::gas::card::{self, CardRow};
use crate::gas::issuer::Issuer;
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
    #[serde(flatten)]
    owed: Owed,
    currency: &'static str,
    as_of: Date,
}

/// One sum, or one for each of several issuers.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Owed {
    One { balance: Amount },
    PerIssuer { balances: Vec<IssuerBalance> },
}

#[derive(Debug, Serialize)]
struct IssuerBalance {
    issuer: Issuer,
    name: &'static str,
    balance: Amount,
}

/// `GET /v1/accounts/{id}/balance`
pub(super) async fn balance(State(desk): State<Desk>, Path(id): Path<String>) -> Result<Json<Balance>, Refusal> {
    let rows = desk.system.card(desk.system.customer(&id)?);
    let utility = desk.system.utility();
    let of =
        |issuer: Issuer| IssuerBalance { issuer, name: issuer.name(), balance: card::balance(&rows, Some(issuer)) };
    let owed = match utility.issuers() {
        [None] => Owed::One { balance: card::balance(&rows, None) },
        issuers => Owed::PerIssuer { balances: issuers.iter().copied().flatten().map(of).collect() },
    };
    Ok(Json(Balance { owed, currency: utility.currency(), as_of: desk.system.today() }))
}
