//! Steps of many messages in one statement; each is fenced by its own attempt.

use std::collections::{HashMap, HashSet};

use komunala_app::ports::{
    StoreError,
    outbox::{Acceptance, Attempt},
};
use sea_orm::{QueryResult, Value, prelude::Uuid};

use crate::{
    columns::{column, micros, storable, uuid},
    database::{Failure, Tx},
};

const WHAT: &str = "message";

/// Bodies are about to leave.
pub(super) async fn data_started(tx: Tx, started: &[Attempt]) -> Result<Vec<bool>, Failure> {
    let mut places = Places::default();
    for Attempt { id, attempt } in started {
        places.row([id.uuid().into(), i64::from(*attempt).into()]);
    }
    let sql = format!(
        "UPDATE messages SET state = 'data_started' FROM (VALUES {}) AS s
         WHERE messages.id = s.column1 AND messages.attempt = s.column2 AND messages.state = 'claimed'
         RETURNING messages.id",
        places.text
    );
    let stepped = ids(&tx.rows(&sql, places.values).await?)?;
    Ok(started.iter().map(|attempt| stepped.contains(&attempt.id.uuid())).collect())
}

/// The relay took these; answers whose key seals each, where its step was taken.
pub(super) async fn accepted(tx: Tx, accepted: &[Acceptance]) -> Result<Vec<Option<Option<Uuid>>>, Failure> {
    let mut places = Places::default();
    for Acceptance { attempt, queue_id, at } in accepted {
        let key: [Value; 2] = [attempt.id.uuid().into(), i64::from(attempt.attempt).into()];
        places.row(key.into_iter().chain([storable(queue_id).into(), micros(*at).into()]));
    }
    let sql = format!(
        "UPDATE messages
         SET state = 'accepted', lease_until = NULL, reason = NULL, queue_id = s.column3, accepted_at = s.column4
         FROM (VALUES {}) AS s
         WHERE messages.id = s.column1 AND messages.attempt = s.column2 AND messages.state = 'data_started'
         RETURNING messages.id, messages.owner_id",
        places.text
    );
    let rows = tx.rows(&sql, places.values).await?;
    let mut owners = HashMap::with_capacity(rows.len());
    for row in &rows {
        owners.insert(uuid(WHAT, row, 0)?, column::<Option<Uuid>>(WHAT, row, 1)?);
    }
    Ok(accepted.iter().map(|acceptance| owners.get(&acceptance.attempt.id.uuid()).copied()).collect())
}

fn ids(rows: &[QueryResult]) -> Result<HashSet<Uuid>, StoreError> {
    rows.iter().map(|row| uuid(WHAT, row, 0)).collect()
}

/// Rows of values, and the places for them.
#[derive(Default)]
struct Places {
    text: String,
    values: Vec<Value>,
}

impl Places {
    fn row(&mut self, values: impl IntoIterator<Item = Value>) {
        let mut separator = if self.text.is_empty() { "(" } else { ", (" };
        for value in values {
            self.values.push(value);
            self.text.push_str(separator);
            self.text.push_str(&format!("${}", self.values.len()));
            separator = ", ";
        }
        self.text.push(')');
    }
}
