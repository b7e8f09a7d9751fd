//! Interruptions of supply: those at a user's supply points, out of what networks and operators announce, and telling
//! whoever subscribed to them.

mod refresh;
mod tell;

use komunala_domain::{Capability, ProviderId, ids::SupplyPointId};

use crate::{
    Hub,
    failure::Failure,
    page::{Page, PageRequest, Query, TimeAndId},
    ports::{
        Call,
        accounts::{AccountFilter, LinkedAccount},
        outages::{ConcernedPoints, OutageCopy, OutageCursor},
    },
    scope::UserScope,
};

/// The most accounts of a user that are looked at.
const MOST_ACCOUNTS: u32 = 1000;

/// Asks for outages.
#[derive(Debug)]
pub struct ListOutages {
    /// At which accounts' supply points.
    pub accounts: AccountFilter,
    /// At which of them, if not at all.
    pub point: Option<SupplyPointId>,
    /// Which page.
    pub page: PageRequest,
}

impl Hub {
    /// A page of the outages that concern the user's supply points, the latest to begin first. A provider that could
    /// not be asked and has no copy that is young enough is named.
    pub async fn list_outages(
        &self,
        scope: &UserScope,
        call: Call,
        request: ListOutages,
    ) -> Result<Page<OutageCopy>, Failure> {
        let filter = format!("{:?} {:?}", request.accounts, request.point);
        let query = Query::new(&self.keys, scope, "ListOutages", filter);
        let after = query.after(&request.page.token)?.map(|TimeAndId { time, id }| OutageCursor { start: time, id });
        let (mut accounts, mut unreachable) =
            self.young_accounts(scope, call, &request.accounts, None, MOST_ACCOUNTS).await?;
        accounts.retain(|account| !account.is_suspended);
        if let (AccountFilter::One(provider, account), true) = (&request.accounts, accounts.is_empty()) {
            self.provider(scope.portal(), provider)?;
            return Err(self.why_not(scope, provider, *account).await);
        }
        let points = concerned(&accounts, request.point);
        if let AccountFilter::One(provider, _) = &request.accounts {
            self.provider(scope.portal(), provider)?;
            if request.point.is_some() && points.iter().all(|points| points.numbers.is_empty()) {
                return Err(Failure::NotFound("supply point"));
            }
        }
        // where no system announces any, what an operator announces here is all there is
        let announcing = points.iter().filter(|points| self.billing(&points.provider, Capability::Outages).is_ok());
        for points in announcing {
            if let Err(failure) = self.young_outages(scope.tenant(), call, &points.provider).await {
                if matches!(request.accounts, AccountFilter::One(..)) {
                    return Err(failure);
                }
                unreachable.push(points.provider.clone());
            }
        }
        unreachable.sort();
        unreachable.dedup();

        let limit = request.page.limit();
        let items = self.outages.outages_at(scope.tenant(), &points, after, limit + 1).await?;
        let page = query.page(items, limit, |copy| TimeAndId { time: copy.outage.start, id: copy.id });
        Ok(Page { unreachable, ..page })
    }
}

/// The printed numbers of the supply points, by provider.
fn concerned(accounts: &[LinkedAccount], only: Option<SupplyPointId>) -> Vec<ConcernedPoints> {
    let mut concerned: Vec<ConcernedPoints> = Vec::new();
    for account in accounts {
        let copy = account.copy.iter().flat_map(|copy| copy.supply_points());
        let wanted = copy.filter(|(ids, _)| only.is_none_or(|only| ids.point == only));
        let numbers = wanted.map(|(_, point)| point.point_number.clone());
        let of_provider = |provider: &ProviderId| concerned.iter().position(|points| points.provider == *provider);
        match of_provider(&account.provider) {
            Some(place) => concerned[place].numbers.extend(numbers),
            None => {
                let numbers = numbers.collect();
                concerned.push(ConcernedPoints { provider: account.provider.clone(), numbers });
            }
        }
    }
    concerned
}
