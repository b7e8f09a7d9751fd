//! The readings of a meter, or of all that a supply point has had, newest first.

use komunala_domain::{
    Capability, ProviderId,
    ids::{AccountId, SupplyPointId},
};

use crate::{
    Hub,
    failure::Failure,
    page::{Page, PageRequest, Query, TimeAndId},
    ports::{
        Call,
        copies::CopyKind,
        readings::{ReadingCopy, ReadingCursor, ReadingsOf},
    },
    scope::UserScope,
};

impl Hub {
    /// A page of readings: what the billing system knows and what is on its way there, whoever read the meter. Those of a
    /// supply point are of all its meters, the replaced ones among them.
    pub async fn list_readings(
        &self,
        scope: &UserScope,
        call: Call,
        (provider, account, point): (&ProviderId, AccountId, SupplyPointId),
        of: ReadingsOf,
        page: PageRequest,
    ) -> Result<Page<ReadingCopy>, Failure> {
        let whose = match of {
            ReadingsOf::Meter(meter) => meter.to_string(),
            ReadingsOf::Point(_) => "-".to_owned(),
        };
        let query = Query::new(&self.keys, scope, "ListReadings", format!("{account}/{point}/{whose}"));
        let after = query.after(&page.token)?.map(|TimeAndId { time, id }| ReadingCursor { date: time, id });
        self.billing(provider, Capability::Readings)?;
        match of {
            ReadingsOf::Meter(meter) => {
                self.meter(scope, call, provider, account, point, meter).await?;
            }
            ReadingsOf::Point(_) => {
                self.place(scope, call, (provider, account, point)).await?;
            }
        }
        self.young_copy(scope, call, provider, account, CopyKind::Readings).await?;
        let limit = page.limit();
        let items = self.readings.list(scope, of, after, limit + 1).await?;
        Ok(query.page(items, limit, |copy| TimeAndId { time: copy.reading.date, id: copy.id }))
    }
}
