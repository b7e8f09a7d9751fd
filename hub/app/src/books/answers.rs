//! What is asked of a billing system, answered out of its files. What the adapter can still do by itself (taking
//! delivery choices and letters for the next exchange) is passed on to it.

use std::{collections::HashSet, sync::Arc};

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_domain::{
    Balance, Capability, CapabilitySet, CustomerAccount, CustomerNumber, Document, ExternalId, Invoice, LedgerEntry,
    Period, Pin, PostalChannel, Provider, Reading, Sha256, document::PDF, payment::Payment, request::CustomerRequest,
};
use uuid::Uuid;

use super::{
    card::card,
    keys::{About, BookKeys},
    row::{BillRow, CustomerRow, PaymentRow, Row},
};
use crate::{
    credentials::Keys,
    ports::{
        BillingError, BillingSystem, Call, FileExchange, Imports, StoreError,
        billing::{ChangeKind, ChangePage, FieldProblem, IdempotencyKey, Part, Receipt, Told},
        imports::KeptRow,
    },
    scope::TenantScope,
};

/// What the books answer, whatever the adapter exports beside its files.
const OUT_OF_FILES: [Capability; 4] =
    [Capability::Customers, Capability::Invoices, Capability::Documents, Capability::Ledger];

/// A provider's books, in its billing system's stead.
pub(crate) struct ImportedBooks {
    provider: Arc<Provider>,
    scope: TenantScope,
    pub(super) adapter: Arc<dyn BillingSystem>,
    imports: Arc<dyn Imports>,
    keys: BookKeys,
}

/// A bill and the file it came in.
struct Bill {
    row: BillRow,
    import: Uuid,
    sequence: u64,
}

impl ImportedBooks {
    pub(crate) fn new(
        provider: Arc<Provider>,
        adapter: Arc<dyn BillingSystem>,
        imports: Arc<dyn Imports>,
        keys: &Arc<Keys>,
    ) -> Self {
        let scope = TenantScope::new(provider.tenant.clone());
        let keys = BookKeys::of(keys, &provider.id);
        Self { provider, scope, adapter, imports, keys }
    }

    async fn find(&self, about: About, ids: &[&str]) -> Result<Vec<KeptRow>, BillingError> {
        let lookups: Vec<_> = ids.iter().map(|id| self.keys.lookup(about, id)).collect();
        self.imports.find(&self.scope, &self.provider.id, &lookups).await.map_err(|error| self.failed(&error))
    }

    fn open(&self, row: KeptRow) -> Result<Row, BillingError> {
        self.keys.open(row).map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &StoreError) -> BillingError {
        tracing::error!(provider = %self.provider.id, %error, "imported books could not be read");
        BillingError::Unavailable { retry_after: None }
    }

    /// The customer of this account or with this number.
    async fn customer(&self, id: &str) -> Result<Option<CustomerRow>, BillingError> {
        let newest = self.find(About::Customer, &[id]).await?.into_iter().next();
        match newest.map(|row| self.open(row)).transpose()? {
            Some(Row::Customer(customer)) => Ok(Some(*customer)),
            _ => Ok(None),
        }
    }

    /// The newest word on every bill and payment of an account, as the files have it.
    async fn bookings(&self, account: &ExternalId) -> Result<(Vec<Bill>, Vec<PaymentRow>), BillingError> {
        let (mut bills, mut payments) = (Vec::new(), Vec::new());
        let (mut known_bills, mut known_payments) = (HashSet::new(), HashSet::new());
        // the newest first: what follows about the same thing is out of date, or the same row once more
        for kept in self.find(About::Bookings, &[account.as_str()]).await? {
            let (import, sequence) = (kept.import, kept.sequence);
            match self.open(kept)? {
                Row::Bill(row) if row.account == *account => {
                    let is_first = known_bills.insert(row.invoice.external_id.clone());
                    bills.extend(is_first.then_some(Bill { row: *row, import, sequence }));
                }
                Row::Payment(row) if row.account == *account => {
                    let is_first = known_payments.insert(row.id.clone());
                    payments.extend(is_first.then_some(row));
                }
                _ => {}
            }
        }
        Ok((bills, payments))
    }

