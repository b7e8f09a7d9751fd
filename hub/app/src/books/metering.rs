//! Series and outages stand in no file that the contract knows: the adapter is asked for them, where it offers them.

use async_trait::async_trait;
use komunala_domain::{
    ExternalId,
    interval::{Selection, Series, Span},
};

use super::answers::ImportedBooks;
use crate::ports::{BillingError, Call, IntervalSource, OutageSource, billing::Part, outages::OutagePage};

#[async_trait]
impl IntervalSource for ImportedBooks {
    async fn intervals(
        &self,
        call: Call,
        account: &ExternalId,
        point: &ExternalId,
        selection: Selection,
        span: Span,
        cursor: Option<&str>,
    ) -> Result<Part<Series>, BillingError> {
        self.adapter.intervals(call, account, point, selection, span, cursor).await
    }
}

#[async_trait]
impl OutageSource for ImportedBooks {
    async fn outages(&self, call: Call, cursor: Option<&str>, size: u32) -> Result<OutagePage, BillingError> {
        self.adapter.outages(call, cursor, size).await
    }
}
