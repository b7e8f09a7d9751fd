//! The meters of an account.

use jiff::Timestamp;
use komunala_domain::{
    ExternalId, Meter, ProviderId, SupplyPoint,
    ids::{AccountId, MeterId, SupplyPointId},
};

use crate::{
    Hub,
    failure::Failure,
    page::{Page, PageRequest, Query},
    ports::{
        Call,
        accounts::{AccountCopy, LinkedAccount},
    },
    scope::UserScope,
};

/// A meter and where it is.
#[derive(Debug, Clone)]
pub struct MeterInPlace {
    /// The provider.
    pub provider: ProviderId,
    /// The account.
    pub account: AccountId,
    /// The billing system's key of the account.
    pub external_account: ExternalId,
    /// The supply point's id.
    pub point_id: SupplyPointId,
    /// The supply point.
    pub point: SupplyPoint,
    /// The meter's id.
    pub id: MeterId,
    /// The meter.
    pub meter: Meter,
    /// When the billing system said so.
    pub as_of: Timestamp,
}

impl Hub {
    /// A page of the meters in place at an account's supply points, or at one of them.
    pub async fn list_meters(
        &self,
        scope: &UserScope,
        call: Call,
        (provider, account): (&ProviderId, AccountId),
        point: Option<SupplyPointId>,
        page: PageRequest,
    ) -> Result<Page<MeterInPlace>, Failure> {
        let filter = format!("{account}/{}", point.map(|point| point.to_string()).unwrap_or_default());
        let query = Query::new(&self.keys, scope, "ListMeters", filter);
        let meters = self.meters(scope, call, provider, account, point).await?;
        query.page_of_all(meters, &page, |meter| meter.id)
    }

    pub(super) async fn meters(
        &self,
        scope: &UserScope,
        call: Call,
        provider: &ProviderId,
        account: AccountId,
        point: Option<SupplyPointId>,
    ) -> Result<Vec<MeterInPlace>, Failure> {
        let account = self.proven_account(scope, call, provider, account).await?;
        let meters = in_place(&account)?;
        if let Some(point) = point
            && account.copy.as_ref().is_none_or(|copy| copy.points.iter().all(|ids| ids.point != point))
        {
            return Err(Failure::NotFound("supply point"));
        }
        Ok(meters.into_iter().filter(|meter| point.is_none_or(|point| meter.point_id == point)).collect())
    }

    /// One meter in place.
    pub(super) async fn meter(
        &self,
        scope: &UserScope,
        call: Call,
        provider: &ProviderId,
        account: AccountId,
        point: SupplyPointId,
        meter: MeterId,
    ) -> Result<MeterInPlace, Failure> {
        let meters = self.meters(scope, call, provider, account, Some(point)).await?;
        meters.into_iter().find(|in_place| in_place.id == meter).ok_or(Failure::NotFound("meter"))
    }
}

fn in_place(account: &LinkedAccount) -> Result<Vec<MeterInPlace>, Failure> {
    let copy = account.copy.as_ref().ok_or_else(|| Failure::ProviderUnavailable {
        provider: account.provider.clone(),
        retry_after: None,
        cause: crate::ports::BillingError::Unavailable { retry_after: None },
    })?;
    Ok(MeterInPlace::all_of((&account.provider, account.id, &account.external_id), copy).collect())
}

impl MeterInPlace {
    /// The meters of an account, by its provider, the hub's id and the billing system's key.
    pub(crate) fn all_of<'a>(
        (provider, account, external_account): (&'a ProviderId, AccountId, &'a ExternalId),
        copy: &'a AccountCopy,
    ) -> impl Iterator<Item = Self> + 'a {
        copy.supply_points().flat_map(move |(ids, point)| {
            ids.meters.iter().zip(&point.meters).map(move |(id, meter)| Self {
                provider: provider.clone(),
                account,
                external_account: external_account.clone(),
                point_id: ids.point,
                point: point.clone(),
                id: *id,
                meter: meter.clone(),
                as_of: copy.as_of,
            })
        })
    }
}
