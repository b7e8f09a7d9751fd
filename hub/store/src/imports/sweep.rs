//! Removing rows that cannot count any more, a bounded number at a time.

use jiff::Timestamp;

use super::WHAT;
use crate::{
    columns::{micros, uuid},
    database::{Failure, Tx},
};

/// How many rows one transaction removes: few enough that nobody waits for it.
const BATCH: i64 = 5_000;

/// Removes some rows of one file; answers how many, or one for a file that turned out to have none left.
pub(super) async fn sweep(tx: Tx, before: Timestamp) -> Result<u64, Failure> {
    let useless = tx.skipping_locked(
        "SELECT f.id FROM import_files f
         WHERE NOT f.is_swept AND (
               f.state IN ('refused', 'replaced')
            OR f.state = 'done' AND f.content = 'customers' AND f.sequence < (
                 SELECT MAX(g.sequence) FROM import_files g
                 WHERE g.tenant = f.tenant AND g.provider = f.provider AND g.content = 'customers' AND g.is_full
                   AND g.state = 'done')
            OR f.state = 'done' AND f.content <> 'customers' AND f.done_at < $1)
         ORDER BY f.began_at, f.id LIMIT 1 {lock}",
    );
    let Some(row) = tx.row(&useless, vec![micros(before).into()]).await? else { return Ok(0) };
    let file = uuid(WHAT, &row, 0)?;
    let remove = "DELETE FROM import_rows WHERE file_id = $1
                    AND position < (SELECT MIN(r.position) FROM import_rows r WHERE r.file_id = $1) + $2";
    let removed = tx.execute(remove, vec![file.into(), BATCH.into()]).await?;
    if removed == 0 {
        tx.execute("UPDATE import_files SET is_swept = $2 WHERE id = $1", vec![file.into(), true.into()]).await?;
    }
    Ok(removed.max(1))
}
