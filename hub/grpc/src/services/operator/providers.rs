//! The settings of providers and portals.

use komunala_app::{Operations, scope::OperatorScope};

use super::pages;
use crate::{
    convert::operator,
    failure::Failure,
    names::{self, ProviderName},
    proto::operator::v1,
    services::asked::{Asked, page},
};

pub(super) async fn apply(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::ApplyProviderRequest>,
) -> Result<v1::ApplyProviderResponse, Failure> {
    let v1::ApplyProviderRequest { settings, validate_only } = &asked.message;
    let (provider, outcome) = operations.apply_provider(&asked.scope, settings, *validate_only).await?;
    let name = ProviderName(&provider).to_string();
    Ok(v1::ApplyProviderResponse { name, outcome: operator::outcome(outcome).into() })
}

pub(super) async fn apply_portals(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::ApplyPortalsRequest>,
) -> Result<v1::ApplyPortalsResponse, Failure> {
    let v1::ApplyPortalsRequest { settings, validate_only } = &asked.message;
    let (tenant, outcome) = operations.apply_portals(&asked.scope, settings, *validate_only).await?;
    Ok(v1::ApplyPortalsResponse { tenant: tenant.to_string(), outcome: operator::outcome(outcome).into() })
}

pub(super) fn list(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::ListProvidersRequest>,
) -> Result<v1::ListProvidersResponse, Failure> {
    let request = page(asked.message.page_size, asked.message.page_token);
    let standings = operations.list_providers(&asked.scope);
    let (standings, next_page_token) = pages::cut(standings, &request, pages::provider)?;
    let mut providers: Vec<_> = standings.iter().map(operator::settings).collect();
    for provider in &mut providers {
        provider.settings.clear();
    }
    Ok(v1::ListProvidersResponse { providers, next_page_token })
}

pub(super) fn get(
    operations: &Operations,
    asked: &Asked<OperatorScope, v1::GetProviderRequest>,
) -> Result<v1::ProviderSettings, Failure> {
    let provider = names::provider("name", &asked.message.name)?;
    Ok(operator::settings(&operations.get_provider(&asked.scope, &provider)?))
}

pub(super) async fn show(
    operations: &Operations,
    scope: &OperatorScope,
    name: &str,
    is_shown: bool,
) -> Result<v1::ProviderSettings, Failure> {
    let provider = names::provider("name", name)?;
    Ok(operator::settings(&operations.show(scope, &provider, is_shown).await?))
}
