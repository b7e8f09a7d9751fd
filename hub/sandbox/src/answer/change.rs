//! Pages of the bulk feed: a record that breaks the contract is put aside and the cursor moves on.
//!
//! Only what cannot be told apart from an attack refuses the whole page: a thing that two customers claim at once, a
//! page longer than was asked for, a cursor that is none.

use std::collections::HashMap;

use komunala_app::ports::billing::{BadRecord, ChangePage, ChangedRecord, Upsert};
use komunala_domain::ExternalId;

use super::{
    At, Checked, Expected, Invalid, account, external_id, failure::shown, invalid, invoice, reading, value::word,
};
use crate::contract::v0_1::changes::exports::komunala::adapter::changes as wire;

/// The most accounts that a page names as touched.
const TOUCHED: usize = 100_000;

/// A page of accounts.
pub(crate) fn accounts(page: wire::AccountChanges, size: usize) -> Checked<ChangePage> {
    let mut sorted = Sorted::new(page.progress, size, page.upserts.len() + page.tombstones.len())?;
    for upsert in page.upserts {
        let (id, version) = (upsert.account.id.clone(), upsert.version);
        let record = account::account(upsert.account).map(|account| ChangedRecord::Account(Box::new(account)));
        sorted.take(id, version, record)?;
    }
    sorted.tombstones(page.tombstones);
    Ok(sorted.page)
}

/// A page of invoices.
pub(crate) fn invoices(page: wire::InvoiceChanges, size: usize, expected: &Expected) -> Checked<ChangePage> {
    let mut sorted = Sorted::new(page.progress, size, page.upserts.len() + page.tombstones.len())?;
    let mut owners: HashMap<ExternalId, ExternalId> = HashMap::new();
    for (index, upsert) in page.upserts.into_iter().enumerate() {
        let (id, version) = (upsert.invoice.id.clone(), upsert.version);
        let account = external_id(upsert.invoice.account.clone()).at("account");
        let checked = account.and_then(|account| Ok((account, invoice::invoice(upsert.invoice, expected)?)));
        let record = match checked {
            Ok((account, invoice)) => {
                let owner = owners.entry(invoice.external_id.clone()).or_insert_with(|| account.clone());
                if *owner != account {
                    let problem = "is claimed by two customers";
                    let wrong = Invalid { field: "account".to_owned(), problem, is_foreign: true };
                    return Err(Box::new(wrong)).at_index(index).at("upserts");
                }
                Ok(ChangedRecord::Invoice { account: Some(account), invoice: Box::new(invoice) })
            }
            Err(wrong) => Err(wrong),
        };
        sorted.take(id, version, record)?;
    }
    sorted.tombstones(page.tombstones);
    Ok(sorted.page)
}

/// A page of readings.
pub(crate) fn readings(page: wire::ReadingChanges, size: usize) -> Checked<ChangePage> {
    let mut sorted = Sorted::new(page.progress, size, page.upserts.len())?;
    for upsert in page.upserts {
        let (id, version) = (upsert.reading.supply_point.clone(), upsert.version);
        let record = reading::reading(upsert.reading).map(|reading| ChangedRecord::Reading(Box::new(reading)));
        sorted.take(id, version, record)?;
    }
    Ok(sorted.page)
}

/// The records of a page, the bad ones apart.
struct Sorted {
    page: ChangePage,
}

impl Sorted {
    fn new(progress: wire::Progress, size: usize, records: usize) -> Checked<Self> {
        if records > size {
            return invalid("is longer than was asked for").at("upserts");
        }
        if progress.problems.len() > 1000 {
            return invalid("has too many items").at("progress.problems");
        }
        if progress.touched.len() > TOUCHED {
            return invalid("has too many items").at("progress.touched");
        }
        let problems = progress.problems.into_iter().map(|problem| BadRecord {
            external_id: problem.id.as_deref().map(readable_id),
            field: "record".to_owned(),
            problem: shown(&problem.message),
        });
        let next = word(progress.next, 1024).at("progress.next")?;
        let page = ChangePage {
            upserts: Vec::with_capacity(records),
            tombstones: vec![],
            touched: Vec::with_capacity(progress.touched.len()),
            problems: problems.collect(),
            next,
        };
        let mut sorted = Self { page };
        for id in progress.touched {
            sorted.keep_id(id, |page| &mut page.touched);
        }
        Ok(sorted)
    }

