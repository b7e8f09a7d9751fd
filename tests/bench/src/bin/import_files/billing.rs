//! A billing system that can be asked nothing.

use async_trait::async_trait;
use komunala_app::ports::{
    BillingError, BillingSystem, Call, FileExchange, IntervalSource, OutageSource,
    billing::{ChangeKind, ChangePage, IdempotencyKey, Part, Receipt, Told},
    outages::OutagePage,
};
use komunala_domain::{
    Balance, Capability, CapabilitySet, CustomerAccount, CustomerNumber, Document, ExternalId, Invoice, LedgerEntry,
    Period, Pin, PostalChannel, Reading, Sha256,
    interval::{Selection, Series, Span},
    payment::Payment,
    request::CustomerRequest,
};

use crate::generated::Generated;

/// A billing system that only exchanges files.
pub(crate) struct FilesOnly(pub(crate) Generated);

/// What it cannot be asked.
fn mute<T>(capability: Capability) -> Result<T, BillingError> {
    Err(BillingError::NotOffered(capability))
}

#[async_trait]
impl IntervalSource for FilesOnly {
    async fn intervals(
        &self,
        _: Call,
        _: &ExternalId,
        _: &ExternalId,
        _: Selection,
        _: Span,
        _: Option<&str>,
    ) -> Result<Part<Series>, BillingError> {
        mute(Capability::Intervals)
    }
}

#[async_trait]
impl OutageSource for FilesOnly {
    async fn outages(&self, _: Call, _: Option<&str>, _: u32) -> Result<OutagePage, BillingError> {
        mute(Capability::Outages)
    }
}

#[async_trait]
impl BillingSystem for FilesOnly {
    fn capabilities(&self) -> CapabilitySet {
        [Capability::Files].into_iter().collect()
    }

    fn digest(&self) -> Sha256 {
        Sha256([0; 32])
    }

    fn files(&self) -> Option<&dyn FileExchange> {
        Some(&self.0)
    }

    async fn verify(&self, _: Call, _: &CustomerNumber, _: &Pin) -> Result<ExternalId, BillingError> {
        mute(Capability::Customers)
    }

    async fn account(&self, _: Call, _: &ExternalId) -> Result<CustomerAccount, BillingError> {
        mute(Capability::Customers)
    }

    async fn invoices(
        &self,
        _: Call,
        _: &ExternalId,
        _: Option<Period>,
        _: Option<&str>,
    ) -> Result<Part<Invoice>, BillingError> {
        mute(Capability::Invoices)
    }

    async fn invoice(&self, _: Call, _: &ExternalId, _: &ExternalId) -> Result<Invoice, BillingError> {
        mute(Capability::Invoices)
    }

    async fn document(&self, _: Call, _: &ExternalId, _: &ExternalId, _: &str) -> Result<Document, BillingError> {
        mute(Capability::Documents)
    }

    async fn ledger(&self, _: Call, _: &ExternalId, _: Option<&str>) -> Result<Part<LedgerEntry>, BillingError> {
        mute(Capability::Ledger)
    }

    async fn balance(&self, _: Call, _: &ExternalId) -> Result<Vec<Balance>, BillingError> {
        mute(Capability::Balance)
    }

    async fn readings(
        &self,
        _: Call,
        _: &ExternalId,
        _: &ExternalId,
        _: Option<&str>,
    ) -> Result<Part<Reading>, BillingError> {
        mute(Capability::Readings)
    }

    async fn submit_reading(
        &self,
        _: Call,
        _: &ExternalId,
        _: &Reading,
        _: &IdempotencyKey,
    ) -> Result<Receipt, BillingError> {
        mute(Capability::Readings)
    }

    async fn reading_receipt(
        &self,
        _: Call,
        _: &ExternalId,
        _: &Reading,
        _: &IdempotencyKey,
    ) -> Result<Option<Receipt>, BillingError> {
        mute(Capability::Readings)
    }

    async fn delivery(&self, _: Call, _: &ExternalId) -> Result<PostalChannel, BillingError> {
        mute(Capability::Delivery)
    }

    async fn set_delivery(&self, _: Call, _: &ExternalId, _: PostalChannel) -> Result<Told, BillingError> {
        mute(Capability::Delivery)
    }

    async fn create_request(
        &self,
        _: Call,
        _: &ExternalId,
        _: &CustomerRequest,
        _: &IdempotencyKey,
    ) -> Result<ExternalId, BillingError> {
        mute(Capability::Requests)
    }

    async fn record_payment(
        &self,
        _: Call,
        _: &ExternalId,
        _: &Payment,
        _: &IdempotencyKey,
    ) -> Result<ExternalId, BillingError> {
        mute(Capability::Payments)
    }

    async fn changes(&self, _: Call, _: ChangeKind, _: Option<&str>, _: u32) -> Result<ChangePage, BillingError> {
        mute(Capability::Changes)
    }
}
