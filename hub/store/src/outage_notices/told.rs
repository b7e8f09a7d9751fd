//! Who was told of an outage before: nobody is told that something changed that they never heard of.

use std::collections::HashSet;

use komunala_app::ports::outage_notices::{DueNotice, NoticeKind};
use komunala_domain::TenantId;
use sea_orm::Value;

use super::{WHAT, recipients::Recipient};
use crate::{
    columns::{column, texts},
    database::{Failure, Tx},
};

/// How many earlier revisions are looked at.
const REVISIONS: u32 = 100;

/// What a message about a revision is about; with purpose, recipient and channel it is unique.
pub(super) fn subject(notice: &DueNotice, revision: u32, kind: NoticeKind) -> String {
    match kind {
        NoticeKind::Revision => format!("{}:{revision}", notice.outage),
        NoticeKind::Reminder => format!("{}:{revision}:reminder", notice.outage),
    }
}

/// The addresses that a message about an earlier revision went to, or is on its way to. One that waits still does not
/// count: it will not be sent any more.
pub(super) async fn before(
    tx: &Tx,
    tenant: &TenantId,
    notice: &DueNotice,
    recipients: &[Recipient],
) -> Result<HashSet<(String, String)>, Failure> {
    let first = notice.revision.saturating_sub(REVISIONS);
    let subjects: Vec<_> = (first..notice.revision)
        .flat_map(|revision| [NoticeKind::Revision, NoticeKind::Reminder].map(|kind| subject(notice, revision, kind)))
        .collect();
    if subjects.is_empty() || recipients.is_empty() {
        return Ok(HashSet::new());
    }
    let lookups = texts(recipients.iter().map(|recipient| recipient.lookup.as_str()))?;
    let sql = format!(
        "SELECT channel, recipient_lookup FROM messages
         WHERE tenant = $1 AND purpose = 'outage_notice' AND {} AND {}
           AND state IN ('claimed', 'data_started', 'accepted', 'unknown')",
        tx.is_among("subject", "$2"),
        tx.is_among("recipient_lookup", "$3")
    );
    let values: Vec<Value> = vec![tenant.as_str().into(), texts(subjects.iter().map(String::as_str))?, lookups];
    let mut told = HashSet::new();
    for row in tx.rows(&sql, values).await? {
        told.insert((column(WHAT, &row, 0)?, column(WHAT, &row, 1)?));
    }
    Ok(told)
}
