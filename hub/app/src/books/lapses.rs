//! Proofs that do not hold any more by a file of customers: another holder, another PIN, nobody at all.

use std::collections::HashMap;

use komunala_domain::{holder, ids::AccountId};

use super::{
    keys::{About, BookKeys},
    row::{CustomerRow, Row},
};
use crate::{
    Hub,
    ports::{
        StoreError,
        accounts::Lapse,
        feeds::Turn,
        files::ListedFile,
        imports::{KeptRow, Lookup, Taking},
    },
    scope::TenantScope,
};

/// How many accounts are compared at a time.
const BATCH: u32 = 500;

impl Hub {
    /// Compares what a file says of linked accounts with what counts before it does.
    ///
    /// A PIN is known by its verifier alone: one that was salted anew counts as another PIN, for nobody can tell.
    pub(super) async fn find_lapses(
        &self,
        scope: &TenantScope,
        turn: &Turn,
        keys: &BookKeys,
        file: &ListedFile,
        taking: &Taking,
    ) -> Result<Vec<(AccountId, Lapse)>, StoreError> {
        let (mut lapses, mut after) = (Vec::new(), None);
        loop {
            let batch = self.imports.linked(scope, &turn.provider, after, BATCH).await?;
            let Some((last, _)) = batch.last() else { return Ok(lapses) };
            after = Some(*last);
            let lookups: Vec<_> = batch.iter().map(|(_, id)| keys.lookup_id(About::Customer, id)).collect();
            let mut before = newest(self.imports.find(scope, &turn.provider, &lookups).await?);
            let mut now = newest(self.imports.find_in(scope, taking, &lookups).await?);
            for ((account, _), lookup) in batch.iter().zip(&lookups) {
                let before = before.remove(lookup);
                // a file that came late changes nothing that a later one said
                if before.as_ref().is_some_and(|row| row.sequence > taking.sequence) {
                    continue;
                }
                let before = before.map(|row| customer(keys, row)).transpose()?.flatten();
                let now = now.remove(lookup).map(|row| customer(keys, row)).transpose()?.flatten();
                lapses.extend(lapse(before.as_ref(), now.as_ref(), file.is_full).map(|lapse| (*account, lapse)));
            }
        }
    }
}

/// What became of a proof.
fn lapse(before: Option<&CustomerRow>, now: Option<&CustomerRow>, is_full: bool) -> Option<Lapse> {
    match (before, now) {
        (Some(before), Some(now)) if !holder::is_same(&before.account, &now.account) => Some(Lapse::OtherHolder),
        (Some(before), Some(now)) => (before.pin != now.pin).then_some(Lapse::OtherPin),
        (Some(_), None) => is_full.then_some(Lapse::Closed),
        // who was closed and is back has a contract of their own
        (None, Some(_)) => Some(Lapse::OtherHolder),
        (None, None) => None,
    }
}

/// The first row of each lookup: rows come newest first.
fn newest(rows: Vec<KeptRow>) -> HashMap<Lookup, KeptRow> {
    let mut newest = HashMap::new();
    for row in rows {
        newest.entry(row.lookup).or_insert(row);
    }
    newest
}

fn customer(keys: &BookKeys, row: KeptRow) -> Result<Option<CustomerRow>, StoreError> {
    Ok(match keys.open(row)? {
        Row::Customer(customer) => Some(*customer),
        _ => None,
    })
}
