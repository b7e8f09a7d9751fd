//! Keeping a page of a feed: what of it belongs to linked accounts and is news, and the cursor behind it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use komunala_app::ports::{
    accounts::Lapse,
    billing::{ChangeKind, ChangedRecord, Upsert},
    feeds::{Kept, NewPage, Turn},
};
use komunala_domain::{CustomerAccount, Invoice, ProviderId, Reading, TenantId, ids::AccountId};
use sea_orm::Value;

use super::{
    turn,
    versions::{News, Versions},
};
use crate::{
    accounts,
    columns::{Word, column, micros, texts, uuid},
    copies,
    database::{CHUNK, Failure, Tx, places},
    readings,
};

const WHAT: &str = "account";

pub(super) async fn keep(tx: Tx, tenant: &TenantId, turn: &Turn, new: NewPage<'_>) -> Result<Kept, Failure> {
    if !turn::hold(&tx, tenant, turn, Some(new.until)).await? {
        tx.undo();
        return Ok(Kept::TurnLost);
    }
    let sifting = Sifting { tx: &tx, tenant, provider: &turn.provider, new };
    let kept = sifting.keep().await?;
    match kept {
        Kept::Applied { .. } => sifting.go_on().await?,
        Kept::Foreign { .. } | Kept::TurnLost => tx.undo(),
    }
    Ok(kept)
}

/// A page being sifted.
struct Sifting<'a> {
    tx: &'a Tx,
    tenant: &'a TenantId,
    provider: &'a ProviderId,
    new: NewPage<'a>,
}

/// What is news of an account.
#[derive(Default)]
struct NewsOf<'a> {
    account: Option<&'a CustomerAccount>,
    invoices: BTreeMap<&'a str, &'a Invoice>,
    readings: BTreeMap<String, &'a Reading>,
}

/// An account that the hub knows.
#[derive(Clone, Copy)]
struct KnownAccount {
    id: AccountId,
    is_linked: bool,
}

impl<'a> Sifting<'a> {
    async fn keep(&self) -> Result<Kept, Failure> {
        let page = self.new.page;
        let accounts = self.accounts().await?;
        let mut subjects: Vec<String> = page.upserts.iter().map(subject).collect();
        subjects.extend(page.tombstones.iter().map(ToString::to_string));
        let mut versions = Versions::of(self.tx, self.tenant, self.provider, self.new.kind, &subjects).await?;
        let owners = self.owners(&subjects).await?;

        let mut news: BTreeMap<AccountId, NewsOf<'a>> = BTreeMap::new();
        let (mut unclear, mut records) = (BTreeSet::new(), 0);
        for (upsert, subject) in page.upserts.iter().zip(&subjects) {
            let account = accounts.get(owner_key(upsert));
            if let Some(owner) = owners.get(subject)
                && account.is_none_or(|account| account.id != *owner)
            {
                return Ok(Kept::Foreign { subject: subject.clone() });
            }
            let Some(account) = account.filter(|account| account.is_linked) else { continue };
            records += 1;
            match versions.see(subject, upsert.version) {
                News::Newer => news.entry(account.id).or_default().take(&upsert.record, subject),
                News::Known => {}
                // what is true now only asking will tell
                News::Unclear => {
                    unclear.insert(account.id);
                }
            }
        }
        let mut removed = BTreeSet::new();
        for tombstone in &page.tombstones {
            versions.remove(tombstone.as_str());
            for news in news.values_mut() {
                news.invoices.remove(tombstone.as_str());
            }
            if let Some(owner) = owners.get(tombstone.as_str()) {
                records += 1;
                removed.insert(*owner);
            }
        }
        versions.keep(self.tx, self.new.asked_at).await?;
        self.apply(&news).await?;
        if !removed.is_empty() {
            self.remove_invoices().await?;
        }
        records += self.close_accounts().await?;
        self.touch(&unclear).await?;
        let whole = news.into_keys().chain(removed).collect::<BTreeSet<_>>();
        Ok(Kept::Applied { accounts: whole.difference(&unclear).copied().collect(), records })
    }

