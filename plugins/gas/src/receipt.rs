//! The billing system's receipt for a reading.

use komunala_adapter_sdk::{
    Error,
    readings::{Receipt, ReceiptState},
};
use serde::Deserialize;

use crate::text::said;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireReceipt {
    receipt_id: String,
    state: String,
    reason: Option<String>,
}

impl TryFrom<WireReceipt> for Receipt {
    type Error = Error;

    fn try_from(wire: WireReceipt) -> Result<Self, Error> {
        let state = match wire.state.as_str() {
            "ACCEPTED" => ReceiptState::Accepted,
            "POSTED" => ReceiptState::Posted,
            "REJECTED" => ReceiptState::Rejected,
            _ => return Err(Error::upstream("a receipt in an unknown state")),
        };
        Ok(Self { id: said(Some(wire.receipt_id)), state, reason: said(wire.reason) })
    }
}
