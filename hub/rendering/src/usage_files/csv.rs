//! A table: a row per value.

use csv::Writer;
use jiff::{Timestamp, tz::TimeZone};
use komunala_app::ports::usage_files::UsageFileError;
use komunala_domain::{consumption::Usage, interval::Quality};

/// What spreadsheets take a cell for a formula by.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

pub(super) fn write(usage: &Usage, zone: &TimeZone) -> Result<Vec<u8>, UsageFileError> {
    let mut table = Writer::from_writer(Vec::new());
    let written = |error: csv::Error| UsageFileError::Writing(error.to_string());
    table.write_record(["point", "register", "start", "end", "quantity", "unit", "quality"]).map_err(written)?;
    let (point, at) = (text(&usage.point_number), |moment: Timestamp| local(moment, zone));
    for register in &usage.registers {
        let (code, unit) = (text(&register.register), text(&register.unit));
        for value in &register.values {
            let (start, end, quantity) = (at(value.start), at(value.end), value.quantity.to_string());
            let row = [point.as_str(), &code, &start, &end, &quantity, &unit, quality(value.quality)];
            table.write_record(row).map_err(written)?;
        }
    }
    table.into_inner().map_err(|error| UsageFileError::Writing(error.to_string()))
}

/// What came from a billing system, so that no spreadsheet computes it.
fn text(cell: &str) -> String {
    if cell.starts_with(FORMULA) { format!("'{cell}") } else { cell.to_owned() }
}

/// RFC 3339 with the zone's offset of that moment: the two hours of a night on which clocks go back differ by it.
fn local(moment: Timestamp, zone: &TimeZone) -> String {
    moment.display_with_offset(zone.to_offset(moment)).to_string()
}

fn quality(quality: Quality) -> &'static str {
    match quality {
        Quality::Valid => "valid",
        Quality::Estimated => "estimated",
        Quality::Edited => "edited",
        Quality::Questionable => "questionable",
    }
}
