//! Taking back what of a cancelled run has not left.

use komunala_domain::ids::BillRunId;
use sea_orm::{QueryResult, Value};

use super::WHAT;
use crate::{
    columns::uuid,
    database::{Failure, Tx, places},
};

/// Takes back mails that nobody has claimed; once there are none, the bills go too that no mail is left of. The run's queue is held, so that nobody claims them meanwhile.
pub(super) async fn take_back(tx: Tx, run: BillRunId, limit: u32) -> Result<u64, Failure> {
    let sql = tx.skipping_locked(
        "DELETE FROM messages
         WHERE id IN (SELECT m.id FROM messages m
                      WHERE m.state = 'pending'
                        AND m.queue = (SELECT r.queue FROM bill_runs r WHERE r.id = $1 AND r.state = 'cancelled')
                      ORDER BY m.due_at, m.id LIMIT $2 + 0 {lock})
         RETURNING id",
    );
    let gone = tx.rows(&sql, vec![run.uuid().into(), i64::from(limit).into()]).await?;
    forget(&tx, &gone).await?;
    let count = gone.len() as u64;
    if count < u64::from(limit) {
        let sql = "DELETE FROM bill_run_bills
                   WHERE run_id = $1 AND way <> 'paper'
                     AND EXISTS (SELECT 1 FROM bill_runs r WHERE r.id = $1 AND r.state = 'cancelled')
                     AND NOT EXISTS (SELECT 1 FROM bill_run_items i
                                     WHERE i.run_id = $1 AND i.account_id = bill_run_bills.account_id
                                       AND i.bill = bill_run_bills.bill)";
        tx.execute(sql, vec![run.uuid().into()]).await?;
    }
    Ok(count)
}

async fn forget(tx: &Tx, gone: &[QueryResult]) -> Result<(), Failure> {
    if gone.is_empty() {
        return Ok(());
    }
    let ids: Result<Vec<Value>, _> = gone.iter().map(|row| uuid(WHAT, row, 0).map(Value::from)).collect();
    let sql = format!("DELETE FROM bill_run_items WHERE id IN ({})", places(1, gone.len()));
    tx.execute(&sql, ids?).await?;
    Ok(())
}
