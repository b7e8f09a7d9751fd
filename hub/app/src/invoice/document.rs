//! The document of an invoice in the forms that there are: the billing system's bytes, fetched once and kept by their
//! digest. Where it has no PDF, an informative copy.

use bytes::Bytes;
use komunala_domain::{
    Capability, ProviderId,
    document::PDF,
    ids::{AccountId, InvoiceId},
    invoice::DocumentHint,
};

use crate::{
    Hub,
    credentials::portal_key::sha256,
    failure::Failure,
    ports::{
        BillingError, Call,
        billing::FieldProblem,
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
    /// The hub wrote it, because the billing system has no such document.
    pub is_informative: bool,
}

impl Hub {
    /// The document of an invoice in a form by its media type; the PDF where nobody says.
    ///
    /// A billing system that cannot be asked may have a document, so nothing takes its place then: an informative copy is
    /// for bills of which it says that it has none.
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
        self.require_shown(&found)?;
        let media_type = media_type.unwrap_or(PDF);
        let known = match media_type {
            PDF => found.document.take(),
            other => self.copies.document(scope.tenant(), found.id, other).await?,
        };
        if let Some(copy) = known
            && self.copies.own_documents(scope.tenant(), &[(account, copy.sha256)]).await? == [true]
            && let Some(bytes) = self.documents.get(scope.tenant(), copy.sha256).await?
        {
            return Ok(InvoiceDocument { copy, bytes, is_informative: false });
        }
        match self.fetch_document(scope, call, &found, &age, media_type).await? {
            Some(document) => Ok(document),
            None => Box::pin(self.copy_of(scope, call, &found)).await,
        }
    }

    /// The billing system's own document; `None` where it has no PDF.
    async fn fetch_document(
        &self,
        scope: &UserScope,
        call: Call,
        found: &InvoiceCopy,
        CopyAge { provider, external_id, .. }: &CopyAge,
        media_type: &str,
    ) -> Result<Option<InvoiceDocument>, Failure> {
        let has_none = media_type == PDF && found.invoice.document == DocumentHint::Absent;
        let billing = match self.billing(provider, Capability::Documents) {
            Ok(_) if has_none => return Ok(None),
            Ok(billing) => billing,
            Err(_) if media_type == PDF => return Ok(None),
            Err(not_offered) => return Err(not_offered),
        };
        let document = match billing.document(call, external_id, &found.invoice.external_id, media_type).await {
            Ok(document) => document,
            Err(error) if media_type == PDF && has_no_document(&error) => return Ok(None),
            Err(BillingError::Rejected { fields }) if is_not_offered(&fields) => {
                return Err(Failure::NotOffered(Capability::Documents));
            }
            Err(error) => return Err(Failure::of_billing(provider, "document", error)),
        };
        let (copy, bytes) = self.keep_bytes(scope.tenant(), document).await?;
        if self.note_documents(scope.tenant(), provider, &[(found, copy.clone())]).await? != [true] {
            let mixed_up = "gave a document that it gave for another customer's bill as well".to_owned();
            return Err(Failure::of_billing(provider, "document", BillingError::Upstream { detail: mixed_up }));
        }
        Ok(Some(InvoiceDocument { copy, bytes, is_informative: false }))
    }

    /// An informative copy. It is not kept: whatever stands on it the hub has already, and the day on which the billing
    /// system has a document after all it must not be in the way.
    async fn copy_of(&self, scope: &UserScope, call: Call, found: &InvoiceCopy) -> Result<InvoiceDocument, Failure> {
        let bytes = Bytes::from(self.informative_copy(scope, call, found).await?);
        let copy = DocumentCopy { sha256: sha256(&bytes), size: bytes.len() as u64, media_type: PDF.to_owned() };
        Ok(InvoiceDocument { copy, bytes, is_informative: true })
    }
}

/// Whether a billing system says that there is no document, rather than that it cannot give it now.
pub(crate) fn has_no_document(error: &BillingError) -> bool {
    match error {
        BillingError::NotFound => true,
        BillingError::Rejected { fields } => is_not_offered(fields),
        _ => false,
    }
}

fn is_not_offered(fields: &[FieldProblem]) -> bool {
    fields.iter().any(|field| field.code == "not-offered")
}
