//! Names of runs of bills: `providers/{p}/billRuns/{r}`.

use std::fmt;

use komunala_domain::{ProviderId, ids::BillRunId};

use super::{ProviderName, Reader};
use crate::failure::Failure;

/// `providers/{p}/billRuns/{r}`.
pub(crate) struct BillRunName {
    pub(crate) provider: ProviderId,
    pub(crate) run: BillRunId,
}

impl BillRunName {
    pub(crate) fn parse(field: &'static str, name: &str) -> Result<Self, Failure> {
        let mut reader = Reader::new(field, name);
        let (provider, run) = (reader.id("providers")?, reader.id("billRuns")?);
        reader.end(Self { provider, run })
    }
}

impl fmt::Display for BillRunName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/billRuns/{}", ProviderName(&self.provider), self.run)
    }
}
