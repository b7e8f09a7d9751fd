//! The documents of bills that go by mail, as the billing system answers for them.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use futures::{StreamExt, TryStreamExt, future::ready, stream};
use jiff::{SignedDuration, Timestamp, civil::Date};
use komunala_domain::{
    Capability, ExternalId, Provider, Sha256,
    document::PDF,
    ids::{AccountId, InvoiceId},
    invoice::DocumentHint,
};
use tokio::time::{Instant, timeout_at};

use super::seats::AT_ONCE;
use crate::{
    Hub,
    invoice::has_no_document,
    ports::{
        BillingError, Call, StoreError,
        copies::{DocumentCopy, InvoiceCopy},
    },
    scope::TenantScope,
};

/// How long a billing system may take for one document.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long documents of a page are fetched. What is not there then is fetched when its mail is sent.
const FETCHING: Duration = Duration::from_secs(20);
/// How often those of a page are asked for that could not be had, or were mixed up.
const ROUNDS: usize = 5;
/// When it is looked again for what nobody knows the day of.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_mins(10);

/// A bill that goes by mail, and its account by the billing system's key.
pub(super) type Wanted<'a> = (&'a InvoiceCopy, &'a ExternalId);

/// What came of asking for a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// It was answered, and its bytes are kept. Whether it is the account's own is yet to be looked at.
    Answered(DocumentCopy),
    /// The billing system has none and says so: the hub writes a copy.
    None,
    /// The billing system will have it later, on a day that it may name.
    Later(Option<Date>),
    /// It could not be had.
    Failed(BillingError),
}

impl Hub {
    /// Fetches the documents of a page's bills. Answers which of them will be there later, and when that is to be looked at.
    /// What fails is sent later all the same: its mail fetches the document itself.
    ///
    /// What failed is asked for again before the page goes on, and not only for its own sake: that its document was given
    /// for another bill by mistake shows once it was given for its own. What came beside something that fails after all
    /// waits for the run's next walk, so that there is time for that.
    pub(super) async fn fetch_documents(
        &self,
        scope: &TenantScope,
        provider: &Provider,
        bills: Vec<Wanted<'_>>,
    ) -> Result<HashMap<InvoiceId, Timestamp>, StoreError> {
        let until = Instant::now() + FETCHING;
        let mut later = HashMap::new();
        let mut open = self.without_their_own(scope, bills).await?;
        let (mut came, mut failing) = (Vec::new(), HashSet::new());
        for _ in 0..ROUNDS {
            if open.is_empty() || Instant::now() >= until {
                break;
            }
            let (mut answered, mut again) = (Vec::new(), Vec::new());
            for (wanted @ (bill, _), asked) in self.ask_for_all(scope, provider, open, until).await? {
                failing.remove(&bill.id);
                match asked {
                    Asked::Answered(document) => answered.push((wanted, document)),
                    Asked::Later(day) => {
                        let (day, again) = (day.and_then(|day| begins(provider, day)), self.look_again());
                        later.insert(bill.id, day.map_or(again, |day| day.max(again)));
                    }
                    Asked::Failed(error) => {
                        tracing::warn!(provider = %provider.id, invoice = %bill.id, %error, "a document could not be fetched");
                        failing.insert(bill.id);
                        if may_be_asked_again(&error) {
                            again.push(wanted);
                        }
                    }
                    Asked::None => {}
                }
            }
            let given: Vec<_> = answered.iter().map(|((bill, _), document)| (*bill, document.clone())).collect();
            let own = self.note_documents(scope, &provider.id, &given).await?;
            let mixed_up = |came: &(Wanted<'_>, Sha256)| {
                given.iter().zip(&own).any(|((_, document), is_own)| !is_own && document.sha256 == came.1)
            };
            came.extend(answered.into_iter().map(|(wanted, document)| (wanted, document.sha256)));
            // those of an earlier round too that turn out to have another's
            again.extend(came.extract_if(.., |came| mixed_up(came)).map(|(wanted, _)| wanted));
            open = again;
        }
        if !failing.is_empty() || !open.is_empty() {
            later.extend(came.into_iter().map(|((bill, _), _)| (bill.id, self.look_again())));
        }
        Ok(later)
    }

    /// Asks for documents, some at a time. What has not come until then is not among the answers.
    async fn ask_for_all<'a>(
        &self,
        scope: &TenantScope,
        provider: &Provider,
        bills: Vec<Wanted<'a>>,
        until: Instant,
    ) -> Result<Vec<(Wanted<'a>, Asked)>, StoreError> {
        let ask = |wanted: Wanted<'a>| async move {
            let (bill, account) = wanted;
            let asked = async {
                let _seat = self.document_seats.wait(&provider.id).await;
                self.ask_for_document(scope, bill, account).await
            };
            Some(timeout_at(until, asked).await.ok()?.map(|asked| (wanted, asked)))
        };
        let questions: Vec<_> = bills.into_iter().map(ask).collect();
        stream::iter(questions).buffered(AT_ONCE).filter_map(ready).try_collect().await
    }

    /// Those of the bills whose documents are not kept, or were given for another account's bill as well.
    async fn without_their_own<'a>(
        &self,
        scope: &TenantScope,
        bills: Vec<Wanted<'a>>,
    ) -> Result<Vec<Wanted<'a>>, StoreError> {
        let kept = |(bill, _): &Wanted<'_>| Some((bill.account, bill.document.as_ref()?.sha256));
        let documents: Vec<(AccountId, _)> = bills.iter().filter_map(kept).collect();
        let mut own = self.copies.own_documents(scope, &documents).await?.into_iter();
        let mut is_missing = |wanted: &Wanted<'a>| kept(wanted).is_none() || own.next() != Some(true);
        Ok(bills.into_iter().filter(|wanted| is_missing(wanted)).collect())
    }

    /// When it is looked again for what nobody knows the day of.
    pub(super) fn look_again(&self) -> Timestamp {
        self.clock.now().checked_add(LOOK_AGAIN).unwrap_or(Timestamp::MAX)
    }

    /// Asks for the document of a bill. The caller has a seat.
    pub(super) async fn ask_for_document(
        &self,
        scope: &TenantScope,
        bill: &InvoiceCopy,
        account: &ExternalId,
    ) -> Result<Asked, StoreError> {
        if bill.invoice.document == DocumentHint::Absent {
            return Ok(Asked::None);
        }
        let Ok(billing) = self.billing(&bill.provider, Capability::Documents) else { return Ok(Asked::None) };
        match billing.document(Call::within(PATIENCE), account, &bill.invoice.external_id, PDF).await {
            Ok(document) => Ok(Asked::Answered(self.keep_bytes(scope, document).await?.0)),
            Err(BillingError::NotAvailableYet { until }) => Ok(Asked::Later(until)),
            Err(error) if has_no_document(&error) => Ok(Asked::None),
            Err(error) => Ok(Asked::Failed(error)),
        }
    }
}

/// Whether there is any use in asking once more at once: not of whoever said when, or is left alone.
fn may_be_asked_again(error: &BillingError) -> bool {
    !matches!(
        error,
        BillingError::Unavailable { retry_after: Some(_) }
            | BillingError::RateLimited { .. }
            | BillingError::BreakerOpen { .. }
            | BillingError::Overloaded
    )
}

/// The beginning of a day of a provider's.
pub(super) fn begins(provider: &Provider, day: Date) -> Option<Timestamp> {
    day.to_zoned(provider.time_zone.clone()).ok().map(|start| start.timestamp())
}
