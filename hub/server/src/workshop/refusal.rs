//! What the sandbox refuses, as operators read it: a field of their settings, or something about the component.

use komunala_app::ports::workshop::{FitError, SettingsProblem};
use komunala_sandbox::{AdapterError, GrantError};

/// Why an adapter was not loaded.
pub(super) fn of_adapter(error: AdapterError) -> FitError {
    let text = error.to_string();
    let field = match error {
        AdapterError::Load(_) => return FitError::Component(text),
        AdapterError::Tls(_) => "grant.authorities",
        AdapterError::Grant(GrantError::Setting(_)) => "grant.settings",
        AdapterError::Grant(GrantError::Credential(_)) => "grant.credentials",
        AdapterError::Grant(GrantError::Folder(_) | GrantError::UnknownFolder(_)) => "grant.folders",
        AdapterError::Grant(GrantError::Secret(_)) => "grant.secrets",
    };
    FitError::Settings(SettingsProblem::new(field, text))
}

/// The first thing that is wrong with settings which were read before.
pub(super) fn of_settings(problems: Vec<SettingsProblem>) -> FitError {
    let first = problems.into_iter().next();
    FitError::Settings(first.unwrap_or_else(|| SettingsProblem::new("provider", "cannot be read")))
}