    /// The accounts that the page names, by what it names them with: for readings that is a supply point.
    async fn accounts(&self) -> Result<HashMap<String, KnownAccount>, Failure> {
        let named: BTreeSet<&str> = self.new.page.upserts.iter().map(owner_key).collect();
        let linked = "EXISTS (SELECT 1 FROM links l WHERE l.tenant = $1 AND l.account_id = a.id
                              AND l.since IS NOT NULL AND l.ended_at IS NULL AND l.suspended_at IS NULL)";
        let sql = match self.new.kind {
            ChangeKind::Reading => format!(
                // of several accounts that had the point the one that was heard of last has it
                "SELECT p.external_id, a.id, {linked} FROM supply_points p JOIN accounts a ON a.id = p.account_id
                 WHERE p.tenant = $1 AND a.tenant = $1 AND a.provider = $2 AND {} ORDER BY p.id",
                self.tx.is_among("p.external_id", "$3")
            ),
            ChangeKind::Account | ChangeKind::Invoice => format!(
                "SELECT a.external_id, a.id, {linked} FROM accounts a
                 WHERE a.tenant = $1 AND a.provider = $2 AND {}",
                self.tx.is_among("a.external_id", "$3")
            ),
        };
        let values = vec![self.tenant.as_str().into(), self.provider.as_str().into(), texts(named)?];
        let mut accounts = HashMap::new();
        for row in self.tx.rows(&sql, values).await? {
            let known =
                KnownAccount { id: AccountId::from_uuid(uuid(WHAT, &row, 1)?), is_linked: column(WHAT, &row, 2)? };
            accounts.insert(column(WHAT, &row, 0)?, known);
        }
        Ok(accounts)
    }

    /// Whose the invoices are that the hub has already.
    async fn owners(&self, subjects: &[String]) -> Result<HashMap<String, AccountId>, Failure> {
        let mut owners = HashMap::new();
        if self.new.kind != ChangeKind::Invoice {
            return Ok(owners);
        }
        let sql = format!(
            "SELECT i.external_id, i.account_id FROM invoices i JOIN accounts a ON a.id = i.account_id
             WHERE i.tenant = $1 AND a.tenant = $1 AND a.provider = $2 AND {}",
            self.tx.is_among("i.external_id", "$3")
        );
        let subjects = texts(subjects.iter().map(String::as_str))?;
        let values = vec![self.tenant.as_str().into(), self.provider.as_str().into(), subjects];
        for row in self.tx.rows(&sql, values).await? {
            owners.insert(column(WHAT, &row, 0)?, AccountId::from_uuid(uuid(WHAT, &row, 1)?));
        }
        Ok(owners)
    }

    async fn apply(&self, news: &BTreeMap<AccountId, NewsOf<'_>>) -> Result<(), Failure> {
        let (tx, tenant, as_of) = (self.tx, self.tenant, self.new.asked_at);
        // a page is of one kind; the others have nothing to do
        let copies: Vec<_> = news.iter().filter_map(|(account, news)| Some((*account, news.account?))).collect();
        if !copies.is_empty() {
            accounts::copy::keep(tx, tenant, &copies, as_of).await?;
        }
        let invoices: Vec<_> = news
            .iter()
            .flat_map(|(account, news)| news.invoices.values().map(|invoice| (*account, *invoice)))
            .collect();
        if !invoices.is_empty() {
            copies::invoices::merge(tx, tenant, &invoices, as_of).await?;
        }
        let readings: Vec<_> = news
            .iter()
            .flat_map(|(account, news)| news.readings.values().map(|reading| (*account, *reading)))
            .collect();
        if !readings.is_empty() {
            readings::keep::merge(tx, tenant, &readings, as_of).await?;
        }
        Ok(())
    }

    async fn remove_invoices(&self) -> Result<(), Failure> {
        let removed = format!(
            "tenant = $1 AND account_id IN (SELECT a.id FROM accounts a WHERE a.tenant = $1 AND a.provider = $2)
             AND {}",
            self.tx.is_among("external_id", "$3")
        );
        let gone = texts(self.new.page.tombstones.iter().map(|id| id.as_str()))?;
        let values = vec![self.tenant.as_str().into(), self.provider.as_str().into(), gone];
        copies::invoices::remove(self.tx, self.tenant, &removed, values).await
    }

    /// Closes the accounts that were removed; answers how many the hub knew.
    async fn close_accounts(&self) -> Result<u64, Failure> {
        let closed = &self.new.page.tombstones;
        if self.new.kind != ChangeKind::Account || closed.is_empty() {
            return Ok(0);
        }
        let sql = format!(
            "SELECT id FROM accounts WHERE tenant = $1 AND provider = $2 AND {} ORDER BY id",
            self.tx.is_among("external_id", "$3")
        );
        let closed = texts(closed.iter().map(|id| id.as_str()))?;
        let known =
            self.tx.rows(&sql, vec![self.tenant.as_str().into(), self.provider.as_str().into(), closed]).await?;
        for row in &known {
            let account = AccountId::from_uuid(uuid(WHAT, row, 0)?);
            accounts::lapse::lapse(self.tx, self.tenant, account, Lapse::Closed, self.new.asked_at).await?;
        }
        Ok(known.len() as u64)
    }

    /// Lets linked accounts be asked about: those of which nothing more is known than that something changed.
    async fn touch(&self, unclear: &BTreeSet<AccountId>) -> Result<(), Failure> {
        let (tenant, at) = (self.tenant.as_str(), micros(self.new.asked_at));
        let unclear: Vec<_> = unclear.iter().map(|account| account.uuid()).collect();
        for accounts in unclear.chunks(CHUNK) {
            let sql = format!(
                "UPDATE accounts SET touched_at = $2 WHERE tenant = $1 AND id IN ({})",
                places(3, accounts.len())
            );
            let mut values = vec![tenant.into(), at.into()];
            values.extend(accounts.iter().map(|account| Value::from(*account)));
            self.tx.execute(&sql, values).await?;
        }
        let touched = &self.new.page.touched;
        if !touched.is_empty() {
            let sql = format!(
                "UPDATE accounts SET touched_at = $3 WHERE tenant = $1 AND provider = $2 AND {}
                 AND EXISTS (SELECT 1 FROM links l WHERE l.tenant = $1 AND l.account_id = accounts.id
                             AND l.since IS NOT NULL AND l.ended_at IS NULL AND l.suspended_at IS NULL)",
                self.tx.is_among("external_id", "$4")
            );
            let touched = texts(touched.iter().map(|id| id.as_str()))?;
            let values = vec![tenant.into(), self.provider.as_str().into(), at.into(), touched];
            self.tx.execute(&sql, values).await?;
        }
        Ok(())
    }

    /// The feed goes on behind this page.
    async fn go_on(&self) -> Result<(), Failure> {
        let sql = "INSERT INTO feeds (tenant, provider, kind, cursor, kept_at) VALUES ($1, $2, $3, $4, $5)
                   ON CONFLICT (tenant, provider, kind) DO UPDATE
                   SET cursor = excluded.cursor, kept_at = excluded.kept_at, failing_since = NULL";
        let values = vec![
            self.tenant.as_str().into(),
            self.provider.as_str().into(),
            self.new.kind.word().into(),
            self.new.page.next.as_str().into(),
            micros(self.new.now).into(),
        ];
        self.tx.execute(sql, values).await?;
        Ok(())
    }
}