    fn take(&mut self, id: String, version: u64, record: Checked<ChangedRecord>) -> Checked<()> {
        match record {
            Ok(record) => self.page.upserts.push(Upsert { version, record }),
            Err(wrong) if wrong.is_foreign => return Err(wrong).at("upserts"),
            Err(wrong) => self.put_aside(&id, *wrong),
        }
        Ok(())
    }

    fn tombstones(&mut self, ids: Vec<String>) {
        for id in ids {
            self.keep_id(id, |page| &mut page.tombstones);
        }
    }

    fn keep_id(&mut self, id: String, list: impl FnOnce(&mut ChangePage) -> &mut Vec<ExternalId>) {
        let shown = readable_id(&id);
        match external_id(id) {
            Ok(id) => list(&mut self.page).push(id),
            Err(wrong) => self.put_aside(&shown, *wrong),
        }
    }

    fn put_aside(&mut self, id: &str, wrong: Invalid) {
        let problem = wrong.problem.to_owned();
        let field = if wrong.field.is_empty() { "record".to_owned() } else { wrong.field };
        self.page.problems.push(BadRecord { external_id: Some(readable_id(id)), field, problem });
    }
}

/// As much of an id as an operator can look for.
fn readable_id(id: &str) -> String {
    shown(id).chars().take(128).collect()
}

#[cfg(test)]
mod tests {
    use super::{
        super::invoice::tests::{expected, invoice},
        *,
    };

    fn page(invoices: Vec<crate::contract::v0_1::invoice_types::Invoice>) -> wire::InvoiceChanges {
        wire::InvoiceChanges {
            upserts: invoices.into_iter().map(|invoice| wire::InvoiceUpsert { version: 1, invoice }).collect(),
            tombstones: vec!["24-0".into(), String::new()],
            progress: wire::Progress { next: "c2".into(), at_end: false, problems: vec![], touched: vec![] },
        }
    }

    #[test]
    fn a_bad_record_is_put_aside_and_the_cursor_moves_on() {
        let mut bad = invoice("24-2", "a-2");
        bad.currency = "EUR".into();
        let page = invoices(page(vec![invoice("24-1", "a-1"), bad, invoice("24-3", "a-1")]), 100, &expected()).unwrap();
        assert_eq!((page.upserts.len(), page.tombstones.len(), page.next.as_str()), (2, 1, "c2"));
        let problems: Vec<_> = page.problems.iter().map(|it| (it.external_id.as_deref(), it.field.as_str())).collect();
        assert_eq!(problems, [(Some("24-2"), "currency"), (Some(""), "record")]);
    }

    #[test]
    fn a_bill_that_two_customers_claim_refuses_the_page() {
        let wrong = invoices(page(vec![invoice("24-1", "a-1"), invoice("24-1", "a-2")]), 100, &expected()).unwrap_err();
        assert_eq!((wrong.field.as_str(), wrong.is_foreign), ("upserts[1].account", true));
    }

    #[test]
    fn a_feed_may_name_just_the_accounts_that_changed() {
        let touched = |ids: Vec<String>| {
            let progress = wire::Progress { next: "c2".into(), at_end: true, problems: vec![], touched: ids };
            accounts(wire::AccountChanges { upserts: vec![], tombstones: vec![], progress }, 1)
        };
        let page = touched(vec!["004512".into(), "a\nb".into(), "004513".into()]).unwrap();
        let ids: Vec<_> = page.touched.iter().map(ExternalId::as_str).collect();
        assert_eq!((ids, page.problems.len()), (vec!["004512", "004513"], 1));
        let wrong = touched(vec!["1".into(); TOUCHED + 1]).unwrap_err();
        assert_eq!(wrong.field, "progress.touched");
    }

    #[test]
    fn a_page_longer_than_was_asked_for_is_refused() {
        let page = page((0..10).map(|n| invoice(&n.to_string(), "a-1")).collect());
        assert_eq!(invoices(page, 11, &expected()).unwrap_err().field, "upserts");
    }
}
