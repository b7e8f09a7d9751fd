//! Names of messages and suppressions: `providers/{p}/messages/{m}`, `tenants/{t}/suppressions/{s}`.

use std::fmt;

use komunala_domain::{
    ProviderId, TenantId,
    ids::{MessageId, SuppressionId},
};

use super::Reader;
use crate::failure::Failure;

/// `providers/{p}/messages/{m}`.
pub(crate) struct MessageName {
    pub(crate) provider: ProviderId,
    pub(crate) message: MessageId,
}

/// `tenants/{t}/suppressions/{s}`.
pub(crate) struct SuppressionName {
    pub(crate) tenant: TenantId,
    pub(crate) suppression: SuppressionId,
}

impl fmt::Display for MessageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "providers/{}/messages/{}", self.provider, self.message)
    }
}

impl fmt::Display for SuppressionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tenants/{}/suppressions/{}", self.tenant, self.suppression)
    }
}

/// The message of a name.
pub(crate) fn message(field: &'static str, name: &str) -> Result<MessageName, Failure> {
    let mut reader = Reader::new(field, name);
    let (provider, message) = (reader.id("providers")?, reader.id("messages")?);
    reader.end(MessageName { provider, message })
}

/// The suppression of a name.
pub(crate) fn suppression(field: &'static str, name: &str) -> Result<SuppressionName, Failure> {
    let mut reader = Reader::new(field, name);
    let (tenant, suppression) = (reader.id("tenants")?, reader.id("suppressions")?);
    reader.end(SuppressionName { tenant, suppression })
}
