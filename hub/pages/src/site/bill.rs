//! `/p/{token}`: the page where a bill is paid.

use std::time::Duration;

use axum::response::Response;
use bytes::Bytes;
use komunala_app::{
    payment::PayByLink,
    ports::{
        Call,
        pay_pages::{Over, PayPage},
    },
};

use super::visit::Visit;
use crate::{answer, reader::Fields};

/// How long a payer waits for a payment provider to get ready.
const PATIENCE: Duration = Duration::from_secs(12);

pub(super) async fn show(visit: Visit) -> Response {
    let fields = visit.fields();
    match visit.hub().bill_page(&visit.token, fields.part(), fields.names_whole()).await {
        Ok(bill) => visit.page(&PayPage::Bill(Box::new(bill)), None),
        Err(over) => visit.over(over),
    }
}

/// A button of the page was pressed.
pub(super) async fn pay(visit: Visit, body: Bytes) -> Response {
    let form = Fields::of(&body);
    let channel = form.get("channel").and_then(|channel| channel.parse().ok());
    let (Some(channel), Some(request_id)) = (channel, form.request_id()) else {
        return visit.over(Over::Unknown);
    };
    let pressed = PayByLink { installment: form.part(), channel, request_id, language: visit.language() };
    match visit.hub().pay_by_link(&visit.token, Call::within(PATIENCE), pressed).await {
        Ok(uri) => answer::see_other(&uri),
        Err(over) => visit.over(over),
    }
}
