//! Runs of bills.

use std::pin::Pin;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures::{Stream, StreamExt};
use komunala_app::{
    Operations,
    ports::{
        bill_runs::{PaperBill, PaperCursor, Steer},
        outbox::MessageState,
    },
    scope::OperatorScope,
};
use tonic::Status;

use super::messages;
use crate::{
    convert,
    failure::{Failure, Reason},
    names::{self, BillRunName},
    proto::operator::v1,
    services::asked::{Asked, page, write_id},
};

pub(super) async fn start(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::StartBillRunRequest>,
) -> Result<v1::BillRun, Failure> {
    let v1::StartBillRunRequest { provider, period, request_id } = asked.message;
    let provider = provider.parse().map_err(|_| Failure::invalid_field("provider", "must be a provider's id"))?;
    let period = period.parse().map_err(|_| Failure::invalid_field("period", "must be a month such as 2024-07"))?;
    let run = operations.start_bill_run(&asked.scope, &provider, period, write_id(&request_id)?).await?;
    Ok(convert::bill_run(run))
}

pub(super) async fn get(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::GetBillRunRequest>,
) -> Result<v1::BillRun, Failure> {
    let BillRunName { provider, run } = BillRunName::parse("name", &asked.message.name)?;
    Ok(convert::bill_run(operations.get_bill_run(&asked.scope, &provider, run).await?))
}

/// A run as it stands, again and again.
pub(in crate::services) type Watched = Pin<Box<dyn Stream<Item = Result<v1::BillRun, Status>> + Send>>;

pub(super) async fn watch(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::WatchBillRunRequest>,
) -> Result<Watched, Failure> {
    let BillRunName { provider, run } = BillRunName::parse("name", &asked.message.name)?;
    let seen = operations.watch_bill_run(&asked.scope, &provider, run).await?;
    Ok(seen.map(|seen| seen.map(convert::bill_run).map_err(|error| Failure::from(error).into())).boxed())
}

pub(super) async fn steer(
    operations: &Operations,
    scope: &OperatorScope,
    name: &str,
    steer: Steer,
) -> Result<v1::BillRun, Failure> {
    let BillRunName { provider, run } = BillRunName::parse("name", name)?;
    Ok(convert::bill_run(operations.steer_bill_run(scope, &provider, run, steer).await?))
}

pub(super) async fn paper(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::ListPaperBillsRequest>,
) -> Result<v1::ListPaperBillsResponse, Failure> {
    let v1::ListPaperBillsRequest { parent, page_size, page_token } = asked.message;
    let BillRunName { provider, run } = BillRunName::parse("parent", &parent)?;
    let query = format!("{parent}/");
    let request = page(page_size, page_token);
    let (after, limit) = (behind(&query, &request.token)?, request.limit());
    let mut found = operations.list_paper_bills(&asked.scope, &provider, run, after.as_ref(), limit + 1).await?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found.last().filter(|_| more).map(|last| next(&query, last));
    Ok(v1::ListPaperBillsResponse {
        bills: found.into_iter().map(|bill| convert::paper_bill(&provider, bill)).collect(),
        next_page_token: next.unwrap_or_default(),
    })
}

fn next(query: &str, last: &PaperBill) -> String {
    URL_SAFE_NO_PAD.encode(format!("{query}{}/{}", last.account, last.bill))
}

/// Where a page begins: behind the last bill of the page before, of the same run.
fn behind(query: &str, token: &str) -> Result<Option<PaperCursor>, Failure> {
    if token.is_empty() {
        return Ok(None);
    }
    let place = URL_SAFE_NO_PAD.decode(token).ok().and_then(|text| String::from_utf8(text).ok());
    let place = place.and_then(|text| {
        let (account, bill) = text.strip_prefix(query)?.split_once('/')?;
        Some((account.parse().ok()?, bill.parse().ok()?))
    });
    place.map(Some).ok_or_else(|| Failure::new(Reason::PageTokenInvalid, "the page token belongs to another query"))
}

pub(super) async fn unknown(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::ListUnknownDeliveriesRequest>,
) -> Result<v1::ListUnknownDeliveriesResponse, Failure> {
    let v1::ListUnknownDeliveriesRequest { parent, page_size, page_token } = asked.message;
    let provider = names::provider("parent", &parent)?;
    let query = format!("{parent}/unknown/");
    let request = page(page_size, page_token);
    let state = MessageState::Unknown;
    let (messages, next_page_token) =
        messages::stuck(operations, &asked.scope, &provider, state, &query, &request).await?;
    Ok(v1::ListUnknownDeliveriesResponse { messages, next_page_token })
}

pub(super) async fn resolve(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::ResolveUnknownDeliveryRequest>,
) -> Result<v1::ResolveUnknownDeliveryResponse, Failure> {
    messages::decide(operations, &asked.scope, &asked.message.name, asked.message.resolution()).await?;
    Ok(v1::ResolveUnknownDeliveryResponse {})
}

#[cfg(test)]
mod tests {
    use komunala_domain::ids::{AccountId, InvoiceId};

    use super::*;

    #[test]
    fn a_token_leads_on_behind_its_bill_whatever_the_bill_is_called() {
        let last = PaperBill {
            account: AccountId::new(),
            bill: "24/07/1".parse().unwrap(),
            invoice: InvoiceId::new(),
            number: "24/07/1".to_owned(),
            external_account: "a-1".parse().unwrap(),
            customer_number: None,
            reason: komunala_app::ports::bill_runs::PaperReason::Chosen,
        };
        let token = next("providers/gas/billRuns/brn_1/", &last);
        assert_eq!(behind("providers/gas/billRuns/brn_1/", &token).unwrap(), Some((last.account, last.bill)));
        let other = behind("providers/gas/billRuns/brn_2/", &token).unwrap_err();
        assert_eq!(other.reason(), Reason::PageTokenInvalid);
    }
}
