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
        copies::{CopyAge, DocumentCopy, InvoiceCopy},
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
        let (found, age) = self.invoice_and_age(scope, call, provider, account, invoice).await?;
        if let Some(copy) = &found.document
            && let Some(bytes) = self.documents.get(scope.tenant(), copy.sha256).await?
        {
            return Ok(InvoiceDocument { copy: copy.clone(), bytes });
        }
        self.fetch_document(scope, call, &found, &age).await
    }

    async fn fetch_document(
        &self,
        scope: &UserScope,
        call: Call,
        found: &InvoiceCopy,
        CopyAge { provider, external_id, .. }: &CopyAge,
    ) -> Result<InvoiceDocument, Failure> {
        let document = self
            .billing(provider, Capability::Documents)?
            .document(call, external_id, &found.invoice.external_id)
            .await
            .map_err(|error| Failure::of_billing(provider, "document", error))?;
        let bytes = Bytes::from(document.bytes);
        let copy = DocumentCopy { sha256: sha256(&bytes), size: bytes.len() as u64, media_type: document.media_type };
        // the bytes first: a row never names a document that is not there
        self.documents.put(scope.tenant(), copy.sha256, bytes.clone()).await?;
        self.copies.keep_document(scope.tenant(), found.id, &copy).await?;
        Ok(InvoiceDocument { copy, bytes })
    }
}
