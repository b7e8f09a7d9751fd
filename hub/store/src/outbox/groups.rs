//! Steps of many messages in one statement; each is fenced by its own attempt.

use std::collections::{HashMap, HashSet};

use komunala_app::ports::outbox::{Acceptance, Attempt, Step};
use sea_orm::{Value, prelude::Uuid};

use crate::{
    columns::{column, micros, storable, uuid},
    database::{Failure, Lines, Tx},
};

const WHAT: &str = "message";

/// The steps that were taken.
#[derive(Default)]
pub(super) struct Taken {
    started: HashSet<Uuid>,
    /// Whose key seals each message that has arrived.
    owners: HashMap<Uuid, Option<Uuid>>,
}

impl Taken {
    pub(super) fn has(&self, step: &Step) -> bool {
        match step {
            Step::DataStarted(attempt) => self.started.contains(&attempt.id.uuid()),
            Step::Accepted(acceptance) => self.owners.contains_key(&acceptance.attempt.id.uuid()),
        }
    }

    /// Those that have arrived and have a key of their own, which nobody needs any more.
    pub(super) fn with_own_key(&self) -> Vec<Uuid> {
        self.owners.iter().filter(|(message, owner)| **owner == Some(**message)).map(|(message, _)| *message).collect()
    }
}

/// Steps by their kind.
pub(super) fn sorted(steps: &[Step]) -> (Vec<&Attempt>, Vec<&Acceptance>) {
    let (mut started, mut accepted) = (Vec::new(), Vec::new());
    for step in steps {
        match step {
            Step::DataStarted(attempt) => started.push(attempt),
            Step::Accepted(acceptance) => accepted.push(acceptance),
        }
    }
    (started, accepted)
}

/// Takes all of them, in one transaction.
pub(super) async fn take(tx: Tx, started: &[&Attempt], accepted: &[&Acceptance]) -> Result<Taken, Failure> {
    let mut taken = Taken::default();
    if !started.is_empty() {
        taken.started = data_started(&tx, started).await?;
    }
    if !accepted.is_empty() {
        taken.owners = arrived(&tx, accepted).await?;
    }
    Ok(taken)
}

async fn data_started(tx: &Tx, started: &[&Attempt]) -> Result<HashSet<Uuid>, Failure> {
    let mut lines = Lines::behind(Vec::new());
    for Attempt { id, attempt } in started {
        lines.add([id.uuid().into(), i64::from(*attempt).into()]);
    }
    let (rows, values) = lines.into_parts();
    let sql = format!(
        "UPDATE messages SET state = 'data_started' FROM (VALUES {rows}) AS s
         WHERE messages.id = s.column1 AND messages.attempt = s.column2 AND messages.state = 'claimed'
         RETURNING messages.id"
    );
    let rows = tx.rows(&sql, values).await?;
    rows.iter().map(|row| Ok(uuid(WHAT, row, 0)?)).collect()
}

/// One that is unknown, or waits to be sent again, was taken all the same, unless a later attempt has it.
async fn arrived(tx: &Tx, accepted: &[&Acceptance]) -> Result<HashMap<Uuid, Option<Uuid>>, Failure> {
    let mut lines = Lines::behind(Vec::new());
    for Acceptance { attempt, queue_id, at } in accepted {
        let key: [Value; 2] = [attempt.id.uuid().into(), i64::from(attempt.attempt).into()];
        lines.add(key.into_iter().chain([storable(queue_id).into(), micros(*at).into()]));
    }
    let (rows, values) = lines.into_parts();
    let sql = format!(
        "UPDATE messages
         SET state = 'accepted', lease_until = NULL, again_at = NULL, reason = NULL, queue_id = s.column3,
             accepted_at = s.column4
         FROM (VALUES {rows}) AS s
         WHERE messages.id = s.column1 AND messages.attempt = s.column2
           AND messages.state IN ('data_started', 'unknown', 'pending')
         RETURNING messages.id, messages.owner_id"
    );
    let rows = tx.rows(&sql, values).await?;
    rows.iter().map(|row| Ok((uuid(WHAT, row, 0)?, column(WHAT, row, 1)?))).collect()
}
