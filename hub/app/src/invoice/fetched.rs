//! Documents that a billing system answered for bills: their bytes are kept by their digest, and each is held against the
//! other accounts that it was answered for.

use bytes::Bytes;
use komunala_domain::{Document, ProviderId};

use crate::{
    Hub,
    credentials::portal_key::sha256,
    ports::{
        StoreError,
        copies::{DocumentCopy, FetchedDocument, InvoiceCopy},
        problems::NewProblem,
    },
    scope::TenantScope,
};

/// Where problems of documents are met.
const SOURCE: &str = "documents";

impl Hub {
    /// Keeps a document's bytes. They come first: a row never names a document that is not there.
    pub(crate) async fn keep_bytes(
        &self,
        scope: &TenantScope,
        document: Document,
    ) -> Result<(DocumentCopy, Bytes), StoreError> {
        let bytes = Bytes::from(document.bytes);
        let copy = DocumentCopy { sha256: sha256(&bytes), size: bytes.len() as u64, media_type: document.media_type };
        self.documents.put(scope, copy.sha256, bytes.clone()).await?;
        Ok((copy, bytes))
    }

    /// Notes documents at the bills of a provider that they were answered for; answers which are their account's own.
    ///
    /// One that was answered for another account's bill as well is noted at none, and a problem for the operator: a billing
    /// system mixed something up, and nobody can tell which of the two is wrong until it answers otherwise.
    pub(crate) async fn note_documents(
        &self,
        scope: &TenantScope,
        provider: &ProviderId,
        answered: &[(&InvoiceCopy, DocumentCopy)],
    ) -> Result<Vec<bool>, StoreError> {
        if answered.is_empty() {
            return Ok(Vec::new());
        }
        let fetched = |(bill, copy): &(&InvoiceCopy, DocumentCopy)| FetchedDocument {
            invoice: bill.id,
            account: bill.account,
            copy: copy.clone(),
        };
        let fetched: Vec<_> = answered.iter().map(fetched).collect();
        let own = self.copies.keep_documents(scope, &fetched).await?;
        let mixed_up = answered.iter().zip(&own).filter(|(_, is_own)| !**is_own);
        let problems: Vec<_> = mixed_up.map(|((bill, _), _)| mixed_up_with_anothers(bill)).collect();
        if !problems.is_empty() {
            self.problems.record(scope, provider, &problems, self.clock.now()).await?;
        }
        Ok(own)
    }
}

fn mixed_up_with_anothers(bill: &InvoiceCopy) -> NewProblem {
    NewProblem {
        source: SOURCE,
        subject: bill.invoice.external_id.to_string(),
        field: "document".to_owned(),
        detail: "was answered for another customer's bill as well: it goes to nobody, and is asked for again"
            .to_owned(),
    }
}
