//! The feed of changes.

use axum::Json;
use axum::extract::{Query, State};
use serde::Deserialize;

use super::Desk;
use crate::gas::change::{ChangePage, Subject};
use crate::gas::page;
use crate::gas::refusal::Refusal;

#[derive(Debug, Deserialize)]
pub(super) struct FeedQuery {
    kind: Option<String>,
    since: Option<String>,
    size: Option<String>,
}

/// `GET /v1/changes`
pub(super) async fn page(
    State(desk): State<Desk>,
    Query(query): Query<FeedQuery>,
) -> Result<Json<ChangePage>, Refusal> {
    let subject = match query.kind.as_deref() {
        Some("invoice") => Subject::Invoice,
        Some("account") => Subject::Account,
        Some("reading") => Subject::Reading,
        _ => return Err(Refusal::bad_value("kind")),
    };
    let size = page::size(query.size.as_deref())?;
    let since = query.since.as_deref().filter(|since| !since.is_empty());
    desk.system.changes(subject, since, size).map(Json)
}
