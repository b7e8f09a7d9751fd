//! The readings of a meter, newest first.

use komunala_domain::{
    Capability, ProviderId,
    ids::{AccountId, MeterId, SupplyPointId},
};

use crate::{
    Hub,
    failure::Failure,
    page::{Page, PageRequest, Query, TimeAndId},
    ports::{
        Call,
        copies::CopyKind,
        readings::{ReadingCopy, ReadingCursor},
    },
    scope::UserScope,
};

impl Hub {
    /// A page of a meter's readings: what the billing system knows and what is on its way there.
    pub async fn list_readings(
        &self,
        scope: &UserScope,
        call: Call,
        (provider, account, point, meter): (&ProviderId, AccountId, SupplyPointId, MeterId),
        page: PageRequest,
    ) -> Result<Page<ReadingCopy>, Failure> {
        let query = Query::new(&self.keys, scope, "ListReadings", format!("{account}/{point}/{meter}"));
        let after = query.after(&page.token)?.map(|TimeAndId { time, id }| ReadingCursor { date: time, id });
        self.billing(provider, Capability::Readings)?;
        self.meter(scope, call, provider, account, point, meter).await?;
        self.young_copy(scope, call, provider, account, CopyKind::Readings).await?;
        let limit = page.limit();
        let items = self.readings.list(scope, meter, after, limit + 1).await?;
        Ok(query.page(items, limit, |copy| TimeAndId { time: copy.reading.date, id: copy.id }))
    }
}
