//! The floor: the rows that the hub kept, written once more without anything around it.

use std::time::{Duration, Instant};

use futures::TryStreamExt;
use sea_orm::sqlx::{
    self, Connection, Row,
    postgres::{PgConnection, PgRow},
    sqlite::{SqliteConnection, SqliteRow},
};

/// Rows that are read before the clock runs.
const CHUNK: usize = 20_000;

/// A row of the table.
struct Kept {
    tenant: String,
    file: Vec<u8>,
    position: i64,
    lookup: Vec<u8>,
    sealed: Vec<u8>,
}

/// Writes every row again; answers how many there are and how long the writing alone took.
pub(crate) async fn write_again(url: &str) -> anyhow::Result<(u64, Duration)> {
    if url.starts_with("postgres") { copy(url).await } else { insert(url).await }
}

const READ: &str = "SELECT tenant, file_id, position, lookup, sealed FROM import_rows ORDER BY file_id, position";

/// `COPY` in the binary form, a chunk at a time, all in one transaction.
async fn copy(url: &str) -> anyhow::Result<(u64, Duration)> {
    let (mut reader, mut writer) = (PgConnection::connect(url).await?, PgConnection::connect(url).await?);
    sqlx::raw_sql("CREATE TABLE bare_rows (LIKE import_rows INCLUDING ALL)").execute(&mut writer).await?;
    let (mut count, mut time) = (0, Duration::ZERO);
    let mut rows = sqlx::query(READ).fetch(&mut reader);
    sqlx::raw_sql("BEGIN").execute(&mut writer).await?;
    loop {
        let mut chunk = Vec::with_capacity(CHUNK);
        while chunk.len() < CHUNK
            && let Some(row) = rows.try_next().await?
        {
            chunk.push(of_postgres(&row)?);
        }
        if chunk.is_empty() {
            break;
        }
        count += chunk.len() as u64;
        let started = Instant::now();
        let mut copy = writer.copy_in_raw("COPY bare_rows FROM STDIN (FORMAT binary)").await?;
        copy.send(binary(&chunk)).await?;
        copy.finish().await?;
        time += started.elapsed();
    }
    let started = Instant::now();
    sqlx::raw_sql("COMMIT").execute(&mut writer).await?;
    Ok((count, time + started.elapsed()))
}

/// The binary form of `COPY`: a signature, then per row the number of fields and each with its length.
fn binary(rows: &[Kept]) -> Vec<u8> {
    let mut bytes = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0".to_vec();
    for row in rows {
        bytes.extend_from_slice(&5_i16.to_be_bytes());
        let position = row.position.to_be_bytes();
        for field in [row.tenant.as_bytes(), &row.file, &position, &row.lookup, &row.sealed] {
            bytes.extend_from_slice(&i32::try_from(field.len()).unwrap_or(0).to_be_bytes());
            bytes.extend_from_slice(field);
        }
    }
    bytes.extend_from_slice(&(-1_i16).to_be_bytes());
    bytes
}

/// One prepared statement, a row at a time, a chunk in a transaction, as durable as the hub's.
async fn insert(url: &str) -> anyhow::Result<(u64, Duration)> {
    let (mut reader, mut writer) = (SqliteConnection::connect(url).await?, SqliteConnection::connect(url).await?);
    let table = "PRAGMA journal_mode = wal; PRAGMA synchronous = full;
                 CREATE TABLE bare_rows (tenant text NOT NULL, file_id uuid_text NOT NULL, position bigint NOT NULL,
                     lookup uuid_text NOT NULL, sealed blob NOT NULL, PRIMARY KEY (file_id, position));
                 CREATE INDEX bare_rows_lookup ON bare_rows (lookup)";
    sqlx::raw_sql(table).execute(&mut writer).await?;
    let (mut count, mut time, mut last) = (0, Duration::ZERO, (Vec::new(), -1_i64));
    loop {
        // a reader that stays open would keep the log of the writer from being folded in
        let behind = "SELECT tenant, file_id, position, lookup, sealed FROM import_rows
                      WHERE (file_id, position) > (?, ?) ORDER BY file_id, position LIMIT 20000";
        let rows = sqlx::query(behind).bind(&last.0).bind(last.1).fetch_all(&mut reader).await?;
        let chunk = rows.iter().map(of_sqlite).collect::<anyhow::Result<Vec<_>>>()?;
        let Some(end) = chunk.last() else { break };
        last = (end.file.clone(), end.position);
        count += chunk.len() as u64;
        let started = Instant::now();
        let mut transaction = writer.begin().await?;
        for row in chunk {
            sqlx::query("INSERT INTO bare_rows VALUES (?, ?, ?, ?, ?)")
                .bind(row.tenant)
                .bind(row.file)
                .bind(row.position)
                .bind(row.lookup)
                .bind(row.sealed)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        time += started.elapsed();
    }
    Ok((count, time))
}

fn of_postgres(row: &PgRow) -> anyhow::Result<Kept> {
    let uuid = |at: usize| row.try_get::<uuid::Uuid, _>(at).map(|id| id.as_bytes().to_vec());
    Ok(Kept {
        tenant: row.try_get(0)?,
        file: uuid(1)?,
        position: row.try_get(2)?,
        lookup: uuid(3)?,
        sealed: row.try_get(4)?,
    })
}

fn of_sqlite(row: &SqliteRow) -> anyhow::Result<Kept> {
    let uuid = |at: usize| row.try_get::<uuid::Uuid, _>(at).map(|id| id.as_bytes().to_vec());
    Ok(Kept {
        tenant: row.try_get(0)?,
        file: uuid(1)?,
        position: row.try_get(2)?,
        lookup: uuid(3)?,
        sealed: row.try_get(4)?,
    })
}
