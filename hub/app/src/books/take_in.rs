//! Taking in one file: a portion and the cursor behind it in one transaction, the next portion read meanwhile.

use std::time::Duration;

use super::{
    exchange::SOURCE,
    keys::{About, BookKeys, RowKey},
    row::{BillRow, CustomerRow, PaymentRow, Row},
    verifier::WrappedVerifier,
};
use crate::{
    Hub,
    feed::{FeedReport, of_bad_record, of_refusal},
    ports::{
        BillingError, Call, FileExchange, StoreError,
        feeds::Turn,
        files::{AcknowledgedWrite, Acknowledgement, FileContent, FileRow, ListedFile, Portion},
        imports::{DeliveryAnswer, RefusedRequest, SealedPortion, Taking},
        problems::NewProblem,
    },
    scope::TenantScope,
};

/// How long a portion may take: the first one checks the whole file.
const PATIENCE: Duration = Duration::from_secs(10 * 60);

/// What became of a file.
pub(super) enum Taken {
    /// It counts.
    Done,
    /// It does not fit and was refused whole.
    Refused,
    /// It is another one by now, or none.
    Gone,
    /// It could not be read to its end; the next turn goes on there.
    Failed(BillingError),
    /// Another replica has the turn by now.
    TurnLost,
}

impl Hub {
    /// Takes in a file from where it was left. `horizon` is the highest place of all files that are there.
    #[allow(clippy::too_many_arguments, reason = "whose turn it is, where to read, under which keys, and what of it")]
    pub(super) async fn take_in(
        &self,
        scope: &TenantScope,
        turn: &Turn,
        files: &dyn FileExchange,
        keys: &BookKeys,
        file: &ListedFile,
        horizon: u64,
        report: &mut FeedReport,
    ) -> Result<Taken, StoreError> {
        let Some(mut taking) = self.imports.begin(scope, turn, file, self.clock.now()).await? else {
            return Ok(Taken::TurnLost);
        };
        let row_key = keys.of_file(taking.import);
        let read = async |since: Option<String>| {
            let portion = files.read_file(Call::within(PATIENCE), file, since.as_deref(), self.feed.page);
            self.holding(scope, turn, portion).await
        };
        let mut portion = read(taking.cursor.clone()).await;
        loop {
            let current = match portion {
                None => return Ok(Taken::TurnLost),
                Some(Ok(portion)) => portion,
                Some(Err(error)) => return self.give_up(scope, turn, &taking, file, error, report).await,
            };
            let next = current.next.clone();
            let sealed = SealedPortion { horizon, ..seal(keys, &row_key, current) };
            report.records += sealed.rows.len() as u64;
            report.problems += sealed.problems.len() as u64;
            let (until, now) = (self.until(), self.clock.now());
            let keep = self.imports.keep_portion(scope, turn, &taking, &sealed, until, now);
            let kept = match next.clone() {
                // the guest reads on while the database writes
                Some(next) => {
                    let (kept, following) = futures::join!(keep, read(Some(next)));
                    portion = following;
                    kept?
                }
                None => {
                    portion = Some(Ok(Portion::default()));
                    keep.await?
                }
            };
            if !kept {
                return Ok(Taken::TurnLost);
            }
            taking.rows += sealed.rows.len() as u64;
            taking.cursor = next;
            if taking.cursor.is_none() {
                break;
            }
        }
        let mut lapses = Vec::new();
        if file.content == FileContent::Customers {
            self.find_contradictions(scope, turn, keys, &taking).await?;
            lapses = self.find_lapses(scope, turn, keys, file, &taking).await?;
        }
        if !self.imports.finish(scope, turn, &taking, &lapses, self.clock.now()).await? {
            return Ok(Taken::TurnLost);
        }
        if !lapses.is_empty() {
            self.bells.ring();
        }
        Ok(Taken::Done)
    }

