//! `providers/{p}/subscriptions/{s}`.

use std::fmt;

use komunala_domain::{ProviderId, ids::SubscriptionId};

use super::{ProviderName, Reader};
use crate::failure::Failure;

/// `providers/{p}/subscriptions/{s}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SubscriptionName {
    pub(crate) provider: ProviderId,
    pub(crate) subscription: SubscriptionId,
}

impl fmt::Display for SubscriptionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/subscriptions/{}", ProviderName(&self.provider), self.subscription)
    }
}

impl SubscriptionName {
    pub(crate) fn parse(field: &'static str, name: &str) -> Result<Self, Failure> {
        let mut reader = Reader::new(field, name);
        let read = Self { provider: reader.id("providers")?, subscription: reader.id("subscriptions")? };
        reader.end(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_reads_back_from_what_was_written() {
        let name = SubscriptionName { provider: "gas-town".parse().unwrap(), subscription: SubscriptionId::new() };
        assert_eq!(SubscriptionName::parse("name", &name.to_string()).unwrap(), name);
    }
}
