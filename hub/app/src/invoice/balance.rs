//! What an account owes.

use jiff::Timestamp;
use komunala_domain::{Balance, Capability, ProviderId, ids::AccountId};

use crate::{
    Hub,
    failure::Failure,
    ports::{Call, copies::CopyKind},
    scope::UserScope,
};

/// What an account owes, and when the billing system said so.
#[derive(Debug, Clone)]
pub struct Balances {
    /// Per issuer.
    pub balances: Vec<Balance>,
    /// When the hub asked.
    pub as_of: Option<Timestamp>,
}

impl Hub {
    /// What an account owes, per issuer.
    pub async fn get_balance(
        &self,
        scope: &UserScope,
        call: Call,
        provider: &ProviderId,
        account: AccountId,
    ) -> Result<Balances, Failure> {
        let as_of =
            self.young_copy(scope, call, provider, account, CopyKind::Balance, Capability::Balance).await?.as_of;
        Ok(Balances { balances: self.copies.balances(scope, account).await?, as_of })
    }
}
