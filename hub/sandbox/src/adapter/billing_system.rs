//! The port, function by function: ask the guest, check what it answers.

use std::sync::atomic::Ordering;

use async_trait::async_trait;
use komunala_app::ports::{
    BillingError, BillingSystem, Call, Condition, FileExchange,
    billing::{ChangeKind, ChangePage, IdempotencyKey, Part, Receipt, Told},
};
use komunala_domain::{
    Balance, Capability, CapabilitySet, CustomerAccount, CustomerNumber, Document, ExternalId, Invoice, LedgerEntry,
    Period, Pin, PostalChannel, Reading, Sha256, payment::Payment, request::CustomerRequest,
};

use super::{Adapter, Operation, Tries, asking};
use crate::{
    Limit, answer,
    contract::v0_1::{delivery::exports::komunala::adapter::delivery as delivery_wire, invoice_types},
};

/// Calls one function of one interface in a fresh instance and checks the answer; again, while the billing system is
/// just busy and there is time:
///
/// ```text
/// ask!(self, call, Operation: Capability interface.accessor.function(arguments) => |answer| check)
/// ```
///
/// A macro, because each interface has bindings of its own type.
macro_rules! ask {
    ($adapter:ident, $call:ident, $operation:ident: $capability:ident $interface:ident.$accessor:ident.$function:ident
        ($($argument:expr),*) $(with |$state:ident| $prepare:expr,)? => |$answer:pat_param| $check:expr) => {{
        let Some(indices) = &$adapter.component.interfaces.$interface else {
            return Err(BillingError::NotOffered(Capability::$capability));
        };
        let mut tries = Tries::new($call, &$adapter.gate.grant.limits);
        loop {
            let mut visit = $adapter.enter($call, Operation::$operation, &tries).await?;
            $( { let $state = &visit.call; $prepare; } )?
            let watch = visit.watch();
            let (store, component) = visit.guest();
            let ended = watch.over(async {
                let instance = component.instantiate_async(&mut *store).await?;
                let bindings = indices.load(&mut *store, &instance)?;
                bindings.$accessor().$function(&mut *store, $($argument),*).await
            });
            let ended = ended.await;
            let result = visit.leave(&watch, ended, &mut tries, |$answer| $check);
            if !tries.pause().await {
                break result;
            }
        }
    }};
}

pub(super) use ask;

impl Adapter {
    /// Whether an answer has too many rows, those inside of rows included.
    pub(super) fn check_rows(&self, rows: usize) -> Result<(), BillingError> {
        if rows as u64 <= self.gate.grant.limits.rows {
            return Ok(());
        }
        Err(BillingError::Limit { limit: Limit::Rows.name() })
    }
}

pub(super) fn rows_of<'a>(invoices: impl Iterator<Item = &'a invoice_types::Invoice>) -> usize {
    let rows = |invoice: &invoice_types::Invoice| {
        let amounts = invoice.lines.len() + invoice.subtotals.len() + invoice.installments.len();
        1 + amounts + invoice.reads.len() + invoice.supply_points.len()
    };
    invoices.map(rows).sum()
}

#[async_trait]
impl BillingSystem for Adapter {
    fn capabilities(&self) -> CapabilitySet {
        self.component.capabilities
    }

    fn digest(&self) -> Sha256 {
        self.component.digest
    }

    fn condition(&self) -> Condition {
        self.condition()
    }

    fn pause(&self, paused: bool) {
        self.is_paused.store(paused, Ordering::Relaxed);
    }

    fn files(&self) -> Option<&dyn FileExchange> {
        self.component.capabilities.has(Capability::Files).then_some(self as &dyn FileExchange)
    }

    async fn verify(&self, call: Call, number: &CustomerNumber, pin: &Pin) -> Result<ExternalId, BillingError> {
        ask!(self, call, Verify: Customers customers.komunala_adapter_customers.call_verify(number.as_str(), pin.expose())
            with |state| state.log.keep_confidential(pin.expose()),
            => |verified| Ok(answer::external_id(verified.account)?))
    }

    async fn account(&self, call: Call, account: &ExternalId) -> Result<CustomerAccount, BillingError> {
        ask!(self, call, Account: Customers customers.komunala_adapter_customers.call_get_account(&asking::id(account))
            => |found| Ok(answer::account::asked(found, account)?))
    }

    async fn invoices(
        &self,
        call: Call,
        account: &ExternalId,
        from: Option<Period>,
        cursor: Option<&str>,
    ) -> Result<Part<Invoice>, BillingError> {
        let (filter, page) = (asking::since(from), asking::page(cursor));
        ask!(self, call, Invoices: Invoices invoices.komunala_adapter_invoices.call_list_invoices(&asking::id(account), filter, &page)
        => |found| {
            self.check_rows(rows_of(found.items.iter()))?;
            Ok(answer::invoice::page(found.items, found.next, asking::PAGE.into(), account, &self.expected)?)
        })
    }

    async fn invoice(&self, call: Call, account: &ExternalId, invoice: &ExternalId) -> Result<Invoice, BillingError> {
        ask!(self, call, Invoice: Invoices invoices.komunala_adapter_invoices.call_get_invoice(&asking::id(invoice))
        => |found| {
            self.check_rows(rows_of([&found].into_iter()))?;
            Ok(answer::invoice::asked(found, invoice, account, &self.expected)?)
        })
    }

    async fn document(
        &self,
        call: Call,
        _: &ExternalId,
        invoice: &ExternalId,
        media_type: &str,
    ) -> Result<Document, BillingError> {
        ask!(self, call, Document: Documents
            documents.komunala_adapter_documents.call_fetch_document(&asking::id(invoice), media_type)
            => |found| Ok(answer::document::document(found, media_type, self.gate.grant.limits.document_bytes)?))
    }

