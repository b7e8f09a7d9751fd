//! What went wrong, told without a value of any row.

use komunala_app::ports::StoreError;
use sea_orm::{DbErr, RuntimeErr, SqlxError};

/// Why a unit of work did not happen.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The database said so.
    Database(DbErr),
    /// The store said so.
    Store(StoreError),
    /// Somebody else changed what was just looked at.
    Conflict,
}

impl From<DbErr> for Failure {
    fn from(error: DbErr) -> Self {
        Self::Database(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Failure {
    /// Whether the same unit may well succeed when it is done again.
    pub(super) fn is_conflict(&self) -> bool {
        match self {
            Self::Conflict => true,
            Self::Database(error) => Verdict::on(error) == Verdict::Conflict,
            Self::Store(_) => false,
        }
    }

    /// What the callers of the ports are told.
    pub(crate) fn into_store_error(self, operation: &'static str) -> StoreError {
        match self {
            Self::Store(error) => error,
            Self::Conflict => {
                let cause = "others changed the same rows all the time".to_owned();
                StoreError::Unavailable(Box::new(Refusal { operation, cause }))
            }
            Self::Database(error) => {
                let refusal = Box::new(Refusal { operation, cause: describe(&error) });
                match Verdict::on(&error) {
                    Verdict::Conflict | Verdict::Unavailable => StoreError::Unavailable(refusal),
                    Verdict::Wrong => StoreError::Internal(refusal),
                }
            }
        }
    }
}

/// What the database refused, without the statement's values.
#[derive(Debug, thiserror::Error)]
#[error("{operation}: {cause}")]
struct Refusal {
    /// What was to be done.
    operation: &'static str,
    /// Why it was not.
    cause: String,
}

/// Whether a read is worth asking again.
pub(super) struct Retry;

impl Retry {
    pub(super) fn of_read(error: &DbErr) -> bool {
        match sqlx(error) {
            Some(SqlxError::Io(_) | SqlxError::Protocol(_)) => true,
            // 57P01 to 57P03: the server is shutting down or starting
            Some(SqlxError::Database(database)) => {
                Verdict::on(error) == Verdict::Conflict || database.code().is_some_and(|code| code.starts_with("57P"))
            }
            _ => false,
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    /// Two transactions were in each other's way.
    Conflict,
    /// The database is not there, or has no time or room.
    Unavailable,
    /// The statement is wrong.
    Wrong,
}

impl Verdict {
    fn on(error: &DbErr) -> Self {
        if matches!(error, DbErr::ConnectionAcquire(_)) {
            return Self::Unavailable;
        }
        match sqlx(error) {
            Some(SqlxError::Database(database)) => database.code().map_or(Self::Wrong, |code| Self::on_code(&code)),
            Some(
                SqlxError::Io(_)
                | SqlxError::Tls(_)
                | SqlxError::Protocol(_)
                | SqlxError::PoolTimedOut
                | SqlxError::PoolClosed
                | SqlxError::WorkerCrashed,
            ) => Self::Unavailable,
            _ if matches!(error, DbErr::Conn(_)) => Self::Unavailable,
            _ => Self::Wrong,
        }
    }

    fn on_code(code: &str) -> Self {
        // PostgreSQL: SQLSTATE, five characters. SQLite: an extended result code in decimal, its low byte the kind.
        if code.len() == 5 {
            return match code {
                // serialization failure, deadlock, lock not available, undone since it stood still
                "40001" | "40P01" | "55P03" | "25P03" => Self::Conflict,
                // connection exceptions, out of resources, cancelled or shut down, storage failed
                _ if ["08", "53", "57", "58"].contains(&&code[..2]) => Self::Unavailable,
                _ => Self::Wrong,
            };
        }
        match code.parse::<u32>().map(|code| code & 0xff) {
            // busy, locked
            Ok(5 | 6) => Self::Conflict,
            // interrupted, I/O error, full, cannot open
            Ok(9 | 10 | 13 | 14) => Self::Unavailable,
            _ => Self::Wrong,
        }
    }
}

fn sqlx(error: &DbErr) -> Option<&SqlxError> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => Some(error),
        _ => None,
    }
}

/// Codes, tables and constraints only: messages of a database may quote a value.
pub(crate) fn describe(error: &DbErr) -> String {
    match sqlx(error) {
        Some(SqlxError::Database(database)) => {
            let code = database.code().unwrap_or_default();
            match (database.table(), database.constraint()) {
                (Some(table), Some(constraint)) => format!("the database refused with {code} ({table}, {constraint})"),
                _ => format!("the database refused with {code}"),
            }
        }
        Some(SqlxError::Io(error)) => format!("the connection failed: {}", error.kind()),
        Some(SqlxError::PoolTimedOut) => "no connection became free in time".to_owned(),
        Some(SqlxError::PoolClosed) => "the store is closed".to_owned(),
        Some(SqlxError::ColumnDecode { index, .. }) => format!("column {index} cannot be read"),
        Some(SqlxError::ColumnNotFound(column)) => format!("column {column} is missing"),
        Some(SqlxError::Protocol(_)) => "the database does not keep to its protocol".to_owned(),
        Some(SqlxError::Tls(_)) => "the connection's TLS failed".to_owned(),
        Some(SqlxError::Configuration(_)) => "the address cannot be used".to_owned(),
        Some(_) => "the database driver failed".to_owned(),
        None => match error {
            DbErr::ConnectionAcquire(_) => "no connection became free in time".to_owned(),
            DbErr::Type(_) | DbErr::TryIntoErr { .. } | DbErr::Json(_) => "a column cannot be read".to_owned(),
            DbErr::RecordNotInserted => "nothing was inserted".to_owned(),
            DbErr::Custom(text) => text.clone(),
            _ => "the database layer failed".to_owned(),
        },
    }
}
