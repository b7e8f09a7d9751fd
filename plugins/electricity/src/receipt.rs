//! The billing system's receipt for a reading.

use komunala_adapter_sdk::{
    Error,
    readings::{Receipt, ReceiptState},
};
use serde::Deserialize;

use crate::text::said;

#[derive(Deserialize)]
pub(crate) struct WireReceipt {
    stanje: String,
    razlog: Option<String>,
}

impl WireReceipt {
    /// The contract's receipt. It is found again by its key alone, so the key is its id.
    pub(crate) fn under(self, key: &str) -> Result<Receipt, Error> {
        let state = match self.stanje.as_str() {
            "ACCEPTED" => ReceiptState::Accepted,
            "POSTED" => ReceiptState::Posted,
            "REJECTED" => ReceiptState::Rejected,
            _ => return Err(Error::upstream("a receipt in an unknown state")),
        };
        Ok(Receipt { id: Some(key.to_owned()), state, reason: said(self.razlog) })
    }
}