impl<'a> NewsOf<'a> {
    fn take(&mut self, record: &'a ChangedRecord, subject: &str) {
        match record {
            ChangedRecord::Account(account) => self.account = Some(account),
            ChangedRecord::Invoice { invoice, .. } => {
                self.invoices.insert(invoice.external_id.as_str(), invoice);
            }
            ChangedRecord::Reading(reading) => {
                self.readings.insert(subject.to_owned(), reading);
            }
        }
    }
}

/// What a page names an account with.
fn owner_key(upsert: &Upsert) -> &str {
    match &upsert.record {
        ChangedRecord::Account(account) => account.external_id.as_str(),
        ChangedRecord::Invoice { account, .. } => account.as_ref().map_or("", |account| account.as_str()),
        ChangedRecord::Reading(reading) => reading.supply_point.as_str(),
    }
}

/// What a thing's versions are known under. No part of a key holds a control character.
fn subject(upsert: &Upsert) -> String {
    match &upsert.record {
        ChangedRecord::Account(account) => account.external_id.to_string(),
        ChangedRecord::Invoice { invoice, .. } => invoice.external_id.to_string(),
        ChangedRecord::Reading(reading) => {
            format!("{}\u{1f}{}\u{1f}{}", reading.supply_point, reading.serial_number, reading.date)
        }
    }
}
