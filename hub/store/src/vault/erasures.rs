//! Erasing keys. What was erased leaves a row without a key, so that nobody ever takes a lost key for an erased one.
//!
//! An erasure spans two databases. It is marked here first, done in the hub's database, and then done here; one that was
//! broken off between two of these is found by its mark.

use jiff::Timestamp;
use komunala_app::ports::StoreError;
use komunala_domain::{TenantId, ids::UserId};
use sea_orm::{QueryResult, prelude::Uuid};

use super::{AT_ONCE, Vault, WHAT};
use crate::{
    columns::{column, micros, parsed, uuid},
    database::places,
};

/// Somebody who was erased, or is being erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Erased {
    /// The tenant.
    pub(crate) tenant: TenantId,
    /// Who it was.
    pub(crate) user: UserId,
}

impl Vault {
    /// Marks that an erasure begins.
    pub(crate) async fn begin_erasing(&self, subject: Uuid, now: Timestamp) -> Result<(), StoreError> {
        let sql = "UPDATE subject_keys SET erasing_at = $2 WHERE subject = $1 AND erased_at IS NULL";
        self.0.store.execute("keys.begin_erasing", sql, vec![subject.into(), micros(now).into()]).await.map(|_| ())
    }

    /// Takes the mark back: nothing was erased.
    pub(crate) async fn keep_after_all(&self, subject: Uuid) -> Result<(), StoreError> {
        let sql = "UPDATE subject_keys SET erasing_at = NULL WHERE subject = $1";
        self.0.store.execute("keys.keep_after_all", sql, vec![subject.into()]).await.map(|_| ())
    }

    /// Erases a key for good.
    pub(crate) async fn erase(&self, subject: Uuid, now: Timestamp) -> Result<(), StoreError> {
        let sql = "UPDATE subject_keys
                   SET master = NULL, wrapped = NULL, erasing_at = NULL, erased_at = COALESCE(erased_at, $2)
                   WHERE subject = $1";
        self.0.store.execute("keys.erase", sql, vec![subject.into(), micros(now).into()]).await?;
        self.0.open.invalidate(&subject);
        self.0.store.scour().await
    }

    /// Forgets the key of a message or of somebody who never came to be: nothing is left of it.
    pub(crate) async fn forget(&self, subject: Uuid) -> Result<(), StoreError> {
        self.forget_all(&[subject]).await
    }

    /// The same of many. Each statement is as durable as one, so keys that go at the same time go together.
    pub(crate) async fn forget_all(&self, subjects: &[Uuid]) -> Result<(), StoreError> {
        for subjects in subjects.chunks(AT_ONCE) {
            let sql = format!("DELETE FROM subject_keys WHERE subject IN ({})", places(1, subjects.len()));
            let values = subjects.iter().map(|subject| (*subject).into()).collect();
            self.0.store.execute("keys.forget", &sql, values).await?;
            for subject in subjects {
                self.0.open.invalidate(subject);
            }
        }
        Ok(())
    }

    /// Erasures that were begun before `before` and are not done.
    pub(crate) async fn broken_off(&self, before: Timestamp, limit: u32) -> Result<Vec<Erased>, StoreError> {
        let sql = "SELECT tenant, subject FROM subject_keys WHERE erasing_at < $1 ORDER BY erasing_at LIMIT $2";
        let values = vec![micros(before).into(), i64::from(limit).into()];
        self.0.store.rows("keys.broken_off", sql, values).await?.iter().map(erased).collect()
    }

    /// Those who were erased, by id, behind `after`.
    pub(crate) async fn erased(&self, after: Option<UserId>, limit: u32) -> Result<Vec<Erased>, StoreError> {
        let sql = "SELECT tenant, subject FROM subject_keys
                   WHERE erased_at IS NOT NULL AND subject > $1 ORDER BY subject LIMIT $2";
        let values = vec![after.map_or(Uuid::nil(), UserId::uuid).into(), i64::from(limit).into()];
        self.0.store.rows("keys.erased", sql, values).await?.iter().map(erased).collect()
    }
}

fn erased(row: &QueryResult) -> Result<Erased, StoreError> {
    let tenant = parsed(WHAT, &column::<String>(WHAT, row, 0)?)?;
    Ok(Erased { tenant, user: UserId::from_uuid(uuid(WHAT, row, 1)?) })
}
