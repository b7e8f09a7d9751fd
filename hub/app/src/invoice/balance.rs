//! What an account owes.

use jiff::Timestamp;
use komunala_domain::{Balance, Capability, ProviderId, ids::AccountId};

use crate::{
    Hub,
    failure::Failure,
    ports::{
        Call,
        accounts::AccountFilter,
        copies::{CopyAge, CopyKind},
    },
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
        let mut balances = self.copies.balances(scope, account).await?;
        self.add_reliefs(scope, call, provider, account, &mut balances).await?;
        Ok(Balances { balances, as_of })
    }

    /// Makes one account's copy young, or answers how old it is if that fails and it can still be used.
    pub(crate) async fn young_copy(
        &self,
        scope: &UserScope,
        call: Call,
        provider: &ProviderId,
        account: AccountId,
        kind: CopyKind,
        capability: Capability,
    ) -> Result<CopyAge, Failure> {
        let filter = AccountFilter::One(provider.clone(), account);
        let ages = self.copies.ages(scope, &filter, kind).await?;
        let Some(age) = ages.first().cloned() else {
            return Err(Failure::NotFound("account"));
        };
        if self.is_fresh(age.as_of) {
            return Ok(age);
        }
        self.billing(provider, capability)?;
        let refreshed = self.refresh(scope.tenant(), call, kind, &ages).await;
        let changed = refreshed.changed;
        self.require_usable("account", refreshed)?;
        match changed {
            true => self.copies.ages(scope, &filter, kind).await?.into_iter().next(),
            false => Some(age),
        }
        .ok_or(Failure::NotFound("account"))
    }
}
