//! `UPL`: the payments of a day.

use std::{io, path::PathBuf};

use super::{
    csv::Csv,
    customer::Population,
    night::{FileKind, Night},
    payment,
    sealed::Sealed,
};

/// The header of a UPL file.
const HEADER: &str = "id;korisnik;datum;iznos;poziv;kanal";

/// Writes the file.
pub(super) fn write(path: PathBuf, night: &Night, population: Population) -> io::Result<(PathBuf, String)> {
    let mut csv = Csv::begin(Sealed::create(path)?, HEADER, night.flaws.of(FileKind::Payments))?;
    let period = Night::newest_period(night.date);
    for row in population.all().filter_map(|customer| payment::row(customer, night.date, period)) {
        csv.row(&row)?;
    }
    csv.end()
}
