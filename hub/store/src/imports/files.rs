//! A file from its first portion to the moment it counts.

use jiff::Timestamp;
use komunala_app::ports::{
    StoreError,
    accounts::Lapse,
    feeds::Turn,
    files::ListedFile,
    imports::{ImportState, KnownFile, SealedPortion, Taking},
    problems::NewProblem,
};
use komunala_domain::{TenantId, ids::AccountId};
use sea_orm::{QueryResult, Value};
use uuid::Uuid;

use super::{WHAT, rows};
use crate::{
    accounts::{lapse, postal},
    columns::{Word, column, damaged, micros, parsed, uuid},
    database::{Failure, Tx},
    feeds::turn,
    problems, service_requests,
};

pub(super) fn read_known(row: &QueryResult) -> Result<KnownFile, StoreError> {
    Ok(KnownFile {
        id: parsed(WHAT, &column::<String>(WHAT, row, 0)?)?,
        fingerprint: column(WHAT, row, 1)?,
        state: ImportState::of(&column::<String>(WHAT, row, 2)?)?,
    })
}

/// A place among files, as it stands in a column.
fn order(sequence: u64) -> Result<i64, StoreError> {
    i64::try_from(sequence).map_err(|_| damaged(WHAT, "its sequence is too high"))
}

fn count(number: i64) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|_| damaged(WHAT, "a count is negative"))
}

/// Begins a file or goes on with it. What was begun under its name and was sent again since is over.
pub(super) async fn begin(
    tx: Tx,
    tenant: &TenantId,
    turn: &Turn,
    file: &ListedFile,
    now: Timestamp,
) -> Result<Option<Taking>, Failure> {
    if !turn::hold(&tx, tenant, turn, None).await? {
        tx.undo();
        return Ok(None);
    }
    let named = || -> Vec<Value> {
        let fingerprint = file.fingerprint.as_str();
        vec![tenant.as_str().into(), turn.provider.as_str().into(), file.id.as_str().into(), fingerprint.into()]
    };
    let over = "UPDATE import_files SET state = 'replaced'
                WHERE tenant = $1 AND provider = $2 AND external_id = $3 AND fingerprint <> $4 AND state = 'taking'";
    tx.execute(over, named()).await?;
    let begun = "SELECT id, sequence, cursor, row_count FROM import_files
                 WHERE tenant = $1 AND provider = $2 AND external_id = $3 AND fingerprint = $4 AND state = 'taking'";
    if let Some(row) = tx.row(begun, named()).await? {
        return Ok(Some(Taking {
            import: uuid(WHAT, &row, 0)?,
            sequence: count(column(WHAT, &row, 1)?)?,
            cursor: column(WHAT, &row, 2)?,
            rows: count(column(WHAT, &row, 3)?)?,
        }));
    }
    let taking = Taking { import: Uuid::now_v7(), sequence: file.sequence, cursor: None, rows: 0 };
    let sql = "INSERT INTO import_files (id, tenant, provider, external_id, fingerprint, content, sequence, is_full,
                                         state, cursor, row_count, began_at, done_at, is_swept)
               VALUES ($5, $1, $2, $3, $4, $6, $7, $8, 'taking', NULL, 0, $9, NULL, $10)";
    let mut values = named();
    values.extend([
        taking.import.into(),
        file.content.word().into(),
        order(file.sequence)?.into(),
        file.is_full.into(),
        micros(now).into(),
        false.into(),
    ]);
    tx.execute(sql, values).await?;
    Ok(Some(taking))
}

/// Keeps a portion. The file must stand where its reader took it up.
pub(super) async fn keep_portion(
    tx: Tx,
    tenant: &TenantId,
    turn: &Turn,
    taking: &Taking,
    portion: &SealedPortion,
    until: Timestamp,
    now: Timestamp,
) -> Result<bool, Failure> {
    let before = order(taking.rows)?;
    let after = before + order(portion.rows.len() as u64)?;
    let sql = "UPDATE import_files SET cursor = $3, row_count = $4
               WHERE tenant = $1 AND id = $2 AND state = 'taking' AND row_count = $5";
    let values =
        vec![tenant.as_str().into(), taking.import.into(), portion.next.clone().into(), after.into(), before.into()];
    let has_turn = turn::hold(&tx, tenant, turn, Some(until)).await?;
    if !has_turn || tx.execute(sql, values).await? != 1 {
        tx.undo();
        return Ok(false);
    }
    rows::insert(&tx, tenant, taking.import, before, &portion.rows).await?;
    for answer in &portion.answers {
        postal::answered(&tx, tenant, &turn.provider, answer, order(portion.horizon)?, now).await?;
    }
    for refused in &portion.refused {
        service_requests::refused(&tx, tenant, &turn.provider, refused, now).await?;
    }
    problems::record(&tx, tenant, &turn.provider, &portion.problems, now).await?;
    Ok(true)
}

/// Lets a file count, and the one that was sent under its name before no longer; proofs lapse with it.
pub(super) async fn finish(
    tx: Tx,
    tenant: &TenantId,
    turn: &Turn,
    taking: &Taking,
    lapses: &[(AccountId, Lapse)],
    now: Timestamp,
) -> Result<bool, Failure> {
    let values = || -> Vec<Value> { vec![tenant.as_str().into(), taking.import.into(), micros(now).into()] };
    let done = "UPDATE import_files SET state = 'done', cursor = NULL, done_at = $3
                WHERE tenant = $1 AND id = $2 AND state = 'taking'";
    if !turn::hold(&tx, tenant, turn, None).await? || tx.execute(done, values()).await? != 1 {
        tx.undo();
        return Ok(false);
    }
    let earlier = "UPDATE import_files SET state = 'replaced'
                   WHERE tenant = $1 AND provider = $2 AND state = 'done' AND id <> $3
                     AND external_id = (SELECT f.external_id FROM import_files f WHERE f.id = $3)";
    let named = vec![tenant.as_str().into(), turn.provider.as_str().into(), taking.import.into()];
    tx.execute(earlier, named).await?;
    for (account, why) in lapses {
        lapse::lapse(&tx, tenant, *account, *why, now).await?;
    }
    Ok(true)
}

/// Refuses a file whole.
pub(super) async fn refuse(
    tx: Tx,
    tenant: &TenantId,
    turn: &Turn,
    taking: &Taking,
    problems: &[NewProblem],
    now: Timestamp,
) -> Result<bool, Failure> {
    if !end(&tx, tenant, turn, taking, ImportState::Refused).await? {
        return Ok(false);
    }
    problems::record(&tx, tenant, &turn.provider, problems, now).await?;
    Ok(true)
}

/// Ends a file that is another one by now.
pub(super) async fn abandon(tx: Tx, tenant: &TenantId, turn: &Turn, taking: &Taking) -> Result<bool, Failure> {
    end(&tx, tenant, turn, taking, ImportState::Replaced).await
}

async fn end(tx: &Tx, tenant: &TenantId, turn: &Turn, taking: &Taking, state: ImportState) -> Result<bool, Failure> {
    let sql = "UPDATE import_files SET state = $3, cursor = NULL WHERE tenant = $1 AND id = $2 AND state = 'taking'";
    let values = vec![tenant.as_str().into(), taking.import.into(), state.word().into()];
    if !turn::hold(tx, tenant, turn, None).await? || tx.execute(sql, values).await? != 1 {
        tx.undo();
        return Ok(false);
    }
    Ok(true)
}
