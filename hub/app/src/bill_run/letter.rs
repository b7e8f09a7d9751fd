//! The letter that a bill goes with, written when it is sent: nothing of it stands in the queue.

use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use komunala_domain::{
    BillDelivery, CustomerAccount, ExternalId, Invoice, Language, Provider,
    document::PDF,
    ids::{InvoiceId, LinkId},
};

use super::documents::{Asked, begins};
use crate::{
    Hub,
    credentials::portal_key::sha256,
    invoice::{Copied, DrawnCode, WantedCode, write_sheet},
    ports::{
        bill_runs::MailedBill,
        bill_sheets::PrintedPoint,
        code_images::ImageFormat,
        copies::DocumentCopy,
        letters::{BillCode, BillLetter, ComposeError, Composed, Enclosure, InlineImage, LetterContent},
        outbox::Claimed,
    },
    scope::TenantScope,
};

/// What the picture of the payment code is called within its mail.
const CODE: &str = "payment-code";

impl Hub {
    /// The letter of a bill, for whoever has its account by a link. Whose bill it is follows from the link alone, and the
    /// document from the bill; a link that does not count any more, or wants paper by now, gets nothing.
    pub(crate) async fn bill_letter(
        &self,
        claimed: &Claimed,
        provider: &Arc<Provider>,
        invoice: InvoiceId,
        link: LinkId,
    ) -> Result<Composed, ComposeError> {
        let scope = TenantScope::new(claimed.tenant.clone());
        let found = self.bill_runs.mailed_bill(&scope, link, invoice).await?;
        let is_wanted = |bill: &MailedBill| bill.delivery != BillDelivery::Paper && bill.copy.provider == provider.id;
        let bill = found.filter(is_wanted).ok_or(ComposeError::Pointless)?;
        let language = claimed.message.language;
        let today = self.today(provider);
        if let Some(day) = bill.copy.invoice.awaited(today) {
            return Err(not_yet(begins(provider, day), "the bill is not out yet"));
        }
        let (enclosure, is_informative) = self.enclosed(&scope, claimed, provider, &bill).await?;
        let asked = &bill.copy.invoice;
        let payable = asked.payable(today, None).ok();
        let code = payable.and_then(|_| self.code_of(provider, asked));
        let pay_link = payable.and_then(|_| self.bill_uri(&claimed.tenant, invoice, link, language));
        let unsubscribe = self.unsubscribe_uri(&scope, &bill);
        let text = code.as_ref().map(|code| code.code.payload.clone());
        let letter = self.letters.write(
            &provider.letter_texts,
            language,
            &LetterContent::Bill(BillLetter {
                provider_name: &provider.display_name,
                issuer_name: asked.issuer.as_ref().and_then(|issuer| issuer.name.as_deref()),
                number: &asked.number,
                period: asked.period,
                total: asked.total,
                payable,
                parts: if asked.installments.len() > 1 { &asked.installments } else { &[] },
                pay_link: pay_link.as_deref(),
                code: text.as_deref().map(|text| BillCode { content_id: CODE, text }),
                instruction: payable.and(asked.payment.as_ref()),
                is_informative,
                unsubscribe: unsubscribe.as_deref(),
            }),
        )?;
        let images = code.map(|code| InlineImage {
            content_id: CODE.to_owned(),
            media_type: code.media_type.to_owned(),
            bytes: code.image,
        });
        Ok(Composed {
            enclosures: vec![enclosure],
            images: images.into_iter().collect(),
            unsubscribe,
            ..Composed::plain(letter, provider.display_name.as_str())
        })
    }

    /// The code that pays a bill; a bill that makes none can still be paid by what stands in the letter.
    fn code_of(&self, provider: &Provider, bill: &Invoice) -> Option<DrawnCode> {
        let wanted = WantedCode { format: ImageFormat::Png, scheme: None, installment: None };
        self.drawn_code(provider, bill, wanted).ok()
    }

