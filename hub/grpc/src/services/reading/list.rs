//! ListMeters, ListReadings and GetReadingWindow.

use komunala_app::{Hub, ports::readings::ReadingsOf, scope::UserScope};

use crate::{
    convert,
    failure::Failure,
    names::{self, ProviderName},
    proto::v1,
    services::asked::{Asked, page},
};

pub(super) async fn meters(
    hub: &Hub,
    asked: Asked<UserScope, v1::ListMetersRequest>,
) -> Result<v1::ListMetersResponse, Failure> {
    let (account, point) = names::points("parent", &asked.message.parent)?;
    let request = page(asked.message.page_size, asked.message.page_token);
    let account = (&account.provider, account.account);
    let page = hub.list_meters(&asked.scope, asked.call, account, point, request).await?;
    Ok(v1::ListMetersResponse {
        meters: page.items.iter().map(convert::meter_in_place).collect(),
        next_page_token: page.next_token,
        unreachable: page.unreachable.iter().map(|provider| ProviderName(provider).to_string()).collect(),
    })
}

pub(super) async fn readings(
    hub: &Hub,
    asked: Asked<UserScope, v1::ListReadingsRequest>,
) -> Result<v1::ListReadingsResponse, Failure> {
    let (point, meter) = names::meters("parent", &asked.message.parent)?;
    let (provider, account) = (&point.account.provider, point.account.account);
    let of = meter.map_or(ReadingsOf::Point(point.point), ReadingsOf::Meter);
    let request = page(asked.message.page_size, asked.message.page_token);
    let page = hub.list_readings(&asked.scope, asked.call, (provider, account, point.point), of, request).await?;
    Ok(v1::ListReadingsResponse {
        readings: page.items.into_iter().map(|copy| convert::reading(provider, copy)).collect(),
        next_page_token: page.next_token,
        unreachable: page.unreachable.iter().map(|provider| ProviderName(provider).to_string()).collect(),
    })
}

pub(super) fn window(
    hub: &Hub,
    asked: &Asked<UserScope, v1::GetReadingWindowRequest>,
) -> Result<v1::GetReadingWindowResponse, Failure> {
    let provider = names::provider("name", &asked.message.name)?;
    Ok(convert::window_now(hub.get_reading_window(&asked.scope, &provider)?))
}
