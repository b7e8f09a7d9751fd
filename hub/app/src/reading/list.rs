//! The readings of a meter, newest first.

use komunala_domain::{
    Capability, ProviderId,
    ids::{AccountId, MeterId, SupplyPointId},
};

use crate::{
    Hub,
    failure::Failure,
    page::{Page, PageRequest, Query, cut},
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
        let after = query.position(&page.token)?.map(|position| parse_cursor(&position)).transpose()?;
        self.billing(provider, Capability::Readings)?;
        self.meter(scope, call, provider, account, point, meter).await?;
        self.young_copy(scope, call, provider, account, CopyKind::Readings, Capability::Readings).await?;
        let limit = page.limit();
        let mut items = self.readings.list(scope, meter, after, limit + 1).await?;
        let next = cut(&mut items, limit, |copy: &ReadingCopy| format!("{} {}", copy.reading.date, copy.id));
        let next_token = next.map(|position| query.token(&position)).unwrap_or_default();
        Ok(Page { items, next_token, unreachable: Vec::new() })
    }
}

fn parse_cursor(position: &str) -> Result<ReadingCursor, Failure> {
    let parse = || {
        let (date, id) = position.split_once(' ')?;
        Some(ReadingCursor { date: date.parse().ok()?, id: id.parse().ok()? })
    };
    parse().ok_or(Failure::PageTokenInvalid)
}
