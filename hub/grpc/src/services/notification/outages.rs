//! Interruptions of supply.

use komunala_app::{Hub, outage::ListOutages, scope::UserScope};

use crate::{
    convert,
    failure::Failure,
    names,
    proto::v1,
    services::asked::{Asked, page},
};

pub(super) async fn list(
    hub: &Hub,
    asked: Asked<UserScope, v1::ListOutagesRequest>,
) -> Result<v1::ListOutagesResponse, Failure> {
    let (accounts, point) = names::reach("parent", &asked.message.parent)?;
    let page = page(asked.message.page_size, asked.message.page_token);
    let page = hub.list_outages(&asked.scope, asked.call, ListOutages { accounts, point, page }).await?;
    Ok(v1::ListOutagesResponse {
        outages: page.items.into_iter().map(convert::outage).collect(),
        next_page_token: page.next_token,
        unreachable: names::providers(&page.unreachable),
    })
}