    async fn give_up(
        &self,
        scope: &TenantScope,
        turn: &Turn,
        taking: &Taking,
        file: &ListedFile,
        error: BillingError,
        report: &mut FeedReport,
    ) -> Result<Taken, StoreError> {
        let problems = of_refusal(SOURCE, file.id.as_str(), &error).unwrap_or_default();
        report.problems += problems.len() as u64;
        let has_turn = match error {
            BillingError::Rejected { .. } => {
                if self.imports.refuse(scope, turn, taking, &problems, self.clock.now()).await? {
                    tracing::warn!(provider = %turn.provider, file = %file.id, "a file was refused; earlier data stay");
                    return Ok(Taken::Refused);
                }
                false
            }
            BillingError::Conflict { .. } | BillingError::NotFound => {
                if self.imports.abandon(scope, turn, taking).await? {
                    return Ok(Taken::Gone);
                }
                false
            }
            _ => true,
        };
        if !has_turn {
            return Ok(Taken::TurnLost);
        }
        self.problems.record(scope, &turn.provider, &problems, self.clock.now()).await?;
        Ok(Taken::Failed(error))
    }
}

/// Seals a portion's rows; answers to writes and what was put aside stay open, for they name nobody.
fn seal(keys: &BookKeys, row_key: &RowKey, portion: Portion) -> SealedPortion {
    let problems = portion.problems.iter().map(|record| of_bad_record(SOURCE, record)).collect();
    let mut sealed = SealedPortion { next: portion.next, problems, ..SealedPortion::default() };
    sealed.rows.reserve(portion.rows.len());
    for row in portion.rows {
        let (lookup, row) = match row {
            FileRow::Acknowledgement(answer) => {
                take_answer(answer, &mut sealed);
                continue;
            }
            FileRow::Customer(customer) => {
                let id = customer.account.external_id.clone();
                let number = keys.lookup(About::Customer, &customer.account.customer_number);
                let pin = customer.pin.map(|pin| WrappedVerifier::wrap(keys, pin));
                let delivery = customer.delivery.map(Into::into);
                let row = Row::Customer(Box::new(CustomerRow { account: customer.account, pin, delivery }));
                let by_id = keys.lookup_id(About::Customer, &id);
                // asked for by either name; mostly they are one
                if by_id != number {
                    sealed.rows.push(row_key.seal(number, &row));
                }
                (by_id, row)
            }
            FileRow::Bill(bill) => {
                let lookup = keys.lookup_id(About::Bookings, &bill.account);
                let bill = BillRow { account: bill.account, invoice: bill.invoice, document: bill.document };
                (lookup, Row::Bill(Box::new(bill)))
            }
            FileRow::Lines(invoice, lines) => (keys.lookup_id(About::Lines, &invoice), Row::Lines(lines)),
            FileRow::Payment(payment) => {
                let lookup = keys.lookup_id(About::Bookings, &payment.account);
                let row = PaymentRow {
                    id: payment.id,
                    account: payment.account,
                    date: payment.date,
                    amount: payment.amount,
                    reference: payment.reference,
                    channel: payment.channel,
                };
                (lookup, Row::Payment(row))
            }
        };
        sealed.rows.push(row_key.seal(lookup, &row));
    }
    sealed
}

fn take_answer(answer: Acknowledgement, sealed: &mut SealedPortion) {
    let subject = match &answer.write {
        AcknowledgedWrite::Delivery(account, _) => account.to_string(),
        AcknowledgedWrite::Request(key) => key.clone(),
    };
    if let Some(code) = &answer.refused {
        let (source, field) = match answer.write {
            AcknowledgedWrite::Delivery(..) => ("delivery", "channel"),
            AcknowledgedWrite::Request(_) => ("requests", ""),
        };
        let detail = format!("the billing system refused it: {code}");
        sealed.problems.push(NewProblem { source, subject, field: field.to_owned(), detail });
    }
    match (answer.write, answer.refused) {
        (AcknowledgedWrite::Delivery(account, channel), refused) => {
            sealed.answers.push(DeliveryAnswer { account, channel, is_taken_over: refused.is_none() });
        }
        (AcknowledgedWrite::Request(key), Some(code)) => {
            // a key that is none of the hub's is told as a problem alone
            sealed.refused.extend(key.parse().map(|id| RefusedRequest { id, code }));
        }
        (AcknowledgedWrite::Request(_), None) => {}
    }
}
