//! The legal document of an invoice: the billing system's bytes, fetched once, kept by their digest.

use bytes::Bytes;
use komunala_domain::{
    Capability, ProviderId,
    ids::{AccountId, InvoiceId},
};

use crate::{
    Hub,
    credentials::portal_key::sha256,
    failure::Failure,
    ports::{
        Call,
        copies::{DocumentCopy, InvoiceCopy},
    },
    scope::UserScope,
};

/// A document and what it is.
#[derive(Debug, Clone)]
pub struct InvoiceDocument {
    /// Its digest, length and media type.
    pub copy: DocumentCopy,
    /// Its bytes.
    pub bytes: Bytes,
}

impl Hub {
    /// The document of an invoice.
    pub async fn download_invoice(
        &self,
        scope: &UserScope,
        call: Call,
        provider: &ProviderId,
        account: AccountId,
        invoice: InvoiceId,
    ) -> Result<InvoiceDocument, Failure> {
        let found = self.get_invoice(scope, call, provider, account, invoice).await?;
        if let Some(copy) = &found.document
            && let Some(bytes) = self.documents.get(scope.tenant(), copy.sha256).await?
        {
            return Ok(InvoiceDocument { copy: copy.clone(), bytes });
        }
        self.fetch_document(scope, call, &found).await
    }

    async fn fetch_document(
        &self,
        scope: &UserScope,
        call: Call,
        found: &InvoiceCopy,
    ) -> Result<InvoiceDocument, Failure> {
        let billing = self.billing(&found.provider, Capability::Documents)?;
        let filter = crate::ports::accounts::AccountFilter::One(found.provider.clone(), found.account);
        let ages = self.copies.ages(scope, &filter, crate::ports::copies::CopyKind::Invoices).await?;
        let account = ages.into_iter().next().ok_or(Failure::NotFound("account"))?.external_id;
        let document = billing
            .document(call, &account, &found.invoice.external_id)
            .await
            .map_err(|error| Failure::of_billing(&found.provider, "document", error))?;
        let bytes = Bytes::from(document.bytes);
        let copy = DocumentCopy { sha256: sha256(&bytes), size: bytes.len() as u64, media_type: document.media_type };
        // the bytes first: a row never names a document that is not there
        self.documents.put(scope.tenant(), copy.sha256, bytes.clone()).await?;
        self.copies.keep_document(scope.tenant(), found.id, &copy).await?;
        Ok(InvoiceDocument { copy, bytes })
    }
}
