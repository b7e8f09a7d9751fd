//! A supply point of an account, as a billing system is asked about it.

use komunala_domain::{
    ExternalId, ProviderId, SupplyPoint,
    ids::{AccountId, SupplyPointId},
};

use crate::{Hub, failure::Failure, ports::Call, scope::UserScope};

/// A supply point, by the hub's ids and by the billing system's keys.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) provider: ProviderId,
    pub(crate) account_id: AccountId,
    pub(crate) account: ExternalId,
    pub(crate) point_id: SupplyPointId,
    pub(crate) point: SupplyPoint,
}

impl Hub {
    /// A supply point of an account that the user has proved.
    pub(crate) async fn place(
        &self,
        scope: &UserScope,
        call: Call,
        (provider, account_id, point_id): (&ProviderId, AccountId, SupplyPointId),
    ) -> Result<Place, Failure> {
        let account = self.proven_account(scope, call, provider, account_id).await?;
        let copy = account.copy.as_ref();
        let mut points = copy.into_iter().flat_map(|copy| copy.supply_points());
        let (_, point) = points.find(|(ids, _)| ids.point == point_id).ok_or(Failure::NotFound("supply point"))?;
        Ok(Place {
            provider: provider.clone(),
            account_id,
            account: account.external_id.clone(),
            point_id,
            point: point.clone(),
        })
    }
}
