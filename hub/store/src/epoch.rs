//! The delivery epoch, in the database and in the document store.
//!
//! It moves on in three steps: the database says what comes next, the document store says it, the database says that it is
//! so. Wherever that is cut off, the document store says one of the two numbers that the database has.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use komunala_app::{
    ports::{
        DeliveryEpoch, StoreError,
        epoch::{EpochMove, EpochStanding},
    },
    scope::SystemScope,
};
use object_store::ObjectStoreExt as _;

use crate::{
    Store,
    columns::{column, damaged, micros},
    database::{Rows, Tx},
    documents::unavailable,
};

const WHAT: &str = "delivery epoch";

/// Where the document store says it; no tenant is called so.
const PLACE: &str = "_delivery_epoch";

/// How long an epoch lasts at least. So far back may a backup be that is not noticed.
const EPOCH: SignedDuration = SignedDuration::from_mins(1);

/// How often the two are read before they count as different: another replica may move them in between.
const LOOKS: u32 = 3;

/// What the database says.
struct Row {
    /// Zero where nothing was ever sent.
    number: i64,
    next: Option<i64>,
    moved_at: i64,
}

#[async_trait]
impl DeliveryEpoch for Store {
    async fn compare(&self, _: &SystemScope, moves: EpochMove, now: Timestamp) -> Result<EpochStanding, StoreError> {
        let mut looks = 0;
        loop {
            let (row, said) = (self.epoch_row().await?, self.epoch_said().await?);
            looks += 1;
            match (row, said) {
                (None, None) => self.begin_epochs(now).await?,
                (Some(Row { number: 0, next: Some(next), .. }), None) => self.finish_move(0, next).await?,
                (Some(row), Some(said)) if said == row.number => {
                    let is_due = row.moved_at <= micros(now - EPOCH);
                    if moves == EpochMove::Now || moves == EpochMove::WhenDue && is_due {
                        self.move_on(&row, now).await?;
                    }
                    return Ok(EpochStanding::Same);
                }
                (Some(row), Some(said)) if Some(said) == row.next => self.finish_move(row.number, said).await?,
                (row, said) if looks == LOOKS => {
                    let database = row.map_or(0, |row| row.number.unsigned_abs());
                    return Ok(EpochStanding::Held { database, documents: said.map(i64::unsigned_abs) });
                }
                _ => {}
            }
        }
    }

    async fn release(&self, _: &SystemScope, now: Timestamp) -> Result<(), StoreError> {
        let number = match self.epoch_said().await? {
            Some(said) => said,
            None => {
                let number = self.epoch_row().await?.map_or(1, |row| row.number.max(1));
                self.say_epoch(number).await?;
                number
            }
        };
        let sql = "INSERT INTO delivery_epoch (one, number, next, moved_at) VALUES (1, $1, NULL, $2)
                   ON CONFLICT (one) DO UPDATE SET number = $1, next = NULL, moved_at = $2";
        self.write_epoch(sql, vec![number.into(), micros(now).into()]).await.map(|_| ())
    }
}

impl Store {
    async fn epoch_row(&self) -> Result<Option<Row>, StoreError> {
        let sql = "SELECT number, next, moved_at FROM delivery_epoch WHERE one = 1";
        let rows = self.database.select(Rows::All, "store.delivery_epoch", sql, Vec::new()).await?;
        let row = rows.first().map(|row| {
            Ok(Row { number: column(WHAT, row, 0)?, next: column(WHAT, row, 1)?, moved_at: column(WHAT, row, 2)? })
        });
        row.transpose()
    }

    async fn epoch_said(&self) -> Result<Option<i64>, StoreError> {
        let found = match self.documents.get(&PLACE.into()).await {
            Ok(found) => found.bytes().await.map_err(unavailable)?,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(unavailable(error)),
        };
        let number = std::str::from_utf8(&found).ok().and_then(|text| text.trim().parse().ok());
        number.map(Some).ok_or_else(|| damaged(WHAT, "the document store says no number"))
    }

    async fn say_epoch(&self, number: i64) -> Result<(), StoreError> {
        self.documents.put(&PLACE.into(), number.to_string().into()).await.map(|_| ()).map_err(unavailable)
    }

    async fn write_epoch(&self, sql: &'static str, values: Vec<sea_orm::Value>) -> Result<bool, StoreError> {
        let values = &values;
        let work = |tx: Tx| async move { Ok(tx.execute(sql, values.clone()).await?) };
        Ok(self.database.write(Rows::All, "store.write_delivery_epoch", work).await? > 0)
    }

    /// A hub that never sent, beside documents that nobody sent beside.
    async fn begin_epochs(&self, now: Timestamp) -> Result<(), StoreError> {
        let sql =
            "INSERT INTO delivery_epoch (one, number, next, moved_at) VALUES (1, 0, 1, $1) ON CONFLICT DO NOTHING";
        self.write_epoch(sql, vec![micros(now).into()]).await?;
        self.finish_move(0, 1).await
    }

    /// Moves on, unless another replica does at this moment; one that died over it is helped out.
    async fn move_on(&self, row: &Row, now: Timestamp) -> Result<(), StoreError> {
        let next = row.number + 1;
        let sql = "UPDATE delivery_epoch SET next = $2, moved_at = $3
                   WHERE one = 1 AND number = $1 AND moved_at = $4";
        let values = vec![row.number.into(), next.into(), micros(now).into(), row.moved_at.into()];
        if self.write_epoch(sql, values).await? {
            self.finish_move(row.number, next).await?;
        }
        Ok(())
    }

    /// Says it and writes that it is so, unless somebody else did meanwhile. The row is held in between: whoever comes late
    /// never says an old number after a new one.
    async fn finish_move(&self, from: i64, to: i64) -> Result<(), StoreError> {
        let work = |tx: Tx| async move {
            let values = || vec![from.into(), to.into()];
            let hold = "UPDATE delivery_epoch SET next = $2 WHERE one = 1 AND number = $1 AND next = $2";
            if tx.execute(hold, values()).await? > 0 {
                self.say_epoch(to).await?;
                let sql = "UPDATE delivery_epoch SET number = $2, next = NULL WHERE one = 1 AND number = $1";
                tx.execute(sql, values()).await?;
            }
            Ok(())
        };
        self.database.write(Rows::All, "store.write_delivery_epoch", work).await
    }
}
