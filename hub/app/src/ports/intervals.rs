//! Series of measured values: where they come from, and the hub's copy of them.

use async_trait::async_trait;
use jiff::{Timestamp, civil::Date};
use komunala_domain::{
    Capability, ExternalId,
    ids::{AccountId, SupplyPointId},
    interval::{Selection, Series, Span},
};

use super::{BillingError, Call, StoreError, billing::Part};
use crate::scope::{TenantScope, UserScope};

/// What a billing system says of measured values. They are within the span that was asked for, sorted, each moment of
/// a series once, and not below zero.
#[async_trait]
pub trait IntervalSource: Send + Sync + 'static {
    /// The series of a supply point of the account, over at most 400 days. A series may go on in a later part.
    async fn intervals(
        &self,
        _call: Call,
        _account: &ExternalId,
        _point: &ExternalId,
        _selection: Selection,
        _span: Span,
        _cursor: Option<&str>,
    ) -> Result<Part<Series>, BillingError> {
        Err(BillingError::NotOffered(Capability::Intervals))
    }
}

/// What was measured on one day, as the billing system said it at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntervalDay {
    /// The day in the provider's zone: amounts belong to the day in which they end, midnight included, and a state to
    /// the day that it is of.
    pub day: Date,
    /// All series of the day; none where nothing has arrived.
    pub series: Vec<Series>,
    /// When the billing system said so.
    pub as_of: Timestamp,
}

/// The copies of measured values of a tenant, by supply point, selection and day.
#[async_trait]
pub trait Intervals: Send + Sync {
    /// The days from `first` to `last`, both included, that the hub has of a supply point of an account that the user
    /// has linked, oldest first.
    async fn days(
        &self,
        scope: &UserScope,
        point: SupplyPointId,
        selection: Selection,
        first: Date,
        last: Date,
    ) -> Result<Vec<IntervalDay>, StoreError>;

    /// Replaces days whole, unless the hub has a later word on one: values that are no longer said are gone.
    async fn keep_days(
        &self,
        scope: &TenantScope,
        account: AccountId,
        point: SupplyPointId,
        selection: Selection,
        days: &[IntervalDay],
    ) -> Result<(), StoreError>;
}
