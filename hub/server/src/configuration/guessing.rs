//! How often whoever guesses may fail, as the configuration file says.

use jiff::SignedDuration;
use komunala_app::guessing::{Allowance, Guessing};
use serde::Deserialize;

/// So many failures in a window.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllowanceConfiguration {
    /// How many.
    pub failures: u32,
    /// How long the window lasts.
    pub window: SignedDuration,
}

/// The budgets of failures.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "each field is named after the one of `Guessing`, which says what it is")]
pub struct GuessingConfiguration {
    pub pin_per_number: AllowanceConfiguration,
    pub pin_per_caller: AllowanceConfiguration,
    pub pin_per_provider: AllowanceConfiguration,
    pub password_per_address: AllowanceConfiguration,
    pub password_per_device: AllowanceConfiguration,
    pub password_per_caller: AllowanceConfiguration,
    pub password_per_tenant: AllowanceConfiguration,
    pub present_password: AllowanceConfiguration,
    pub code_per_subject: AllowanceConfiguration,
    pub code_per_caller: AllowanceConfiguration,
    pub code_per_tenant: AllowanceConfiguration,
    pub mails_per_address: AllowanceConfiguration,
    pub mails_per_caller: AllowanceConfiguration,
    pub longest_wait: SignedDuration,
}

impl GuessingConfiguration {
    /// As the use cases want it. A budget of no failures would refuse whoever is right, too: it has one.
    pub(crate) fn settings(&self) -> Guessing {
        let allow = |allowance: AllowanceConfiguration| Allowance {
            failures: allowance.failures.max(1),
            window: allowance.window.max(SignedDuration::from_secs(1)),
        };
        Guessing {
            pin_per_number: allow(self.pin_per_number),
            pin_per_caller: allow(self.pin_per_caller),
            pin_per_provider: allow(self.pin_per_provider),
            password_per_address: allow(self.password_per_address),
            password_per_device: allow(self.password_per_device),
            password_per_caller: allow(self.password_per_caller),
            password_per_tenant: allow(self.password_per_tenant),
            present_password: allow(self.present_password),
            code_per_subject: allow(self.code_per_subject),
            code_per_caller: allow(self.code_per_caller),
            code_per_tenant: allow(self.code_per_tenant),
            mails_per_address: allow(self.mails_per_address),
            mails_per_caller: allow(self.mails_per_caller),
            longest_wait: self.longest_wait,
        }
    }
}

#[cfg(test)]
mod tests {
    use figment::{Figment, providers::Format};

    use super::*;

    #[test]
    fn the_documented_budgets_are_those_of_the_hub() {
        let figment = Figment::from(figment::providers::Toml::string(crate::configuration::DEFAULTS));
        let documented: GuessingConfiguration = figment.extract_inner("guessing").unwrap();
        assert_eq!(documented.settings(), Guessing::default());
    }
}
