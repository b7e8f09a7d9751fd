//! What an operator says of an outage on the command line.

use std::{io::Read as _, path::PathBuf, str::FromStr};

use anyhow::Context;
use jiff::{Timestamp, Zoned};
use komunala_grpc::client::Announcement;

/// The name that stands for the standard input.
const STANDARD_INPUT: &str = "-";

/// When, why, and where.
#[derive(Debug, clap::Args)]
pub(super) struct Said {
    /// When it begins, such as 2026-11-27T08:00+01:00 or 2026-11-27T08:00[Europe/Ljubljana]
    #[arg(long, value_name = "MOMENT")]
    from: Moment,
    /// When it ends, where that is known
    #[arg(long, value_name = "MOMENT")]
    until: Option<Moment>,
    /// Why, as customers read it
    #[arg(long, default_value = "", hide_default_value = true)]
    reason: String,
    /// A file with the numbers of the supply points, one a line; - for the standard input
    #[arg(long, value_name = "FILE", conflicts_with = "points")]
    points_file: Option<PathBuf>,
    /// The numbers of the supply points that it concerns
    #[arg(value_name = "POINT", required_unless_present = "points_file")]
    points: Vec<String>,
}

impl Said {
    /// The announcement, with what its file says.
    pub(super) fn read(self) -> anyhow::Result<Announcement> {
        let Self { from, until, reason, points_file, points } = self;
        let points = match points_file {
            Some(path) => numbers(&read(&path).with_context(|| path.display().to_string())?),
            None => points,
        };
        Ok(Announcement { start: from.0, end: until.map(|until| until.0), reason, points })
    }
}

fn read(path: &PathBuf) -> std::io::Result<String> {
    if path.as_os_str() != STANDARD_INPUT {
        return std::fs::read_to_string(path);
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(text)
}

/// One a line; blanks around them and empty lines mean nothing.
fn numbers(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(ToOwned::to_owned).collect()
}

/// A moment that is the same for whoever reads it.
#[derive(Debug, Clone, Copy)]
struct Moment(Timestamp);

impl FromStr for Moment {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let zoned = text.parse::<Zoned>().map(|zoned| zoned.timestamp());
        let moment = zoned.or_else(|_| text.parse::<Timestamp>());
        Ok(Self(moment.context("name the zone too: 2026-11-27T08:00+01:00 or 2026-11-27T08:00[Europe/Ljubljana]")?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_needs_its_zone() {
        for moment in ["2026-11-27T08:00+01:00", "2026-11-27T08:00[Europe/Ljubljana]", "2026-11-27T07:00:00Z"] {
            let Moment(at) = moment.parse().unwrap();
            assert_eq!(at.to_string(), "2026-11-27T07:00:00Z", "{moment}");
        }
        for wrong in ["2026-11-27T08:00", "2026-11-27", "27. 11. 2026 08:00", "2026-11-27T08:00[Europe/Nowhere]"] {
            assert!(wrong.parse::<Moment>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_file_has_a_number_a_line() {
        assert_eq!(numbers("6-123456\r\n\n  6-123457  \n"), ["6-123456", "6-123457"]);
    }
}