    async fn ledger(
        &self,
        call: Call,
        account: &ExternalId,
        cursor: Option<&str>,
    ) -> Result<Part<LedgerEntry>, BillingError> {
        let page = asking::page(cursor);
        ask!(self, call, Ledger: Ledger ledger.komunala_adapter_ledger.call_list_entries(&asking::id(account), asking::ALWAYS, &page)
        => |found| {
            self.check_rows(found.items.len())?;
            Ok(answer::ledger::page(found, asking::PAGE.into(), &self.expected)?)
        })
    }

    async fn balance(&self, call: Call, account: &ExternalId) -> Result<Vec<Balance>, BillingError> {
        ask!(self, call, Balance: Balance balance.komunala_adapter_balance.call_get_balances(&asking::id(account))
            => |found| Ok(answer::balance::balances(found, &self.expected)?))
    }

    async fn readings(
        &self,
        call: Call,
        account: &ExternalId,
        point: &ExternalId,
        cursor: Option<&str>,
    ) -> Result<Part<Reading>, BillingError> {
        let page = asking::page(cursor);
        ask!(self, call, Readings: Readings readings.komunala_adapter_readings
        .call_list_readings(&asking::id(account), &asking::id(point), asking::ALWAYS, &page)
        => |found| {
            self.check_rows(found.items.len())?;
            Ok(answer::reading::page(found, asking::PAGE.into(), point)?)
        })
    }

    async fn submit_reading(
        &self,
        call: Call,
        account: &ExternalId,
        reading: &Reading,
        key: &IdempotencyKey,
    ) -> Result<Receipt, BillingError> {
        let submission = asking::submission(account, reading)?;
        ask!(self, call, SubmitReading: Readings readings.komunala_adapter_readings.call_submit_reading(&submission, &key.0)
            => |receipt| Ok(answer::reading::receipt(receipt, key)?))
    }

    async fn reading_receipt(
        &self,
        call: Call,
        account: &ExternalId,
        reading: &Reading,
        key: &IdempotencyKey,
    ) -> Result<Option<Receipt>, BillingError> {
        let submission = asking::submission(account, reading)?;
        ask!(self, call, ReadingReceipt: Readings readings.komunala_adapter_readings.call_find_receipt(&submission, &key.0)
            => |found| Ok(found.map(|receipt| answer::reading::receipt(receipt, key)).transpose()?))
    }

    async fn delivery(&self, call: Call, account: &ExternalId) -> Result<PostalChannel, BillingError> {
        ask!(self, call, Delivery: Delivery delivery.komunala_adapter_delivery.call_get_channel(&asking::id(account))
        => |channel| Ok(match channel {
            delivery_wire::DeliveryChannel::Paper => PostalChannel::Paper,
            delivery_wire::DeliveryChannel::Email => PostalChannel::Email,
        }))
    }

    async fn set_delivery(
        &self,
        call: Call,
        account: &ExternalId,
        channel: PostalChannel,
    ) -> Result<Told, BillingError> {
        let (channel, key) = (asking::channel(channel), asking::new_key());
        ask!(self, call, SetDelivery: Delivery delivery.komunala_adapter_delivery
        .call_set_channel(&asking::id(account), channel, &key.0)
        => |acknowledgement| Ok(match acknowledgement {
            delivery_wire::Acknowledgement::Applied => Told::Applied,
            delivery_wire::Acknowledgement::Queued => Told::Queued,
        }))
    }

    async fn create_request(
        &self,
        call: Call,
        account: &ExternalId,
        request: &CustomerRequest,
        key: &IdempotencyKey,
    ) -> Result<ExternalId, BillingError> {
        let request = asking::request(account, request);
        ask!(self, call, CreateRequest: Requests requests.komunala_adapter_requests.call_create_request(&request, &key.0)
            => |id| Ok(answer::external_id(id)?))
    }

    async fn record_payment(
        &self,
        call: Call,
        account: &ExternalId,
        payment: &Payment,
        key: &IdempotencyKey,
    ) -> Result<ExternalId, BillingError> {
        let payment = asking::payment(account, payment);
        ask!(self, call, RecordPayment: Payments payments.komunala_adapter_payments.call_report_payment(&payment, &key.0)
            => |id| Ok(answer::external_id(id)?))
    }

    async fn changes(
        &self,
        call: Call,
        kind: ChangeKind,
        cursor: Option<&str>,
        size: u32,
    ) -> Result<ChangePage, BillingError> {
        let (size, cursor) = (asking::bulk_size(size), cursor.map(str::to_owned));
        match kind {
            ChangeKind::Account => {
                ask!(self, call, Changes: Changes changes.komunala_adapter_changes.call_accounts_since(cursor.as_ref(), size)
                    => |page| Ok(answer::change::accounts(page, size.into())?))
            }
            ChangeKind::Invoice => {
                ask!(self, call, Changes: Changes changes.komunala_adapter_changes.call_invoices_since(cursor.as_ref(), size)
                => |page| {
                    self.check_rows(rows_of(page.upserts.iter().map(|upsert| &upsert.invoice)))?;
                    Ok(answer::change::invoices(page, size.into(), &self.expected)?)
                })
            }
            ChangeKind::Reading => {
                ask!(self, call, Changes: Changes changes.komunala_adapter_changes.call_readings_since(cursor.as_ref(), size)
                    => |page| Ok(answer::change::readings(page, size.into())?))
            }
        }
    }
}
