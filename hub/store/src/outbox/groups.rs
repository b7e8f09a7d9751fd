//! Steps of many messages in one statement; each is fenced by its own attempt.

use std::collections::HashSet;

use komunala_app::ports::{
    StoreError,
    outbox::{Acceptance, Step},
};
use sea_orm::{QueryResult, Value, prelude::Uuid};

use crate::{
    columns::{column, micros, storable, uuid},
    database::Lines,
};

const WHAT: &str = "message";

/// The statement that takes all of them.
///
/// A body leaves only of what is claimed. What has arrived has arrived: one that is unknown, or waits to be sent again, was
/// taken all the same, unless a later attempt has it.
pub(super) fn statement(steps: &[Step]) -> (String, Vec<Value>) {
    let mut lines = Lines::behind(Vec::new());
    for step in steps {
        let (attempt, state, queue_id, at) = match step {
            Step::DataStarted(attempt) => (attempt, "data_started", None, None),
            Step::Accepted(Acceptance { attempt, queue_id, at }) => {
                (attempt, "accepted", Some(storable(queue_id)), Some(micros(*at)))
            }
        };
        let key: [Value; 2] = [attempt.id.uuid().into(), i64::from(attempt.attempt).into()];
        lines.add(key.into_iter().chain([state.into(), queue_id.into(), at.into()]));
    }
    let (rows, values) = lines.into_parts();
    let sql = format!(
        "UPDATE messages
         SET state = s.column3,
             lease_until = CASE s.column3 WHEN 'data_started' THEN lease_until END,
             again_at = CASE s.column3 WHEN 'data_started' THEN again_at END,
             reason = CASE s.column3 WHEN 'data_started' THEN reason END,
             queue_id = COALESCE(s.column4, queue_id), accepted_at = COALESCE(s.column5, accepted_at)
         FROM (VALUES {rows}) AS s
         WHERE messages.id = s.column1 AND messages.attempt = s.column2
           AND CASE s.column3 WHEN 'data_started' THEN messages.state = 'claimed'
                 ELSE messages.state IN ('data_started', 'unknown', 'pending') END
         RETURNING messages.id, messages.state, messages.owner_id"
    );
    (sql, values)
}

/// The steps that were taken.
pub(super) struct Taken {
    messages: HashSet<Uuid>,
    /// Those that have arrived and have a key of their own, which nobody needs any more.
    pub(super) own_keys: Vec<Uuid>,
}

impl Taken {
    /// The rows of the statement.
    pub(super) fn read(rows: &[QueryResult]) -> Result<Self, StoreError> {
        let mut taken = Self { messages: HashSet::with_capacity(rows.len()), own_keys: Vec::new() };
        for row in rows {
            let (id, state): (Uuid, String) = (uuid(WHAT, row, 0)?, column(WHAT, row, 1)?);
            taken.messages.insert(id);
            if state == "accepted" && column::<Option<Uuid>>(WHAT, row, 2)? == Some(id) {
                taken.own_keys.push(id);
            }
        }
        Ok(taken)
    }

    pub(super) fn has(&self, step: &Step) -> bool {
        let (Step::DataStarted(attempt) | Step::Accepted(Acceptance { attempt, .. })) = step;
        self.messages.contains(&attempt.id.uuid())
    }
}
