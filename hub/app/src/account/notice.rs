//! Telling a user by mail what happened to their account.

use jiff::Timestamp;
use komunala_domain::ids::MessageId;

use crate::{
    Hub,
    failure::Failure,
    ports::outbox::{Content, Notice},
    scope::PortalScope,
};

impl Hub {
    /// A notice about `subject`; on behalf of the portal's first provider for whoever has no account linked.
    pub(super) fn notice(
        &self,
        scope: &PortalScope,
        subject: impl ToString,
        content: Content,
        expires: Option<Timestamp>,
    ) -> Result<Notice, Failure> {
        let provider = scope.providers().first().ok_or(Failure::NotFound("provider"))?.clone();
        Ok(Notice { id: MessageId::new(), provider, subject: subject.to_string(), content, expires })
    }
}
