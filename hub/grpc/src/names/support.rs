//! The names of requests and of what comes along with them.

use std::fmt;

use komunala_domain::ids::{AttachmentId, ServiceRequestId};

use super::{AccountName, Reader};
use crate::failure::Failure;

/// `providers/{p}/accounts/{a}/requests/{r}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestName {
    pub(crate) account: AccountName,
    pub(crate) request: ServiceRequestId,
}

/// `attachments/{a}`.
pub(crate) struct AttachmentName(pub(crate) AttachmentId);

impl fmt::Display for RequestName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/requests/{}", self.account, self.request)
    }
}

impl fmt::Display for AttachmentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "attachments/{}", self.0)
    }
}

impl RequestName {
    pub(crate) fn parse(field: &'static str, name: &str) -> Result<Self, Failure> {
        let mut reader = Reader::new(field, name);
        let request = Self { account: reader.account()?, request: reader.id("requests")? };
        reader.end(request)
    }
}

/// The attachment of `attachments/{a}`.
pub(crate) fn attachment(field: &'static str, name: &str) -> Result<AttachmentId, Failure> {
    let mut reader = Reader::new(field, name);
    let attachment = reader.id("attachments")?;
    reader.end(attachment)
}

#[cfg(test)]
mod tests {
    use komunala_domain::ids::AccountId;

    use super::*;

    #[test]
    fn a_name_reads_back_from_what_was_written() {
        let account = AccountName { provider: "gas-town".parse().unwrap(), account: AccountId::new() };
        let request = RequestName { account, request: ServiceRequestId::new() };
        assert_eq!(RequestName::parse("name", &request.to_string()).unwrap(), request);
        let id = AttachmentId::new();
        assert_eq!(attachment("name", &AttachmentName(id).to_string()).unwrap(), id);
        assert!(attachment("name", &format!("{}/more", AttachmentName(id))).is_err());
    }
}