    /// Bills with their lines, without those that are somebody else's by now.
    async fn with_lines(&self, mut bills: Vec<Bill>) -> Result<Vec<BillRow>, BillingError> {
        let ids: Vec<_> = bills.iter().map(|bill| bill.row.invoice.external_id.as_str()).collect();
        let mut lines = self.find(About::Lines, &ids).await?;
        lines.sort_by_key(|row| row.position);
        let lookup = |bill: &Bill| self.keys.lookup_id(About::Lines, &bill.row.invoice.external_id);
        // lines that came again in a later file, without the bill for this account: it was corrected to be another's
        bills.retain(|bill| {
            let lookup = lookup(bill);
            !lines.iter().any(|row| row.lookup == lookup && row.sequence > bill.sequence)
        });
        for bill in &mut bills {
            let lookup = lookup(bill);
            let mut seen: Vec<Row> = Vec::new();
            for row in lines.iter().filter(|row| row.lookup == lookup && row.import == bill.import) {
                let row = self.open(row.clone())?;
                // equal rows of a file are one
                if let (Row::Lines(more), false) = (&row, seen.contains(&row)) {
                    bill.row.invoice.lines.extend_from_slice(more);
                    seen.push(row);
                }
            }
        }
        Ok(bills.into_iter().map(|bill| bill.row).collect())
    }

    async fn bills(&self, account: &ExternalId) -> Result<Vec<BillRow>, BillingError> {
        let (bills, _) = self.bookings(account).await?;
        self.with_lines(bills).await
    }

    async fn bill(&self, account: &ExternalId, invoice: &ExternalId) -> Result<BillRow, BillingError> {
        let bills = self.bills(account).await?;
        bills.into_iter().find(|bill| bill.invoice.external_id == *invoice).ok_or(BillingError::NotFound)
    }
}

#[async_trait]
impl BillingSystem for ImportedBooks {
    fn capabilities(&self) -> CapabilitySet {
        self.adapter.capabilities().iter().chain(OUT_OF_FILES).collect()
    }

    fn digest(&self) -> Sha256 {
        self.adapter.digest()
    }

    fn files(&self) -> Option<&dyn FileExchange> {
        self.adapter.files()
    }

    async fn stated_at(&self, _: Call) -> Result<Option<Timestamp>, BillingError> {
        let taken_in = self.imports.taken_in_at(&self.scope, &self.provider.id).await;
        // before the first file nothing was ever stated
        taken_in.map_err(|error| self.failed(&error))?.map(Some).ok_or(BillingError::Unavailable { retry_after: None })
    }

    async fn verify(&self, call: Call, number: &CustomerNumber, pin: &Pin) -> Result<ExternalId, BillingError> {
        // before the first file nobody can be proved, and nobody's try shall be used up
        self.stated_at(call).await?;
        // every answer does the same work: whether a number exists shows in no time that it takes
        let nowhere = Uuid::nil();
        let lookup = self.keys.lookup(About::Customer, "");
        let decoy = self.keys.of_file(nowhere).seal(lookup, &CustomerRow::decoy());
        let decoy = KeptRow { lookup, import: nowhere, sequence: 0, position: 0, sealed: decoy.sealed };
        let newest = self.find(About::Customer, &[number.as_str()]).await?.into_iter().next();
        let is_known = newest.is_some();
        let Row::Customer(customer) = self.open(newest.unwrap_or(decoy))? else {
            return Err(BillingError::BadCredentials);
        };
        let is_proven = customer.is_proven_by(&self.keys, pin);
        let is_number = customer.account.customer_number == number.as_str();
        if is_known && is_proven && is_number {
            Ok(customer.account.external_id)
        } else {
            Err(BillingError::BadCredentials)
        }
    }

    async fn account(&self, _: Call, account: &ExternalId) -> Result<CustomerAccount, BillingError> {
        let customer = self.customer(account.as_str()).await?.map(|customer| customer.account);
        customer.filter(|found| found.external_id == *account).ok_or(BillingError::NotFound)
    }

