//! The ports of series and outages, function by function.

use async_trait::async_trait;
use komunala_app::ports::{BillingError, Call, IntervalSource, OutageSource, billing::Part, outages::OutagePage};
use komunala_domain::{
    Capability, ExternalId,
    interval::{Selection, Series, Span},
};

use super::{Adapter, Operation, Tries, asking, billing_system::ask};
use crate::answer::{
    self,
    interval::{Asked, wire_instant, wire_selection},
};

#[async_trait]
impl IntervalSource for Adapter {
    async fn intervals(
        &self,
        call: Call,
        account: &ExternalId,
        point: &ExternalId,
        selection: Selection,
        span: Span,
        cursor: Option<&str>,
    ) -> Result<Part<Series>, BillingError> {
        let (first, last) = (wire_instant(span.first), wire_instant(span.last));
        let cursor = cursor.map(str::to_owned);
        ask!(self, call, Intervals: Intervals intervals.komunala_adapter_intervals.call_list_intervals(
            &asking::id(account), &asking::id(point), wire_selection(selection), first, last, cursor.as_ref())
        => |page| {
            self.check_rows(page.items.iter().map(|series| 1 + series.values.len()).sum())?;
            Ok(answer::interval::page(page, &Asked { point, selection, span })?)
        })
    }
}

#[async_trait]
impl OutageSource for Adapter {
    async fn outages(&self, call: Call, cursor: Option<&str>, size: u32) -> Result<OutagePage, BillingError> {
        let (size, cursor) = (asking::bulk_size(size), cursor.map(str::to_owned));
        ask!(self, call, Outages: Outages outages.komunala_adapter_outages.call_outages_since(cursor.as_ref(), size)
            => |page| Ok(answer::outage::page(page, size.into())?))
    }
}
