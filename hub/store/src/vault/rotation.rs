//! Wrapping keys anew after another master key has become the first: while hubs run, a portion at a time.

use komunala_app::{ports::StoreError, sealing::WrappedKey};

use super::{Vault, WHAT};
use crate::columns::{column, damaged, uuid};

impl Vault {
    /// Wraps up to `limit` keys anew that another master key wrapped than the one that wraps now; answers how many it
    /// found. Two hubs may do it at once: a key is only replaced by itself, and one that was erased meanwhile stays so.
    pub(crate) async fn rewrap(&self, limit: u32) -> Result<u64, StoreError> {
        let current = self.0.masters.current().to_string();
        let sql = "SELECT subject, master, wrapped FROM subject_keys
                   WHERE master IS NOT NULL AND master <> $1 ORDER BY master, subject LIMIT $2";
        let values = vec![current.into(), i64::from(limit).into()];
        let rows = self.0.store.rows("keys.outdated", sql, values).await?;
        for row in &rows {
            let subject = uuid(WHAT, row, 0)?;
            let old = WrappedKey { master: column(WHAT, row, 1)?, wrapped: column(WHAT, row, 2)? };
            let new = self.0.masters.rewrap(subject, &old).map_err(|error| damaged(WHAT, error))?;
            let sql = "UPDATE subject_keys SET master = $2, wrapped = $3 WHERE subject = $1 AND wrapped = $4";
            let values = vec![subject.into(), new.master.into(), new.wrapped.into(), old.wrapped.into()];
            self.0.store.execute("keys.rewrap", sql, values).await?;
        }
        Ok(rows.len() as u64)
    }

    /// How many keys another master key wraps than the one that wraps now.
    pub(crate) async fn outdated(&self) -> Result<u64, StoreError> {
        let sql = "SELECT COUNT(*) FROM subject_keys WHERE master IS NOT NULL AND master <> $1";
        let values = vec![self.0.masters.current().to_string().into()];
        let rows = self.0.store.rows("keys.count_outdated", sql, values).await?;
        let row = rows.first().ok_or_else(|| damaged(WHAT, "a count has a row"))?;
        Ok(column::<i64>(WHAT, row, 0)?.unsigned_abs())
    }
}
