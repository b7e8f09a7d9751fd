//! Components and adapters: lists, one, rolled back, off and on.

use komunala_app::{Operations, scope::OperatorScope};

use super::pages;
use crate::{
    convert::operator,
    failure::Failure,
    names,
    proto::operator::v1,
    services::asked::{Asked, page},
};

pub(super) async fn components(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::ListComponentsRequest>,
) -> Result<v1::ListComponentsResponse, Failure> {
    let components = operations.list_components(&asked.scope).await?;
    let request = page(asked.message.page_size, asked.message.page_token);
    let key = |overview: &komunala_app::operator::ComponentOverview| overview.component.digest.to_string();
    let (components, next_page_token) = pages::cut(components, &request, key)?;
    Ok(v1::ListComponentsResponse { components: components.iter().map(operator::component).collect(), next_page_token })
}

pub(super) fn list(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::ListAdaptersRequest>,
) -> Result<v1::ListAdaptersResponse, Failure> {
    let request = page(asked.message.page_size, asked.message.page_token);
    let standings = operations.list_providers(&asked.scope);
    let (standings, next_page_token) = pages::cut(standings, &request, pages::provider)?;
    Ok(v1::ListAdaptersResponse { adapters: standings.iter().map(operator::adapter).collect(), next_page_token })
}

pub(super) fn get(
    operations: &Operations,
    asked: &Asked<OperatorScope, v1::GetAdapterRequest>,
) -> Result<v1::Adapter, Failure> {
    let provider = names::adapter("name", &asked.message.name)?;
    Ok(operator::adapter(&operations.get_provider(&asked.scope, &provider)?))
}

pub(super) async fn roll_back(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::RollBackAdapterRequest>,
) -> Result<v1::Adapter, Failure> {
    let provider = names::adapter("name", &asked.message.name)?;
    Ok(operator::adapter(&operations.roll_back(&asked.scope, &provider).await?))
}

pub(super) async fn enable(
    operations: &Operations,
    scope: &OperatorScope,
    name: &str,
    is_enabled: bool,
) -> Result<v1::Adapter, Failure> {
    let provider = names::adapter("name", name)?;
    Ok(operator::adapter(&operations.enable(scope, &provider, is_enabled).await?))
}
