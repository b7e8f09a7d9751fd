//! The documents of bills that go by mail: fetched before the mail is enqueued, or when it is sent at the latest, and
//! held against whose they are.

use std::time::Duration;

use bytes::Bytes;
use jiff::{Timestamp, civil::Date};
use komunala_domain::{Capability, ExternalId, Provider, document::PDF, invoice::DocumentHint};

use crate::{
    Hub,
    credentials::portal_key::sha256,
    invoice::has_no_document,
    ports::{
        BillingError, Call, StoreError,
        copies::{DocumentCopy, InvoiceCopy},
        problems::NewProblem,
    },
    scope::TenantScope,
};

/// How long a billing system may take for one document.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where problems of documents are met.
const SOURCE: &str = "bill_run";

/// What came of looking for a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// It is kept.
    Kept(DocumentCopy),
    /// The billing system has none and says so: the hub writes a copy.
    None,
    /// The billing system will have it later, on a day that it may name.
    Later(Option<Date>),
    /// It could not be had.
    Failed(BillingError),
    /// It is another account's: nobody gets it.
    Anothers,
}

impl Hub {
    /// The document of a bill, fetched unless it is kept already. The caller has a seat.
    pub(super) async fn bill_document(
        &self,
        scope: &TenantScope,
        bill: &InvoiceCopy,
        account: &ExternalId,
    ) -> Result<Found, StoreError> {
        if bill.invoice.document == DocumentHint::Absent {
            return Ok(Found::None);
        }
        let Ok(billing) = self.billing(&bill.provider, Capability::Documents) else { return Ok(Found::None) };
        let asked = billing.document(Call::within(PATIENCE), account, &bill.invoice.external_id, PDF).await;
        let document = match asked {
            Ok(document) => document,
            Err(BillingError::NotAvailableYet { until }) => return Ok(Found::Later(until)),
            Err(error) if has_no_document(&error) => return Ok(Found::None),
            Err(error) => return Ok(Found::Failed(error)),
        };
        let bytes = Bytes::from(document.bytes);
        let copy = DocumentCopy { sha256: sha256(&bytes), size: bytes.len() as u64, media_type: document.media_type };
        if !self.is_own_document(scope, bill, &copy).await? {
            return Ok(Found::Anothers);
        }
        // the bytes first: a row never names a document that is not there
        self.documents.put(scope, copy.sha256, bytes).await?;
        self.copies.keep_document(scope, bill.id, &copy).await?;
        Ok(Found::Kept(copy))
    }

    /// Whether a document is its own account's. One that was another's before is a problem for the operator.
    pub(super) async fn is_own_document(
        &self,
        scope: &TenantScope,
        bill: &InvoiceCopy,
        document: &DocumentCopy,
    ) -> Result<bool, StoreError> {
        let own = self.bill_runs.own_documents(scope, &[(bill.account, document.sha256)]).await?;
        if own.first().copied().unwrap_or_default() {
            return Ok(true);
        }
        let problem = NewProblem {
            source: SOURCE,
            subject: bill.invoice.external_id.to_string(),
            field: "document".to_owned(),
            detail: "is the document of another customer's bill: it was sent to nobody".to_owned(),
        };
        self.problems.record(scope, &bill.provider, &[problem], self.clock.now()).await?;
        Ok(false)
    }
}

/// The beginning of a day of a provider's.
pub(super) fn begins(provider: &Provider, day: Date) -> Option<Timestamp> {
    day.to_zoned(provider.time_zone.clone()).ok().map(|start| start.timestamp())
}
