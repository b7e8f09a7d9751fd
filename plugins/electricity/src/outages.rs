//! `outages`: what the operator of the network announces, changes and cancels.

use std::fmt;

use komunala_adapter_sdk::{
    Error,
    http::Transport,
    outages::{Outage, OutagePage, OutageState, Outages},
    types::Instant,
};
use serde::Deserialize;

use crate::{Electricity, billing::BillingSystem, metering::moment, text::said};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireOutage {
    id: String,
    revision: u32,
    spremenjeno: Instant,
    od: Instant,
    #[serde(rename = "do")]
    until: Option<Instant>,
    razlog: Option<String>,
    stanje: String,
    merilna_mesta: Option<Vec<String>>,
}

/// Up to where was read: a moment of change, and within it an id where a page ended in the middle.
///
/// What changed at the very moment is asked for again, because more may have changed at it since.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    changed: Option<Instant>,
    id: Option<String>,
}

impl Place {
    fn of(cursor: Option<&str>) -> Result<Self, Error> {
        let malformed = || Error::rejected("since", "malformed", "not a cursor of this list");
        let (changed, id) = match cursor {
            // nothing has ever been announced, or nobody has asked yet
            None | Some("-") => return Ok(Self { changed: None, id: None }),
            Some(cursor) => cursor.split_once('|').map_or((cursor, None), |(changed, id)| (changed, Some(id))),
        };
        let (seconds, nanoseconds) = changed.split_once('.').ok_or_else(malformed)?;
        let changed = Instant {
            seconds: seconds.parse().map_err(|_| malformed())?,
            nanoseconds: nanoseconds.parse().map_err(|_| malformed())?,
        };
        Ok(Self { changed: Some(changed), id: id.map(str::to_owned) })
    }

    /// Whether an outage was given out with what was read up to here.
    fn covers(&self, outage: &WireOutage) -> bool {
        match (&self.changed, &self.id) {
            (Some(changed), Some(id)) => position(outage) <= (changed.seconds, changed.nanoseconds, id.as_str()),
            _ => false,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.changed, &self.id) {
            (None, _) => out.write_str("-"),
            (Some(at), None) => write!(out, "{}.{}", at.seconds, at.nanoseconds),
            (Some(at), Some(id)) => write!(out, "{}.{}|{id}", at.seconds, at.nanoseconds),
        }
    }
}

impl<T: Transport> BillingSystem<T> {
    /// What was announced, changed or cancelled since a cursor; the contract's `outages-since`. The billing system
    /// answers all of it at once, so a page is a part of that.
    pub fn outages(&self, since: Option<&str>, size: u16) -> Result<OutagePage, Error> {
        let place = Place::of(since)?;
        let since = place.changed.map(moment).transpose()?;
        let request = self.ask(&["izklopi"])?.query_some("since", since);
        let mut outages: Vec<WireOutage> = self.read(&request)?.json()?;
        outages.retain(|outage| !place.covers(outage));
        outages.sort_by(|one, other| position(one).cmp(&position(other)));
        outages.dedup_by(|one, other| (&one.id, one.revision) == (&other.id, other.revision));
        let at_end = outages.len() <= usize::from(size);
        outages.truncate(size.into());
        let next = match outages.last() {
            None => Place { id: None, ..place },
            Some(last) => Place { changed: Some(last.spremenjeno), id: (!at_end).then(|| last.id.clone()) },
        };
        let items = outages.into_iter().map(WireOutage::into_outage).collect::<Result<_, _>>()?;
        Ok(OutagePage { items, next: next.to_string(), at_end })
    }
}

fn position(outage: &WireOutage) -> (i64, u32, &str) {
    (outage.spremenjeno.seconds, outage.spremenjeno.nanoseconds, &outage.id)
}

impl WireOutage {
    fn into_outage(self) -> Result<Outage, Error> {
        Ok(Outage {
            state: match self.stanje.as_str() {
                "NAPOVEDAN" => OutageState::Announced,
                "SPREMENJEN" => OutageState::Changed,
                "PREKLICAN" => OutageState::Cancelled,
                _ => return Err(Error::upstream("an outage in an unknown state")),
            },
            id: self.id,
            revision: self.revision,
            start: self.od,
            end: self.until,
            reason: said(self.razlog),
            point_numbers: self.merilna_mesta.unwrap_or_default(),
            changed: self.spremenjeno,
        })
    }
}

impl Outages for Electricity {
    fn outages_since(since: Option<String>, size: u16) -> Result<OutagePage, Error> {
        BillingSystem::here()?.outages(since.as_deref(), size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_as_it_was_written() {
        for cursor in ["-", "1722643200.0", "1722643200.500000000|I-7|8"] {
            assert_eq!(Place::of(Some(cursor)).unwrap().to_string(), cursor);
        }
        for cursor in ["", "x", "1722643200", "1.x|a"] {
            assert!(matches!(Place::of(Some(cursor)), Err(Error::Rejected(_))), "{cursor}");
        }
    }
}
