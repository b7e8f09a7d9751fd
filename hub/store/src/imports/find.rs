//! Finding rows, and deciding which of them count.

use komunala_app::ports::{
    StoreError,
    imports::{KeptRow, Lookup, Taking},
};
use komunala_domain::{ProviderId, TenantId};
use sea_orm::{QueryResult, Value};
use uuid::Uuid;

use crate::columns::{self, column, damaged};

const WHAT: &str = "row of a file";

/// How many things one statement looks for.
pub(super) const CHUNK: usize = 500;

/// The most rows of one answer. A customer of ten years has some hundreds.
const MOST: i64 = 50_000;

/// The statement for the rows that count: of files that are done, and of customers none from before the last full file.
pub(super) fn counting(tenant: &TenantId, provider: &ProviderId, lookups: &[Lookup]) -> (String, Vec<Value>) {
    let mut values: Vec<Value> = vec![tenant.as_str().into(), provider.as_str().into(), MOST.into()];
    let names = names(&mut values, lookups);
    let sql = format!(
        "SELECT r.lookup, r.file_id, f.sequence, r.position, r.sealed
         FROM import_rows r JOIN import_files f ON f.id = r.file_id
         WHERE r.tenant = $1 AND r.lookup IN ({names})
           AND f.tenant = $1 AND f.provider = $2 AND f.state = 'done'
           AND (f.content <> 'customers' OR f.sequence >= (
                SELECT COALESCE(MAX(g.sequence), 0) FROM import_files g
                WHERE g.tenant = $1 AND g.provider = $2 AND g.content = 'customers' AND g.is_full
                  AND g.state = 'done'))
         ORDER BY f.sequence DESC, r.position DESC LIMIT $3 + 0"
    );
    (sql, values)
}

/// The statement for the rows of one file, whether it counts or not.
pub(super) fn of_file(tenant: &TenantId, taking: &Taking, lookups: &[Lookup]) -> (String, Vec<Value>) {
    let mut values: Vec<Value> = vec![tenant.as_str().into(), taking.import.into(), MOST.into()];
    let names = names(&mut values, lookups);
    let sql = format!(
        "SELECT r.lookup, r.file_id, f.sequence, r.position, r.sealed
         FROM import_rows r JOIN import_files f ON f.id = r.file_id
         WHERE r.tenant = $1 AND f.tenant = $1 AND r.file_id = $2 AND r.lookup IN ({names})
         ORDER BY r.position DESC LIMIT $3 + 0"
    );
    (sql, values)
}

/// Always as many values as the next power of two, the last one repeated: a few statements serve all lists.
fn names(values: &mut Vec<Value>, lookups: &[Lookup]) -> String {
    let last = lookups.last().map_or(Uuid::nil(), |lookup| lookup.0);
    let padding = lookups.len().max(1).next_power_of_two() - lookups.len();
    let padded = lookups.iter().map(|lookup| lookup.0).chain(std::iter::repeat_n(last, padding));
    let names: Vec<_> = padded
        .map(|lookup| {
            values.push(lookup.into());
            format!("${}", values.len())
        })
        .collect();
    names.join(", ")
}

/// A row of either statement.
pub(super) fn read(row: &QueryResult) -> Result<KeptRow, StoreError> {
    let number = |index| {
        let number: i64 = column(WHAT, row, index)?;
        u64::try_from(number).map_err(|_| damaged(WHAT, "a number is negative"))
    };
    Ok(KeptRow {
        lookup: Lookup(columns::uuid(WHAT, row, 0)?),
        import: columns::uuid(WHAT, row, 1)?,
        sequence: number(2)?,
        position: number(3)?,
        sealed: column(WHAT, row, 4)?,
    })
}
