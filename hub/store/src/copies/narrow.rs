//! Which of the invoices of accounts are meant, as a part of a statement.
//!
//! What is asked for stands in the text of each invoice and in no columns of its own: a customer has some hundred bills
//! at most, which the index on accounts finds; and a page that asks for nothing special is not slower for it.

use jiff::civil::Date;
use komunala_app::ports::copies::InvoiceFilter;
use komunala_domain::{ProviderId, invoice::InvoiceState};

use crate::{accounts::Reach, database::Database};

/// How a database reads JSON.
#[derive(Debug, Clone, Copy)]
pub(super) enum Json {
    Postgres,
    Sqlite,
}

impl Json {
    pub(super) fn of(database: &Database) -> Self {
        if database.is_postgres() { Self::Postgres } else { Self::Sqlite }
    }

    /// The text of a field of an invoice, by the way to it.
    fn text(self, way: &[&str]) -> String {
        match self {
            Self::Postgres => format!("(CAST(i.content AS json) #>> '{{invoice,{}}}')", way.join(",")),
            Self::Sqlite => format!("json_extract(i.content, '$.invoice.{}')", way.join(".")),
        }
    }

    /// The latest day by which a part of the invoice is due; days in JSON are in the order of texts.
    fn last_due(self) -> &'static str {
        match self {
            Self::Postgres => {
                "(SELECT max(part.value ->> 'due')
                  FROM json_array_elements(CAST(i.content AS json) #> '{invoice,installments}') AS part(value))"
            }
            Self::Sqlite => {
                "(SELECT max(json_extract(part.value, '$.due'))
                  FROM json_each(i.content, '$.invoice.installments') AS part)"
            }
        }
    }

    /// Whether the invoice bills a supply point.
    fn bills(self, point: &str) -> String {
        match self {
            Self::Postgres => format!(
                "EXISTS (SELECT 1 FROM json_array_elements_text(CAST(i.content AS json) #> '{{invoice,supply_points}}')
                           AS point(value) WHERE point.value = {point})"
            ),
            Self::Sqlite => format!(
                "EXISTS (SELECT 1 FROM json_each(i.content, '$.invoice.supply_points') AS point
                         WHERE point.value = {point})"
            ),
        }
    }
}

/// The conditions on `invoices i`, each after an `AND`; nothing where all are meant.
pub(super) fn narrowed(reach: &mut Reach, json: Json, only: &InvoiceFilter) -> String {
    let mut conditions = String::new();
    let mut and = |condition: String| {
        conditions.push_str(" AND ");
        conditions.push_str(&condition);
    };
    if let Some(first) = only.first {
        and(format!("{} >= {}", json.text(&["period"]), reach.value(first.to_string())));
    }
    if let Some(last) = only.last {
        and(format!("{} <= {}", json.text(&["period"]), reach.value(last.to_string())));
    }
    if let Some(state) = only.state {
        let asks = format!(
            "({} <> 'credit_note' AND CAST({} AS bigint) > 0)",
            json.text(&["kind"]),
            json.text(&["total", "minor"])
        );
        let (last_due, today) = (json.last_due(), today(reach, &only.today));
        and(match state {
            InvoiceState::NothingDue => format!("NOT {asks}"),
            InvoiceState::Due => format!("{asks} AND COALESCE({last_due} >= {today}, TRUE)"),
            InvoiceState::PastDue => format!("{asks} AND {last_due} < {today}"),
        });
        // what may not be seen yet is in no state but that
        and(format!("COALESCE({} <= {today}, TRUE)", json.text(&["available_from"])));
    }
    if let Some(point) = &only.point {
        let point = reach.value(point.as_str());
        and(json.bills(&point));
    }
    conditions
}

/// The day it is for an invoice's provider, as JSON writes it.
fn today(reach: &mut Reach, days: &[(ProviderId, Date)]) -> String {
    let when: Vec<_> = days
        .iter()
        .map(|(provider, day)| format!("WHEN {} THEN {}", reach.value(provider.as_str()), reach.value(day.to_string())))
        .collect();
    match when.is_empty() {
        // no provider, no invoice
        true => "''".to_owned(),
        false => format!("CASE a.provider {} END", when.join(" ")),
    }
}
