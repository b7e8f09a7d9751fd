//! The document of an invoice in the forms that there are: the billing system's bytes, fetched once, kept by their
//! digest.

use bytes::Bytes;
use komunala_domain::{
    Capability, ProviderId,
    document::PDF,
    ids::{AccountId, InvoiceId},
};

use crate::{
    Hub,
    credentials::portal_key::sha256,
    failure::Failure,
    ports::{
        BillingError, Call,
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
    /// The document of an invoice in a form by its media type; the PDF where nobody says.
    pub async fn download_invoice(
        &self,
        scope: &UserScope,
        call: Call,
        provider: &ProviderId,
        account: AccountId,
        invoice: InvoiceId,
        media_type: Option<&str>,
    ) -> Result<InvoiceDocument, Failure> {
        let (mut found, age) = self.invoice_and_age(scope, call, provider, account, invoice).await?;
        let media_type = media_type.unwrap_or(PDF);
        let known = match media_type {
            PDF => found.document.take(),
            other => self.copies.document(scope.tenant(), found.id, other).await?,
        };
        if let Some(copy) = known
            && let Some(bytes) = self.documents.get(scope.tenant(), copy.sha256).await?
        {
            return Ok(InvoiceDocument { copy, bytes });
        }
        self.fetch_document(scope, call, &found, &age, media_type).await
    }

    async fn fetch_document(
        &self,
        scope: &UserScope,
        call: Call,
        found: &InvoiceCopy,
        CopyAge { provider, external_id, .. }: &CopyAge,
        media_type: &str,
    ) -> Result<InvoiceDocument, Failure> {
        let document = self
            .billing(provider, Capability::Documents)?
            .document(call, external_id, &found.invoice.external_id, media_type)
            .await
            .map_err(|error| match error {
                BillingError::Rejected { fields } if fields.iter().any(|field| field.code == "not-offered") => {
                    Failure::NotOffered(Capability::Documents)
                }
                error => Failure::of_billing(provider, "document", error),
            })?;
        let bytes = Bytes::from(document.bytes);
        let copy = DocumentCopy { sha256: sha256(&bytes), size: bytes.len() as u64, media_type: document.media_type };
        // the bytes first: a row never names a document that is not there
        self.documents.put(scope.tenant(), copy.sha256, bytes.clone()).await?;
        self.copies.keep_document(scope.tenant(), found.id, &copy).await?;
        Ok(InvoiceDocument { copy, bytes })
    }
}
