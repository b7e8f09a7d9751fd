//! Many rows at once.
//!
//! PostgreSQL gets a portion as a few values: all sealed rows in one, and where each begins and how long it is in
//! arrays. `COPY` would be a little faster and is refused for tables behind row-level security. SQLite gets rows of
//! values, always as many to a statement, so that it is prepared once.

use komunala_app::ports::imports::SealedRow;
use komunala_domain::TenantId;
use sea_orm::Value;
use uuid::Uuid;

use crate::database::{Failure, Tx};

/// Rows of one statement on SQLite.
const CHUNK: usize = 125;

/// Adds the rows of a file from a position on.
pub(super) async fn insert(
    tx: &Tx,
    tenant: &TenantId,
    file: Uuid,
    first: i64,
    rows: &[SealedRow],
) -> Result<(), Failure> {
    if rows.is_empty() {
        return Ok(());
    }
    if tx.is_postgres() {
        return insert_packed(tx, tenant, file, first, rows).await;
    }
    let mut position = first;
    for rows in rows.chunks(CHUNK) {
        let mut values: Vec<Value> = Vec::with_capacity(2 + 3 * rows.len());
        values.extend([tenant.as_str().into(), file.into()]);
        let mut sql = String::with_capacity(100 + 30 * rows.len());
        sql.push_str("INSERT INTO import_rows (tenant, file_id, position, lookup, sealed) VALUES ");
        for row in rows {
            let at = values.len();
            if at > 2 {
                sql.push_str(", ");
            }
            sql.push_str(&format!("($1, $2, ${}, ${}, ${})", at + 1, at + 2, at + 3));
            values.extend([position.into(), row.lookup.0.into(), row.sealed.clone().into()]);
            position += 1;
        }
        tx.execute(&sql, values).await?;
    }
    Ok(())
}

async fn insert_packed(tx: &Tx, tenant: &TenantId, file: Uuid, first: i64, rows: &[SealedRow]) -> Result<(), Failure> {
    let mut packed = Vec::with_capacity(rows.iter().map(|row| row.sealed.len()).sum());
    let (mut lookups, mut starts, mut lengths) = (Array::new(), Array::new(), Array::new());
    for row in rows {
        lookups.push(row.lookup.0);
        // the first byte has the number 1
        starts.push(packed.len() + 1);
        lengths.push(row.sealed.len());
        packed.extend_from_slice(&row.sealed);
    }
    let sql = "INSERT INTO import_rows (tenant, file_id, position, lookup, sealed)
               SELECT $1, $2, $3 + r.number - 1, r.lookup, substring($4 FROM r.start FOR r.length)
               FROM unnest(CAST($5 AS uuid[]), CAST($6 AS int[]), CAST($7 AS int[])) WITH ORDINALITY
                    AS r(lookup, start, length, number)";
    let values = vec![
        tenant.as_str().into(),
        file.into(),
        first.into(),
        packed.into(),
        lookups.close().into(),
        starts.close().into(),
        lengths.close().into(),
    ];
    tx.execute(sql, values).await?;
    Ok(())
}

/// An array in PostgreSQL's notation, of values that need no quotes.
struct Array(String);

impl Array {
    fn new() -> Self {
        Self(String::from("{"))
    }

    fn push(&mut self, value: impl std::fmt::Display) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.0.push_str(&value.to_string());
    }

    fn close(mut self) -> String {
        self.0.push('}');
        self.0
    }
}
