//! The same mapping code as a part of this program.

use komunala_adapter_gas::{BillingSystem, Settings};
use komunala_adapter_sdk::{
    http::{Request, Response, SendError, Transport},
    invoices::InvoiceFilter,
    types::PageRequest,
};

use crate::{adapters, billing};

struct Answering;

impl Transport for Answering {
    fn send(&self, _: &Request<'_>) -> Result<Response, SendError> {
        Ok(Response {
            status: 200,
            content_type: Some("application/json".to_owned()),
            retry_after: None,
            body: billing::INVOICES.to_vec(),
        })
    }
}

/// A call; how many invoices came.
pub(crate) fn invoices() -> anyhow::Result<usize> {
    let failed = |error| anyhow::anyhow!("{error:?}");
    let endpoint = adapters::BASE_URL.parse().map_err(|error| anyhow::anyhow!("{error:?}"))?;
    let settings = Settings::new(endpoint, "RSD".to_owned()).map_err(failed)?;
    let page = PageRequest { cursor: None, size: 100 };
    let answer = BillingSystem::new(settings, Answering).invoices(billing::ACCOUNT, &InvoiceFilter::All, &page);
    Ok(answer.map_err(failed)?.items.len())
}
