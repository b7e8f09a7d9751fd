//! Delivery choices that a billing system acknowledged and does not hold: a problem for the operator, never a silent
//! change.

use std::collections::HashMap;

use super::{
    keys::{About, BookKeys},
    row::Row,
};
use crate::{
    Hub,
    ports::{StoreError, feeds::Turn, imports::Taking, problems::NewProblem},
    scope::TenantScope,
};

/// How many accounts are compared at a time.
const BATCH: u32 = 500;

impl Hub {
    /// Compares what a file of customers says of delivery with what was acknowledged before it.
    pub(super) async fn find_contradictions(
        &self,
        scope: &TenantScope,
        turn: &Turn,
        keys: &BookKeys,
        taking: &Taking,
    ) -> Result<(), StoreError> {
        let mut after = None;
        loop {
            let batch = self.imports.acknowledged(scope, &turn.provider, taking.sequence, after, BATCH).await?;
            let Some(last) = batch.last() else { return Ok(()) };
            after = Some(last.id);
            let by_lookup: HashMap<_, _> =
                batch.iter().map(|known| (keys.lookup_id(About::Customer, &known.account), known)).collect();
            let lookups: Vec<_> = by_lookup.keys().copied().collect();
            let mut problems = Vec::new();
            for kept in self.imports.find_in(scope, taking, &lookups).await? {
                let Some(known) = by_lookup.get(&kept.lookup) else { continue };
                let Row::Customer(customer) = keys.open(kept)? else { continue };
                if customer.delivery.is_some_and(|holds| holds != known.channel.into()) {
                    problems.push(NewProblem {
                        source: "delivery",
                        subject: known.account.to_string(),
                        field: "channel".to_owned(),
                        detail: "the billing system acknowledged a choice and holds another one".to_owned(),
                    });
                }
            }
            self.problems.record(scope, &turn.provider, &problems, self.clock.now()).await?;
        }
    }
}
