//! What operators see.

use komunala_app::{
    credentials::portal_key::sha256,
    operator::{ComponentOverview, Outcome, ProviderState, Standing},
    ports::condition::{Condition, LimitHit, Problem},
};
use komunala_domain::Sha256;

use super::date::moment;
use crate::{
    names::{self, ProviderName},
    proto::operator::v1,
};

fn component_name(digest: Sha256) -> String {
    format!("components/{digest}")
}

pub(crate) fn component(overview: &ComponentOverview) -> v1::Component {
    let component = &overview.component;
    v1::Component {
        name: component_name(component.digest),
        adapter: component.about.name.clone(),
        version: component.about.version.clone(),
        contract: component.about.contract.clone(),
        description: component.about.description.clone(),
        size_bytes: i64::try_from(component.size).unwrap_or(i64::MAX),
        signed_by: overview.signed_by.clone().unwrap_or_default(),
        install_time: Some(moment(component.installed_at)),
        installed_by: component.installed_by.clone(),
        providers: names::providers(&overview.used_by),
    }
}

pub(crate) fn adapter(standing: &Standing) -> v1::Adapter {
    let serving = standing.serving.as_ref().map(|serving| &serving.billing);
    // what nothing serves is not well
    let nothing = Condition { is_healthy: false, ..Condition::default() };
    let condition = serving.map_or(nothing, |billing| billing.condition());
    let capabilities = serving.map(|billing| billing.capabilities()).unwrap_or_default();
    v1::Adapter {
        name: format!("{}/adapter", ProviderName(&standing.settings.provider.id)),
        component: component_name(standing.settings.component),
        serving_component: serving.map(|billing| component_name(billing.digest())).unwrap_or_default(),
        previous_component: standing.held.previous_component.map(component_name).unwrap_or_default(),
        problem: standing.problem.clone().unwrap_or_default(),
        enabled: standing.held.is_enabled,
        healthy: condition.is_healthy,
        capabilities: capabilities.iter().map(|capability| capability.name().to_owned()).collect(),
        resting_operations: condition.resting.iter().map(|operation| (*operation).to_owned()).collect(),
        limits_hit: condition.limits.iter().map(limit).collect(),
        recent_problems: condition.problems.iter().map(problem).collect(),
        adapter: standing.settings.adapter.clone(),
    }
}

pub(crate) fn settings(standing: &Standing) -> v1::ProviderSettings {
    let (held, provider) = (&standing.held, &standing.settings.provider);
    v1::ProviderSettings {
        name: ProviderName(&provider.id).to_string(),
        tenant: provider.tenant.to_string(),
        display_name: provider.display_name.clone(),
        settings: held.text.text.to_string(),
        sha256: sha256(held.text.text.as_bytes()).to_string(),
        revision: i64::try_from(held.revision).unwrap_or(i64::MAX),
        apply_time: held.applied_at.map(moment),
        applied_by: held.applied_by.clone().unwrap_or_default(),
        component: component_name(standing.settings.component),
        problem: standing.problem.clone().unwrap_or_default(),
        state: state(standing.state()).into(),
        file_sha256: standing.file.as_ref().map(|file| sha256(file.text.as_bytes()).to_string()).unwrap_or_default(),
        drifted: standing.has_drifted(),
    }
}

fn state(state: ProviderState) -> v1::provider_settings::State {
    match state {
        ProviderState::Serving => v1::provider_settings::State::Serving,
        ProviderState::Paused => v1::provider_settings::State::Paused,
        ProviderState::Disabled => v1::provider_settings::State::Disabled,
        ProviderState::Failing => v1::provider_settings::State::Failing,
    }
}

pub(crate) fn outcome(outcome: Outcome) -> v1::ApplyOutcome {
    match outcome {
        Outcome::Applied => v1::ApplyOutcome::Applied,
        Outcome::Unchanged => v1::ApplyOutcome::Unchanged,
        Outcome::Valid => v1::ApplyOutcome::Valid,
    }
}

fn limit(hit: &LimitHit) -> v1::LimitHit {
    v1::LimitHit {
        limit: hit.limit.to_owned(),
        times: i64::try_from(hit.times).unwrap_or(i64::MAX),
        last_time: Some(moment(hit.last)),
    }
}

fn problem(problem: &Problem) -> v1::AdapterProblem {
    v1::AdapterProblem {
        time: Some(moment(problem.at)),
        operation: problem.operation.to_owned(),
        outcome: problem.outcome.to_owned(),
    }
}
