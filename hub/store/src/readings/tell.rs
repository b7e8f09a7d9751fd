//! Telling whoever handed a reading in what became of it, within the transaction that notes it.

use jiff::Timestamp;
use komunala_app::ports::outbox::{Content, Notice};
use komunala_domain::{
    TenantId,
    ids::{MessageId, ReadingId, UserId},
    reading::ReadingState,
};
use sea_orm::prelude::Uuid;

use crate::{
    columns::{column, parsed},
    database::{Failure, Tx},
    users,
};

/// A step that a submitted reading takes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub(super) id: ReadingId,
    pub(super) before: ReadingState,
    pub(super) after: ReadingState,
    /// Whether whoever handed it in still waits for the answer.
    pub(super) is_waited_for: bool,
}

impl Step {
    /// What is to be told of it by mail.
    fn news(self) -> Option<Content> {
        let was_on_its_way = matches!(self.before, ReadingState::Received | ReadingState::Unknown);
        match self.after {
            ReadingState::Accepted | ReadingState::Posted if was_on_its_way => {
                Some(Content::ReadingTaken { reading: self.id })
            }
            // whoever waits is told at once, and needs no mail
            ReadingState::Rejected if !(was_on_its_way && self.is_waited_for) => {
                Some(Content::ReadingRefused { reading: self.id })
            }
            _ => None,
        }
    }
}

/// Enqueues the mail about a step, while its user has the account linked.
pub(super) async fn tell(
    tx: &Tx,
    tenant: &TenantId,
    (account, user): (Uuid, Uuid),
    step: Step,
    now: Timestamp,
) -> Result<(), Failure> {
    let Some(content) = step.news() else { return Ok(()) };
    let sql = "SELECT a.provider FROM accounts a JOIN links l ON l.account_id = a.id
               WHERE a.tenant = $1 AND l.tenant = $1 AND a.id = $2 AND l.user_id = $3
                 AND l.since IS NOT NULL AND l.ended_at IS NULL AND l.suspended_at IS NULL";
    let values = vec![tenant.as_str().into(), account.into(), user.into()];
    let Some(row) = tx.row(sql, values).await? else { return Ok(()) };
    let notice = Notice {
        id: MessageId::new(),
        provider: parsed("account", &column::<String>("account", &row, 0)?)?,
        subject: step.id.to_string(),
        content,
        expires: None,
    };
    users::tell_for(tx, tenant, UserId::from_uuid(user), &notice, now).await
}

#[cfg(test)]
mod tests {
    use ReadingState::{Accepted, Posted, Received, Rejected, Unknown};

    use super::*;

    #[test]
    fn people_are_told_once_that_a_reading_was_taken_and_of_a_refusal_that_they_did_not_see() {
        for (before, after, is_waited_for, told) in [
            (Received, Accepted, true, Some("reading_taken")),
            (Received, Posted, true, Some("reading_taken")),
            (Unknown, Accepted, false, Some("reading_taken")),
            (Accepted, Posted, false, None),
            (Accepted, Accepted, false, None),
            (Received, Unknown, true, None),
            (Received, Rejected, true, None),
            (Received, Rejected, false, Some("reading_refused")),
            (Unknown, Rejected, false, Some("reading_refused")),
            (Accepted, Rejected, false, Some("reading_refused")),
        ] {
            let step = Step { id: ReadingId::new(), before, after, is_waited_for };
            assert_eq!(step.news().map(|content| content.purpose()), told, "{step:?}");
        }
    }
}
