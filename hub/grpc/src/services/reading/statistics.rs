//! GetStatistics.

use komunala_app::{Hub, reading::GetStatistics, scope::UserScope};

use crate::{
    convert,
    failure::Failure,
    names::PointName,
    proto::v1,
    services::asked::{Asked, day},
};

pub(super) async fn get(
    hub: &Hub,
    asked: Asked<UserScope, v1::GetStatisticsRequest>,
) -> Result<v1::GetStatisticsResponse, Failure> {
    let message = asked.message;
    let PointName { account, point } = PointName::parse("parent", &message.parent)?;
    let request = GetStatistics {
        period: convert::statistics_period_of(message.period()),
        provider: account.provider,
        account: account.account,
        point,
        first: day("start_date", message.start_date.as_ref())?,
        last: day("end_date", message.end_date.as_ref())?,
    };
    let statistics = hub.get_statistics(&asked.scope, asked.call, request).await?;
    Ok(v1::GetStatisticsResponse {
        buckets: statistics.consumption.into_iter().map(convert::consumption).collect(),
        as_of_time: statistics.as_of.map(convert::moment),
    })
}