    async fn invoices(
        &self,
        _: Call,
        account: &ExternalId,
        from: Option<Period>,
        _: Option<&str>,
    ) -> Result<Part<Invoice>, BillingError> {
        let bills = self.bills(account).await?.into_iter().map(|bill| bill.invoice);
        let asked = |bill: &Invoice| from.is_none_or(|from| bill.period.is_none_or(|period| period >= from));
        Ok(Part { items: bills.filter(asked).collect(), next: None })
    }

    async fn invoice(&self, _: Call, account: &ExternalId, invoice: &ExternalId) -> Result<Invoice, BillingError> {
        Ok(self.bill(account, invoice).await?.invoice)
    }

    async fn document(
        &self,
        call: Call,
        account: &ExternalId,
        invoice: &ExternalId,
        media_type: &str,
    ) -> Result<Document, BillingError> {
        if media_type != PDF {
            let field = "media-type".to_owned();
            let (code, message) = ("not-offered".to_owned(), "files hold nothing but PDFs".to_owned());
            return Err(BillingError::Rejected { fields: vec![FieldProblem { field, code, message }] });
        }
        let place = self.bill(account, invoice).await?.document.ok_or(BillingError::NotFound)?;
        let files = self.adapter.files().ok_or(BillingError::NotOffered(Capability::Files))?;
        files.read_document(call, invoice, &place).await
    }

    async fn ledger(&self, _: Call, account: &ExternalId, _: Option<&str>) -> Result<Part<LedgerEntry>, BillingError> {
        let (bills, payments) = self.bookings(account).await?;
        let bills: Vec<_> = self.with_lines(bills).await?.into_iter().map(|bill| bill.invoice).collect();
        Ok(Part { items: card(&bills, &payments), next: None })
    }

    async fn delivery(&self, _: Call, account: &ExternalId) -> Result<PostalChannel, BillingError> {
        let customer = self.customer(account.as_str()).await?;
        customer.and_then(|customer| customer.delivery).map(Into::into).ok_or(BillingError::NotFound)
    }

    async fn set_delivery(
        &self,
        call: Call,
        account: &ExternalId,
        channel: PostalChannel,
    ) -> Result<Told, BillingError> {
        self.adapter.set_delivery(call, account, channel).await
    }

    async fn create_request(
        &self,
        call: Call,
        account: &ExternalId,
        request: &CustomerRequest,
        key: &IdempotencyKey,
    ) -> Result<ExternalId, BillingError> {
        self.adapter.create_request(call, account, request, key).await
    }

    async fn balance(&self, call: Call, account: &ExternalId) -> Result<Vec<Balance>, BillingError> {
        self.adapter.balance(call, account).await
    }

    async fn readings(
        &self,
        call: Call,
        account: &ExternalId,
        point: &ExternalId,
        cursor: Option<&str>,
    ) -> Result<Part<Reading>, BillingError> {
        self.adapter.readings(call, account, point, cursor).await
    }

    async fn submit_reading(
        &self,
        call: Call,
        account: &ExternalId,
        reading: &Reading,
        key: &IdempotencyKey,
    ) -> Result<Receipt, BillingError> {
        self.adapter.submit_reading(call, account, reading, key).await
    }

    async fn reading_receipt(
        &self,
        call: Call,
        account: &ExternalId,
        reading: &Reading,
        key: &IdempotencyKey,
    ) -> Result<Option<Receipt>, BillingError> {
        self.adapter.reading_receipt(call, account, reading, key).await
    }

    async fn record_payment(
        &self,
        call: Call,
        account: &ExternalId,
        payment: &Payment,
        key: &IdempotencyKey,
    ) -> Result<ExternalId, BillingError> {
        self.adapter.record_payment(call, account, payment, key).await
    }

    async fn changes(
        &self,
        call: Call,
        kind: ChangeKind,
        cursor: Option<&str>,
        size: u32,
    ) -> Result<ChangePage, BillingError> {
        self.adapter.changes(call, kind, cursor, size).await
    }
}
