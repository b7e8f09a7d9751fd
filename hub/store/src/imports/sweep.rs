//! Removing rows that cannot count any more, a bounded number at a time.

use jiff::Timestamp;
use komunala_domain::ProviderId;
use sea_orm::Value;

use super::WHAT;
use crate::{
    columns::{micros, uuid},
    database::{Failure, Tx},
};

/// How many rows one transaction removes: few enough that nobody waits for it.
const BATCH: i64 = 5_000;

/// Removes some rows of one file; answers how many, or one for a file that turned out to have none left.
pub(super) async fn sweep(tx: Tx, before: Timestamp, of_their_own: &[(ProviderId, Timestamp)]) -> Result<u64, Failure> {
    let mut values: Vec<Value> = vec![micros(before).into()];
    let mut moment = "$1".to_owned();
    for (provider, before) in of_their_own {
        let at = values.len();
        moment = format!("CASE WHEN f.provider = ${} THEN ${} ELSE {moment} END", at + 1, at + 2);
        values.extend([provider.as_str().into(), micros(*before).into()]);
    }
    let useless = tx.skipping_locked(&format!(
        "SELECT f.id FROM import_files f
         WHERE NOT f.is_swept AND (
               f.state IN ('refused', 'replaced')
            OR f.state = 'done' AND f.content = 'customers' AND f.sequence < (
                 SELECT MAX(g.sequence) FROM import_files g
                 WHERE g.tenant = f.tenant AND g.provider = f.provider AND g.content = 'customers' AND g.is_full
                   AND g.state = 'done')
            OR f.state = 'done' AND f.content <> 'customers' AND f.done_at < {moment})
         ORDER BY f.began_at, f.id LIMIT 1 {{lock}}"
    ));
    let Some(row) = tx.row(&useless, values).await? else { return Ok(0) };
    let file = uuid(WHAT, &row, 0)?;
    let remove = "DELETE FROM import_rows WHERE file_id = $1
                    AND position < (SELECT MIN(r.position) FROM import_rows r WHERE r.file_id = $1) + $2";
    let removed = tx.execute(remove, vec![file.into(), BATCH.into()]).await?;
    if removed == 0 {
        tx.execute("UPDATE import_files SET is_swept = $2 WHERE id = $1", vec![file.into(), true.into()]).await?;
    }
    Ok(removed.max(1))
}
