//! The highest version seen of each thing: what tells news from what is late or comes twice.

use std::collections::HashMap;

use jiff::Timestamp;
use komunala_app::ports::billing::ChangeKind;
use komunala_domain::{ProviderId, TenantId};

use crate::{
    columns::{Word, column, micros, texts},
    database::{CHUNK, Failure, Lines, Tx},
};

const WHAT: &str = "version";

/// What is known of a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Known {
    /// The highest version seen; `None` where it was removed before it was seen.
    version: Option<i64>,
    is_gone: bool,
}

/// What a version means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum News {
    /// Higher than any seen.
    Newer,
    /// Seen before, or out of date.
    Known,
    /// The thing was removed, which has no version of its own: nobody can say whether this is from before that.
    Unclear,
}

/// The versions that a page is about.
pub(super) struct Versions<'a> {
    tenant: &'a TenantId,
    provider: &'a ProviderId,
    kind: ChangeKind,
    known: HashMap<String, Known>,
    changed: Vec<String>,
}

impl<'a> Versions<'a> {
    /// Reads what is known of these things.
    pub(super) async fn of(
        tx: &Tx,
        tenant: &'a TenantId,
        provider: &'a ProviderId,
        kind: ChangeKind,
        subjects: &[String],
    ) -> Result<Self, Failure> {
        let sql = format!(
            "SELECT subject, version, is_gone FROM feed_versions
             WHERE tenant = $1 AND provider = $2 AND kind = $3 AND {}",
            tx.is_among("subject", "$4")
        );
        let subjects = texts(subjects.iter().map(String::as_str))?;
        let values = vec![tenant.as_str().into(), provider.as_str().into(), kind.word().into(), subjects];
        let mut known = HashMap::new();
        for row in tx.rows(&sql, values).await? {
            let what = Known { version: column(WHAT, &row, 1)?, is_gone: column(WHAT, &row, 2)? };
            known.insert(column(WHAT, &row, 0)?, what);
        }
        Ok(Self { tenant, provider, kind, known, changed: Vec::new() })
    }

    /// Whether a version is news; it is seen from now on.
    pub(super) fn see(&mut self, subject: &str, version: u64) -> News {
        let version = i64::try_from(version).unwrap_or(i64::MAX);
        match self.known.get(subject) {
            Some(Known { version: Some(seen), .. }) if version <= *seen => return News::Known,
            Some(Known { is_gone: true, .. }) => return News::Unclear,
            _ => {}
        }
        self.note(subject, Known { version: Some(version), is_gone: false });
        News::Newer
    }

    /// Notes that a thing was removed: whatever comes after this is [`News::Unclear`] unless it was seen before.
    pub(super) fn remove(&mut self, subject: &str) {
        let version = self.known.get(subject).and_then(|known| known.version);
        let removed = Known { version, is_gone: true };
        if self.known.get(subject) != Some(&removed) {
            self.note(subject, removed);
        }
    }

    fn note(&mut self, subject: &str, known: Known) {
        self.known.insert(subject.to_owned(), known);
        self.changed.push(subject.to_owned());
    }

    /// Writes down what was seen.
    pub(super) async fn keep(mut self, tx: &Tx, now: Timestamp) -> Result<(), Failure> {
        self.changed.sort();
        self.changed.dedup();
        for chunk in self.changed.chunks(CHUNK) {
            let mut lines = Lines::beginning(vec![
                self.tenant.as_str().into(),
                self.provider.as_str().into(),
                self.kind.word().into(),
                micros(now).into(),
            ]);
            for subject in chunk {
                let known = self.known[subject];
                lines.add([subject.as_str().into(), known.version.into(), known.is_gone.into()]);
            }
            let (lines, values) = lines.into_parts();
            let sql = format!(
                "INSERT INTO feed_versions (tenant, provider, kind, seen_at, subject, version, is_gone) VALUES {lines}
                 ON CONFLICT (subject, kind, provider, tenant) DO UPDATE
                 SET version = excluded.version, is_gone = excluded.is_gone, seen_at = excluded.seen_at"
            );
            tx.execute(&sql, values).await?;
        }
        Ok(())
    }
}
