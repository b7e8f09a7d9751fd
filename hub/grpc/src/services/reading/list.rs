//! ListMeters and ListReadings.

use komunala_app::{Hub, scope::UserScope};

use crate::{
    convert,
    failure::Failure,
    names::{self, MeterName, ProviderName},
    proto::v1,
    services::{
        asked::{Asked, page},
        pages,
    },
};

pub(super) async fn meters(
    hub: &Hub,
    asked: Asked<UserScope, v1::ListMetersRequest>,
) -> Result<v1::ListMetersResponse, Failure> {
    let (account, point) = names::points("parent", &asked.message.parent)?;
    let meters = hub.list_meters(&asked.scope, asked.call, &account.provider, account.account, point).await?;
    let query = format!("{}/{}", asked.scope.user(), asked.message.parent);
    let request = page(asked.message.page_size, asked.message.page_token);
    let (meters, next_page_token) = pages::cut(meters, &query, &request, |meter| meter.id.to_string())?;
    Ok(v1::ListMetersResponse {
        meters: meters.iter().map(convert::meter_in_place).collect(),
        next_page_token,
        unreachable: Vec::new(),
    })
}

pub(super) async fn readings(
    hub: &Hub,
    asked: Asked<UserScope, v1::ListReadingsRequest>,
) -> Result<v1::ListReadingsResponse, Failure> {
    let MeterName { point, meter } = MeterName::parse("parent", &asked.message.parent)?;
    let (provider, account) = (&point.account.provider, point.account.account);
    let request = page(asked.message.page_size, asked.message.page_token);
    let page = hub.list_readings(&asked.scope, asked.call, (provider, account, point.point, meter), request).await?;
    Ok(v1::ListReadingsResponse {
        readings: page.items.into_iter().map(|copy| convert::reading(provider, copy)).collect(),
        next_page_token: page.next_token,
        unreachable: page.unreachable.iter().map(|provider| ProviderName(provider).to_string()).collect(),
    })
}
