//! `changes`: what changed since a cursor. A record that cannot be understood is a problem for the operator and holds
//! nothing up.

use komunala_adapter_sdk::{
    Error,
    account_types::Account,
    changes::{
        AccountChanges, AccountUpsert, Changes, InvoiceChanges, InvoiceUpsert, Problem, Progress, ReadingChanges,
        ReadingUpsert,
    },
    http::{Request, Transport},
    reading_types::Reading,
};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    Gas, account::WireAccount, billing::BillingSystem, feed::Feed, invoice::WireInvoice, reading::WireReading,
};

/// Most records that the billing system gives at once, as in its lists; the contract allows more, and fewer may come.
const MAX_SIZE: u16 = 200;

/// A page of that many records.
const MAX_ANSWER: usize = 16 << 20;

#[derive(Deserialize)]
struct Versioned<T> {
    version: u64,
    #[serde(flatten)]
    object: T,
}

impl<T: Transport> BillingSystem<T> {
    /// Changed accounts; the contract's `accounts-since`.
    pub fn account_changes(&self, since: Option<&str>, size: u16) -> Result<AccountChanges, Error> {
        let (upserts, tombstones, progress) =
            self.changes("account", "accountId", since, size, |version, wire: WireAccount| {
                Ok(AccountUpsert { version, account: Account::from(wire) })
            })?;
        Ok(AccountChanges { upserts, tombstones, progress })
    }

    /// Changed invoices; the contract's `invoices-since`. Without `since` they begin three months back.
    pub fn invoice_changes(&self, since: Option<&str>, size: u16) -> Result<InvoiceChanges, Error> {
        let (upserts, tombstones, progress) =
            self.changes("invoice", "invoiceNo", since, size, |version, wire: WireInvoice| {
                Ok(InvoiceUpsert { version, invoice: wire.into_invoice()? })
            })?;
        Ok(InvoiceChanges { upserts, tombstones, progress })
    }

    /// Changed readings; the contract's `readings-since`. Without `since` they begin three months back.
    pub fn reading_changes(&self, since: Option<&str>, size: u16) -> Result<ReadingChanges, Error> {
        let (upserts, _, progress) =
            self.changes("reading", "pointId", since, size, |version, wire: WireReading| {
                Ok(ReadingUpsert { version, reading: Reading::from(wire) })
            })?;
        Ok(ReadingChanges { upserts, progress })
    }

    fn changes<W: DeserializeOwned, U>(
        &self,
        kind: &str,
        id: &str,
        since: Option<&str>,
        size: u16,
        upsert: impl Fn(u64, W) -> Result<U, Error>,
    ) -> Result<(Vec<U>, Vec<String>, Progress), Error> {
        let request = Request::get(&self.settings.endpoint, &["v1", "changes"])?
            .query("kind", kind)
            .query_some("since", since)
            .query("size", size.clamp(1, MAX_SIZE))
            .allow_answer(MAX_ANSWER);
        let response = self.read(&request)?;
        let feed: Feed<'_> = response.json()?;
        let mut upserts = Vec::with_capacity(feed.upserts.len());
        let mut problems = Vec::new();
        for record in &feed.upserts {
            match record.read::<Versioned<W>>().and_then(|wire| upsert(wire.version, wire.object)) {
                Ok(known) => upserts.push(known),
                Err(error) => problems.push(Problem { id: record.id(id), message: message(error) }),
            }
        }
        let progress =
            Progress { at_end: since == Some(feed.next.as_str()), next: feed.next, problems, touched: Vec::new() };
        Ok((upserts, feed.tombstones.unwrap_or_default(), progress))
    }
}

fn message(error: Error) -> String {
    match error {
        Error::Upstream(text) => text,
        other => other.to_string(),
    }
}

impl Changes for Gas {
    fn accounts_since(since: Option<String>, size: u16) -> Result<AccountChanges, Error> {
        BillingSystem::here()?.account_changes(since.as_deref(), size)
    }

    fn invoices_since(since: Option<String>, size: u16) -> Result<InvoiceChanges, Error> {
        BillingSystem::here()?.invoice_changes(since.as_deref(), size)
    }

    fn readings_since(since: Option<String>, size: u16) -> Result<ReadingChanges, Error> {
        BillingSystem::here()?.reading_changes(since.as_deref(), size)
    }
}
