//! What payment providers send unasked. It is a hint: the answer to a question of the hub's own decides.

use komunala_domain::{ProviderId, payment::Channel};

use super::settle::disbelief;
use crate::{
    Hub,
    ports::{
        StoreError,
        gateways::CallbackError,
        payments::{Disbelief, PaymentRow},
    },
    scope::TenantScope,
};

/// How a call-back was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// The hub looked into it.
    Heard,
    /// It is not believed, or it is about nothing that the hub knows; which of them is nobody's business.
    Refused,
}

impl Hub {
    /// Takes a call-back of a payment provider for a utility's payments. The tenant is that of the utility whose shop the
    /// call-back is about.
    pub async fn payment_called_back(
        &self,
        provider: &ProviderId,
        channel: &Channel,
        callback: &[u8],
    ) -> Result<Heard, StoreError> {
        let Some((scope, row)) = self.called_about(provider, channel, callback).await? else {
            tracing::info!(%provider, %channel, "a call-back is about no payment that is known");
            return Ok(Heard::Refused);
        };
        let Some(gateway) = self.gateway_of(&row) else { return Ok(Heard::Refused) };
        let why = match gateway.read_callback(callback) {
            Ok(claim) => disbelief(&row, &claim),
            Err(CallbackError::Forged) => Some(Disbelief::Forged),
            Err(CallbackError::Malformed) => return Ok(Heard::Refused),
        };
        if let Some(why) = why {
            tracing::warn!(payment = %row.id, %channel, ?why, "a call-back is not believed");
            self.payments.disbelieve(&scope, row.id, why, self.clock.now()).await?;
            return Ok(Heard::Refused);
        }
        self.look_into(&scope, row).await?;
        Ok(Heard::Heard)
    }

    /// The payment that a call-back names, if it is one of this utility's by this channel.
    async fn called_about(
        &self,
        provider: &ProviderId,
        channel: &Channel,
        callback: &[u8],
    ) -> Result<Option<(TenantScope, PaymentRow)>, StoreError> {
        let roster = self.roster();
        let Some(tenant) = roster.directory.provider(provider).map(|provider| provider.tenant.clone()) else {
            return Ok(None);
        };
        let gateways = roster.gateways.get(provider).map(Vec::as_slice).unwrap_or_default();
        let gateway = gateways.iter().find(|gateway| gateway.channel() == channel);
        let Some(id) = gateway.and_then(|gateway| gateway.named_in(callback)) else { return Ok(None) };
        let scope = TenantScope::new(tenant);
        let row = self.payment_row(&scope, id).await?;
        let row = row.filter(|row| row.provider == *provider && row.channel == *channel);
        Ok(row.map(|row| (scope, row)))
    }
}
