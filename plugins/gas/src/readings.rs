//! `readings`: history, submission, receipts.

use komunala_adapter_sdk::{
    Date, Decimal, Error, distinct,
    http::{Request, Transport},
    reading_types::Reading,
    readings::{ReadingPage, Readings, Receipt, Submission},
    types::{DateRange, PageRequest},
};
use serde::Serialize;

use crate::{
    Gas,
    account::REGISTER,
    billing::BillingSystem,
    paging::{Page, Paged},
    reading::WireReading,
    receipt::WireReceipt,
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireSubmission<'a> {
    point_id: &'a str,
    serial: &'a str,
    read_on: Date,
    value: Decimal,
}

impl<T: Transport> BillingSystem<T> {
    /// A page of a point's readings, at all meters it has had; the contract's `list-readings`.
    pub fn readings(&self, point: &str, range: &DateRange, page: &PageRequest) -> Result<ReadingPage, Error> {
        let page = Page::new(page)?;
        let request = page
            .ask(Request::get(&self.settings.endpoint, &["v1", "points", point, "readings"])?)
            .query_some("from", range.first)
            .query_some("to", range.last);
        let response = self.read(&request)?;
        let listed: Paged<WireReading> = response.json()?;
        if listed.items.iter().any(|reading| reading.point_id != point) {
            return Err(Error::upstream("readings of a point that was not asked for"));
        }
        let items = distinct(listed.items, |one, other| one.key().cmp(&other.key()));
        Ok(ReadingPage { items: items.into_iter().map(Reading::from).collect(), next: page.next(listed.pages) })
    }

    /// Hands a reading in; the contract's `submit-reading`. Where the answer was lost, the receipt is looked up by the
    /// key; where there is none, the request may still be under way, so the outcome stays unknown.
    pub fn submit(&self, submission: &Submission, key: &str) -> Result<Receipt, Error> {
        let body = WireSubmission {
            point_id: &submission.supply_point,
            serial: &submission.meter,
            read_on: submission.date,
            value: only_register(submission)?,
        };
        let request =
            Request::post(&self.settings.endpoint, &["v1", "readings"], &body)?.header("idempotency-key", key);
        match self
            .write_json::<WireReceipt>(&request)
            .and_then(|wire| Receipt::try_from(wire).map_err(Error::outcome_unknown))
        {
            Err(Error::OutcomeUnknown(lost)) => match self.receipt_by_key(key) {
                Ok(Some(receipt)) => Ok(receipt),
                _ => Err(Error::OutcomeUnknown(lost)),
            },
            known => known,
        }
    }

    /// The receipt of a submission, if there is one; the contract's `find-receipt`.
    pub fn receipt_by_key(&self, key: &str) -> Result<Option<Receipt>, Error> {
        let request = Request::get(&self.settings.endpoint, &["v1", "receipts"])?.query("key", key);
        match self.read(&request) {
            Ok(response) => response.json::<WireReceipt>()?.try_into().map(Some),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A receipt as it stands now; the contract's `get-receipt`.
    pub fn receipt(&self, id: &str) -> Result<Receipt, Error> {
        let request = Request::get(&self.settings.endpoint, &["v1", "readings", id])?;
        self.read(&request)?.json::<WireReceipt>()?.try_into()
    }
}

/// A gas meter has one register, and the value goes out as it was typed.
fn only_register(submission: &Submission) -> Result<Decimal, Error> {
    match submission.registers.as_slice() {
        [register] if register.code == REGISTER => Ok(register.value),
        _ => Err(Error::rejected("registers", "unknown", format_args!("a gas meter has the one register {REGISTER}"))),
    }
}

impl Readings for Gas {
    fn list_readings(
        _account: String,
        supply_point: String,
        range: DateRange,
        page: PageRequest,
    ) -> Result<ReadingPage, Error> {
        BillingSystem::here()?.readings(&supply_point, &range, &page)
    }

    fn submit_reading(submission: Submission, key: String) -> Result<Receipt, Error> {
        BillingSystem::here()?.submit(&submission, &key)
    }

    fn find_receipt(_submission: Submission, key: String) -> Result<Option<Receipt>, Error> {
        BillingSystem::here()?.receipt_by_key(&key)
    }

    fn get_receipt(id: String) -> Result<Receipt, Error> {
        BillingSystem::here()?.receipt(&id)
    }
}
