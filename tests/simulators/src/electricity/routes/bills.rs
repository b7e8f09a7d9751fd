//! Bills in three forms.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use serde::Deserialize;

use super::{Desk, accepted};
use crate::electricity::bill::Bill;
use crate::electricity::refusal::Refusal;
use crate::electricity::{eslog, pdf};
use crate::month::Month;

/// Which bills.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Which {
    merilno_mesto: String,
    od: Option<String>,
    #[serde(rename = "do")]
    until: Option<String>,
}

/// `GET /racuni?merilnoMesto=&od=&do=`
pub(super) async fn list(State(desk): State<Desk>, Query(which): Query<Which>) -> Result<Json<Vec<Bill>>, Refusal> {
    let point = desk.system.point(&which.merilno_mesto)?;
    let mut bills = desk.system.bills(point);
    if let Some(from) = &which.od {
        let from = bound(from).ok_or(Refusal::bad_value("od"))?;
        bills.retain(|bill| from.is_not_after(bill));
    }
    if let Some(until) = &which.until {
        let until = bound(until).ok_or(Refusal::bad_value("do"))?;
        bills.retain(|bill| until.is_not_before(bill));
    }
    Ok(Json(desk.system.switches.settings().paging.disturb(bills, 5)))
}

/// A day is compared with the day of issue, a month with the period.
enum Bound {
    Day(Date),
    Period(Month),
}

fn bound(text: &str) -> Option<Bound> {
    match Month::parse(text) {
        Some(period) => Some(Bound::Period(period)),
        None => text.parse().ok().map(Bound::Day),
    }
}

impl Bound {
    fn is_not_after(&self, bill: &Bill) -> bool {
        match self {
            Self::Day(day) => *day <= bill.izdano,
            Self::Period(period) => *period <= bill.obdobje,
        }
    }

    fn is_not_before(&self, bill: &Bill) -> bool {
        match self {
            Self::Day(day) => *day >= bill.izdano,
            Self::Period(period) => *period >= bill.obdobje,
        }
    }
}

/// `GET /racuni/{id}`
pub(super) async fn bill(
    State(desk): State<Desk>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let media_type = accepted(&headers);
    let (point, bill) = desk.system.bill(&id)?;
    Ok(match media_type {
        "application/json" => Json(bill).into_response(),
        "application/xml" => {
            ([(CONTENT_TYPE, "application/xml")], eslog::write(&bill, &point.payer().name())).into_response()
        }
        "application/pdf" => ([(CONTENT_TYPE, "application/pdf")], pdf::print(&bill)).into_response(),
        _ => return Err(Refusal::not_acceptable()),
    })
}
