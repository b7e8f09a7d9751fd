//! What the mails say.

use async_trait::async_trait;
use komunala_app::ports::{
    letters::{Compose, ComposeError, Composed, Letter},
    outbox::{Claimed, Content},
};
use komunala_domain::Sha256;

use crate::mails;

/// Bills with one of some documents each, and letters with a code.
pub(super) struct Letters {
    documents: Vec<Sha256>,
    size: usize,
}

impl Letters {
    pub(super) fn new(documents: Vec<Sha256>, size: usize) -> Self {
        Self { documents, size }
    }
}

#[async_trait]
impl Compose for Letters {
    async fn compose(&self, claimed: &Claimed) -> Result<Composed, ComposeError> {
        if let Content::Bill { .. } = claimed.message.content {
            // the same at every attempt
            let [.., last] = claimed.message.id.uuid().into_bytes();
            return Ok(mails::bill(self.documents[usize::from(last) % self.documents.len()], self.size));
        }
        let letter = Letter {
            subject: "Potvrdite adresu e-pošte".to_owned(),
            text: "Vaš kod: 1234 5678\n".to_owned(),
            html: "<p>Vaš kod: 1234 5678</p>".to_owned(),
        };
        Ok(Composed::plain(letter, "Water"))
    }
}