    fn unsubscribe_uri(&self, scope: &TenantScope, bill: &MailedBill) -> Option<String> {
        let at = self.pages_at.as_ref()?;
        Some(format!("{at}/u/{}", self.unsubscribe_token(scope, bill.user, bill.copy.account)))
    }

    /// The document that goes with a bill, and whether the hub wrote it.
    async fn enclosed(
        &self,
        scope: &TenantScope,
        claimed: &Claimed,
        provider: &Arc<Provider>,
        bill: &MailedBill,
    ) -> Result<(Enclosure, bool), ComposeError> {
        let number = &bill.copy.invoice.number;
        let kept = |copy: DocumentCopy| Enclosure {
            digest: copy.sha256,
            size: copy.size,
            name: format!("{number}.pdf"),
            media_type: copy.media_type,
            bytes: None,
        };
        if let Some(document) = self.kept_document(scope, claimed, bill).await? {
            return Ok((kept(document), false));
        }
        let _seat = self.document_seats.take(&provider.id).ok_or(ComposeError::Busy)?;
        match self.ask_for_document(scope, &bill.copy, &bill.external_account).await? {
            Asked::Answered(document) => {
                // it goes with the next try: what is being asked for at this moment may come to the same document
                let own = self.note_documents(scope, &provider.id, &[(&bill.copy, document)]).await?;
                Err(not_yet(
                    None,
                    match own[..] {
                        [true] => "the document came just now",
                        _ => "the billing system gave the document of another bill",
                    },
                ))
            }
            Asked::None => {
                let bytes = self.copy_of_bill(claimed.message.language, provider, bill).await?;
                let (digest, size) = (sha256(&bytes), bytes.len() as u64);
                let name = format!("{number}.pdf");
                let media_type = PDF.to_owned();
                Ok((Enclosure { digest, size, name, media_type, bytes: Some(bytes) }, true))
            }
            Asked::Later(until) => {
                Err(not_yet(until.and_then(|day| begins(provider, day)), "the document is not there yet"))
            }
            Asked::Failed(error) => Err(not_yet(None, &format!("the document cannot be fetched: {error}"))),
        }
    }

    /// The document that is kept of a bill, if it is the bill's. After a first try in vain it is looked whether its bytes
    /// are there.
    async fn kept_document(
        &self,
        scope: &TenantScope,
        claimed: &Claimed,
        bill: &MailedBill,
    ) -> Result<Option<DocumentCopy>, ComposeError> {
        let Some(document) = bill.copy.document.clone() else { return Ok(None) };
        if self.copies.own_documents(scope, &[(bill.copy.account, document.sha256)]).await? != [true] {
            return Ok(None);
        }
        let is_there = claimed.tries <= 1 || self.documents.get(scope, document.sha256).await?.is_some();
        Ok(is_there.then_some(document))
    }

    /// An informative copy, without what was used before: that is for whoever looks at the bill in a portal.
    async fn copy_of_bill(
        &self,
        language: Language,
        provider: &Arc<Provider>,
        bill: &MailedBill,
    ) -> Result<Bytes, ComposeError> {
        let (invoice, account) = (bill.copy.invoice.clone(), bill.account.clone());
        let points = invoice.supply_points.iter().map(|point| printed(point, account.as_ref())).collect();
        let copied = Copied { invoice, account, points, charts: Vec::new() };
        let language = provider.language_for(language);
        let written = write_sheet(self.bill_sheets.clone(), provider.clone(), language, copied).await;
        written.map(Bytes::from).map_err(|error| not_yet(None, &error.to_string()))
    }
}

fn printed(named: &ExternalId, account: Option<&CustomerAccount>) -> PrintedPoint {
    let points = account.map_or(&[][..], |account| &account.supply_points);
    match points.iter().find(|point| point.external_id == *named) {
        Some(point) => PrintedPoint { number: point.point_number.clone(), address: point.address.clone() },
        None => PrintedPoint { number: named.to_string(), address: None },
    }
}

fn not_yet(until: Option<Timestamp>, why: &str) -> ComposeError {
    ComposeError::NotYet { until, why: why.to_owned() }
}
