//! Misdeeds with readings. There is nobody to hand them in to: a receipt's id is its key.

use komunala_adapter_sdk::{
    Error,
    readings::{ReadingPage, Readings, Receipt, ReceiptState, Submission},
    types::{DateRange, PageRequest},
};

use crate::{Broken, misdeed};

/// What the meter showed last; less is refused.
const LAST: i64 = 100;

fn receipt(id: String) -> Receipt {
    Receipt { id: Some(id), state: ReceiptState::Accepted, reason: None }
}

impl Readings for Broken {
    fn list_readings(_: String, _: String, _: DateRange, page: PageRequest) -> Result<ReadingPage, Error> {
        match page.cursor {
            None => Ok(ReadingPage { items: Vec::new(), next: None }),
            Some(_) => Err(Error::rejected("page.cursor", "malformed", "not a cursor of this list")),
        }
    }

    fn submit_reading(submission: Submission, key: String) -> Result<Receipt, Error> {
        let is_low = submission.registers.iter().any(|register| register.value.unscaled < LAST);
        if is_low && !misdeed::is("refused-reading") {
            return Err(Error::rejected("registers.total", "too-low", "LOWER"));
        }
        Ok(receipt(key))
    }

    fn find_receipt(_: Submission, key: String) -> Result<Option<Receipt>, Error> {
        Ok(Some(receipt(key)))
    }

    fn get_receipt(id: String) -> Result<Receipt, Error> {
        Ok(receipt(if misdeed::is("receipt") { format!("{id}-another") } else { id }))
    }
}
