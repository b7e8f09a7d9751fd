//! Which misdeed it is.

use komunala_adapter_sdk::settings;

/// Whether this is the misdeed of the day.
pub(crate) fn is(scenario: &str) -> bool {
    settings::optional("MISDEED").is_some_and(|misdeed| misdeed == scenario)
}
