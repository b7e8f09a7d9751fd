//! ListIntervals.

use komunala_app::{Hub, reading::ListIntervals, scope::UserScope};

use crate::{
    convert,
    failure::Failure,
    names::{PointName, ProviderName},
    proto::v1,
    services::asked::{Asked, page},
};

pub(super) async fn list(
    hub: &Hub,
    asked: Asked<UserScope, v1::ListIntervalsRequest>,
) -> Result<v1::ListIntervalsResponse, Failure> {
    let message = asked.message;
    let PointName { account, point } = PointName::parse("parent", &message.parent)?;
    let request = ListIntervals {
        selection: convert::selection_of(message.measure(), message.direction()),
        provider: account.provider,
        account: account.account,
        point,
        start: message.start_time.as_ref().and_then(convert::moment_of),
        end: message.end_time.as_ref().and_then(convert::moment_of),
        page: page(message.page_size, message.page_token),
    };
    let page = hub.list_intervals(&asked.scope, asked.call, request).await?;
    Ok(v1::ListIntervalsResponse {
        intervals: page.items.into_iter().map(convert::interval).collect(),
        next_page_token: page.next_token,
        unreachable: page.unreachable.iter().map(|provider| ProviderName(provider).to_string()).collect(),
    })
}
