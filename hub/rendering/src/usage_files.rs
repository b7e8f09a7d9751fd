//! What a supply point used, as files to take along.

mod csv;
mod green_button;

use jiff::tz::TimeZone;
use komunala_app::ports::usage_files::{UsageFileError, UsageFiles, UsageFormat};
use komunala_domain::consumption::Usage;

/// Writes tables and Green Button feeds.
#[derive(Debug, Clone, Copy, Default)]
pub struct UsageWriter;

impl UsageFiles for UsageWriter {
    fn write(&self, format: UsageFormat, usage: &Usage, zone: &TimeZone) -> Result<Vec<u8>, UsageFileError> {
        match format {
            UsageFormat::Csv => csv::write(usage, zone),
            UsageFormat::GreenButton => green_button::write(usage),
        }
    }
}
