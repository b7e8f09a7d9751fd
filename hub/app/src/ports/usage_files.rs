//! Files of what a supply point used.

use jiff::tz::TimeZone;
use komunala_domain::consumption::Usage;

/// What a file is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsageFormat {
    /// A table for a spreadsheet: RFC 4180, UTF-8, a header, no cell that a spreadsheet would take for a formula.
    Csv,
    /// Green Button: an Atom feed of NAESB ESPI resources.
    GreenButton,
}

impl UsageFormat {
    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::GreenButton => "application/atom+xml",
        }
    }

    /// What its files' names end in.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::GreenButton => "xml",
        }
    }
}

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum UsageFileError {
    /// A quantity has more digits than the format holds.
    #[error("register {register}: a quantity has more digits than the format holds")]
    TooManyDigits {
        /// The register's code.
        register: String,
    },
    /// It could not be put together.
    #[error("the file could not be written: {0}")]
    Writing(String),
}

/// Writes files of what was used.
pub trait UsageFiles: Send + Sync {
    /// Writes a file. Moments that a person reads are in `zone`.
    fn write(&self, format: UsageFormat, usage: &Usage, zone: &TimeZone) -> Result<Vec<u8>, UsageFileError>;
}
