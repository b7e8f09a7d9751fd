//! Invoices and their PDFs.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;

use super::Desk;
use crate::gas::invoice::Invoice;
use crate::gas::page::{ListQuery, Page};
use crate::gas::refusal::Refusal;

/// `GET /v1/accounts/{id}/invoices`
pub(super) async fn list(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<Invoice>>, Refusal> {
    let range = query.days_or_periods()?;
    let mut invoices = desk.system.invoices(desk.system.customer(&id)?);
    invoices.retain(|invoice| range.holds(invoice.issued, invoice.period));
    query.cut(invoices, desk.system.switches.settings().paging).map(Json)
}

/// `GET /v1/invoices/{no}`
pub(super) async fn get(State(desk): State<Desk>, Path(number): Path<String>) -> Result<Json<Invoice>, Refusal> {
    let (_, invoice) = desk.system.invoice(&number)?;
    Ok(Json(invoice))
}

/// `GET /v1/invoices/{no}/pdf`
pub(super) async fn pdf(State(desk): State<Desk>, Path(number): Path<String>) -> Result<impl IntoResponse, Refusal> {
    let file = desk.system.pdf(&desk.system.mixed_up(number))?;
    Ok(([(CONTENT_TYPE, "application/pdf")], file))
}
