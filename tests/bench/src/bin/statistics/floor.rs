//! The floor: the very values that the hub has, a row each in a table of their own, and the sums of a year's days by the
//! shortest statement there is.

use anyhow::Context;
use jiff::civil::Date;
use komunala_app::reading::IntervalItem;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

/// Rows of one statement.
const CHUNK: usize = 500;
/// Decimal places that a row keeps.
const PLACES: u32 = 6;

/// A table of values.
pub(crate) struct Bare {
    database: DatabaseConnection,
    backend: DbBackend,
}

/// What a register counted on a day, in millionths, as the database adds it up.
pub(crate) type DaySum = (String, i64, i64);

impl Bare {
    /// Writes a table of the values. Each belongs to the local day in which it ends, midnight included.
    pub(crate) async fn of(url: &str, items: &[(Date, IntervalItem)]) -> anyhow::Result<Self> {
        let backend = if url.starts_with("sqlite") { DbBackend::Sqlite } else { DbBackend::Postgres };
        let database = sea_orm::Database::connect(url).await?;
        let table = "CREATE TABLE bare_values (point bigint NOT NULL, register text NOT NULL, day bigint NOT NULL,
                       ends bigint NOT NULL, millionths bigint NOT NULL, PRIMARY KEY (point, day, register, ends))";
        database.execute_unprepared(table).await?;
        for chunk in items.chunks(CHUNK) {
            let rows: Vec<_> = chunk.iter().map(|(day, item)| row(*day, item)).collect::<anyhow::Result<_>>()?;
            database.execute_unprepared(&format!("INSERT INTO bare_values VALUES {}", rows.join(", "))).await?;
        }
        database.execute_unprepared("ANALYZE").await?;
        Ok(Self { database, backend })
    }

    /// The sums of the days of a year, and of the same a year before.
    pub(crate) async fn sums(&self, days: [(Date, Date); 2]) -> anyhow::Result<Vec<DaySum>> {
        let sql = "SELECT register, day, CAST(SUM(millionths) AS bigint) FROM bare_values
                   WHERE point = 1 AND (day BETWEEN $1 AND $2 OR day BETWEEN $3 AND $4)
                   GROUP BY register, day ORDER BY day, register";
        let bounds = days.into_iter().flat_map(|(first, last)| [number(first).into(), number(last).into()]);
        let statement = Statement::from_sql_and_values(self.backend, sql, bounds.collect::<Vec<_>>());
        let rows = self.database.query_all_raw(statement).await?;
        let read = |row: &sea_orm::QueryResult| {
            anyhow::Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?))
        };
        rows.iter().map(read).collect()
    }

    pub(crate) async fn close(self) -> anyhow::Result<()> {
        self.database.execute_unprepared("DROP TABLE bare_values").await?;
        Ok(self.database.close().await?)
    }
}

fn row(day: Date, item: &IntervalItem) -> anyhow::Result<String> {
    let value = item.value.value.normalize();
    let places = PLACES.checked_sub(value.scale()).context("a value has more than six decimal places")?;
    let millionths = value.mantissa() * 10_i128.pow(places);
    let (register, ends) = (&item.register, item.value.end.as_second());
    anyhow::ensure!(register.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'), "odd: {register}");
    Ok(format!("(1, '{register}', {}, {ends}, {millionths})", number(day)))
}

/// A day as a number that sorts: 20240731.
pub(crate) fn number(day: Date) -> i64 {
    i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day())
}
