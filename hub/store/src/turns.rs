//! Lines at billing systems that bear one conversation at a time.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use komunala_app::ports::{StoreError, Turns};
use komunala_domain::ProviderId;
use uuid::Uuid;

use crate::{
    Store,
    columns::{column, damaged, micros},
    database::{Failure, Rows, Tx},
};

const WHAT: &str = "line";

#[async_trait]
impl Turns for Store {
    async fn stand(
        &self,
        line: &ProviderId,
        ticket: Uuid,
        lease: SignedDuration,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let work = |tx| stand(tx, line, ticket, lease, now);
        self.database.write(Rows::All, "store.stand_in_line", work).await
    }

    async fn leave(&self, line: &ProviderId, ticket: Uuid) -> Result<(), StoreError> {
        let work = |tx: Tx| async move {
            let sql = "DELETE FROM tickets WHERE id = $1 AND provider = $2";
            tx.execute(sql, vec![ticket.into(), line.as_str().into()]).await?;
            Ok(())
        };
        self.database.write(Rows::All, "store.leave_line", work).await
    }
}

async fn stand(
    tx: Tx,
    line: &ProviderId,
    ticket: Uuid,
    lease: SignedDuration,
    now: Timestamp,
) -> Result<bool, Failure> {
    let line = line.as_str();
    // Holds the line until the end: a lower number can never be committed after a higher one was seen to be first.
    let next = tx
        .row(
            "INSERT INTO lines (provider, last) VALUES ($1, 1)
             ON CONFLICT (provider) DO UPDATE SET last = lines.last + 1 RETURNING last",
            vec![line.into()],
        )
        .await?
        .ok_or_else(|| damaged(WHAT, "an upsert answered nothing"))?;
    let number: i64 = column(WHAT, &next, 0)?;
    let gone = "DELETE FROM tickets WHERE provider = $1 AND expires_at <= $2";
    tx.execute(gone, vec![line.into(), micros(now).into()]).await?;
    let place = "INSERT INTO tickets (id, provider, number, expires_at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (id) DO UPDATE SET expires_at = $4";
    let until = micros(now.saturating_add(lease).unwrap_or(Timestamp::MAX));
    tx.execute(place, vec![ticket.into(), line.into(), number.into(), until.into()]).await?;
    let first = tx
        .row("SELECT id FROM tickets WHERE provider = $1 ORDER BY number LIMIT 1", vec![line.into()])
        .await?
        .ok_or_else(|| damaged(WHAT, "a ticket vanished within its transaction"))?;
    Ok(column::<Uuid>(WHAT, &first, 0)? == ticket)
}
