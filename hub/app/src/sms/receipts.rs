//! What a gateway reports of a text that it took.

use komunala_domain::ProviderId;

use crate::{
    Hub,
    ports::{
        StoreError,
        receipts::Filed,
        text_gateways::{Callback, CallbackError},
    },
    scope::TenantScope,
};

/// How a gateway's call-back was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// It was looked into, and the gateway need not come again.
    Heard,
    /// It is not believed, or there is no such gateway; which of them is nobody's business.
    Refused,
    /// It is none.
    Malformed,
    /// It is about something that is not known yet: the gateway is to come again.
    Early,
}

impl From<CallbackError> for Received {
    fn from(error: CallbackError) -> Self {
        match error {
            CallbackError::Forged => Self::Refused,
            CallbackError::Malformed => Self::Malformed,
        }
    }
}

impl Hub {
    /// Files a receipt of a provider's gateway. One that came before, or that a later one has overtaken, changes nothing.
    pub async fn text_receipt(&self, provider: &ProviderId, callback: &Callback<'_>) -> Result<Received, StoreError> {
        let roster = self.roster();
        let line = roster.lines.get(provider);
        let (Some(line), Some(known)) = (line, roster.directory.provider(provider)) else {
            return Ok(Received::Refused);
        };
        let receipt = match line.gateway.receipt(callback) {
            Ok(Some(receipt)) => receipt,
            Ok(None) => return Ok(Received::Heard),
            Err(error) => {
                tracing::warn!(%provider, %error, "a receipt of a gateway is not believed");
                return Ok(error.into());
            }
        };
        let scope = TenantScope::new(known.tenant.clone());
        Ok(match self.receipts.file(&scope, provider, &receipt, self.clock.now()).await? {
            Filed::Now | Filed::Before => Received::Heard,
            Filed::Nowhere => Received::Early,
        })
    }
}
