//! `providers/{p}/outages/{o}`, as operators name them.

use std::fmt;

use komunala_domain::{ProviderId, ids::OutageId};

use super::{OutageName, Reader};
use crate::failure::Failure;

/// `providers/{p}/outages/{o}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlannedOutageName {
    pub(crate) provider: ProviderId,
    pub(crate) outage: OutageId,
}

impl fmt::Display for PlannedOutageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        OutageName { provider: &self.provider, outage: self.outage }.fmt(f)
    }
}

impl PlannedOutageName {
    pub(crate) fn parse(field: &'static str, name: &str) -> Result<Self, Failure> {
        let mut reader = Reader::new(field, name);
        let read = Self { provider: reader.id("providers")?, outage: reader.id("outages")? };
        reader.end(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_reads_back_from_what_was_written() {
        let name = PlannedOutageName { provider: "gas-town".parse().unwrap(), outage: OutageId::new() };
        assert_eq!(PlannedOutageName::parse("name", &name.to_string()).unwrap(), name);
    }
}
