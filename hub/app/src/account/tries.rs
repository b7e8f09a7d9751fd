//! What tries are counted by, before anything expensive is done.

use komunala_domain::{CustomerNumber, EmailAddress, ProviderId, ids::UserId};

use crate::{
    Hub,
    caller::Caller,
    credentials::known_device::KnownDevice,
    failure::Failure,
    guessing::Allowance,
    ports::attempts::Budget,
    scope::{PortalScope, TenantScope},
};

/// Who tries to prove an account.
#[derive(Debug, Clone, Copy)]
pub(super) enum Prover {
    /// Whoever has a paper bill, and where they call from.
    Stranger(Option<Caller>),
    /// Somebody who is signed in, and whom strangers' failures must not keep from linking an account.
    User(UserId),
}

impl Hub {
    /// Counts an attempt as failed until it turns out not to be.
    pub(crate) async fn begin_attempt(&self, scope: &TenantScope, budgets: &[Budget]) -> Result<(), Failure> {
        self.attempts.begin(scope, budgets, self.clock.now()).await?.map_err(|wait| {
            self.note_stop(scope, budgets);
            Failure::TooManyAttempts { retry_after: wait.unsigned_abs() }
        })
    }

    /// What a PIN for a customer number is counted by.
    pub(super) fn pin_budgets(&self, prover: Prover, provider: &ProviderId, number: &CustomerNumber) -> Vec<Budget> {
        let (kind, who) = match prover {
            Prover::Stranger(caller) => ("stranger", caller.map(|caller| caller.to_string())),
            Prover::User(user) => ("user", Some(user.to_string())),
        };
        let (provider, limits) = (provider.as_str(), &self.guessing);
        let mut budgets = vec![
            self.growing(&["pin", provider, kind, number.as_str()], limits.pin_per_number),
            self.steady(&["pin", provider], limits.pin_per_provider),
        ];
        budgets.extend(who.map(|who| self.growing(&["pin-caller", kind, &who], limits.pin_per_caller)));
        budgets
    }

    /// What a password for an address is counted by: a device that signed in before has a budget of its own.
    pub(super) fn password_budgets(
        &self,
        scope: &PortalScope,
        email: &EmailAddress,
        device: Option<KnownDevice>,
    ) -> Vec<Budget> {
        let (tenant, limits) = (scope.tenant().tenant().as_str(), &self.guessing);
        if let Some(device) = device {
            let device = device.id().to_string();
            return vec![self.growing(&["password-device", tenant, &device], limits.password_per_device)];
        }
        let mut budgets = vec![
            self.growing(&["password", tenant, email.as_str()], limits.password_per_address),
            self.steady(&["password", tenant], limits.password_per_tenant),
        ];
        budgets.extend(self.of_caller("password-caller", scope, limits.password_per_caller));
        budgets
    }

    /// What a code is counted by: `subject` is an address, or a signed-in user.
    pub(crate) fn code_budgets(&self, use_of: &str, scope: &PortalScope, subject: &str) -> Vec<Budget> {
        let (tenant, limits) = (scope.tenant().tenant().as_str(), &self.guessing);
        let mut budgets = vec![
            self.growing(&["code", use_of, tenant, subject], limits.code_per_subject),
            self.steady(&["code", tenant], limits.code_per_tenant),
        ];
        budgets.extend(self.of_caller("code-caller", scope, limits.code_per_caller));
        budgets
    }

    /// What mails to an address are counted by, whether anybody has it or not. Those for a device that signed in with the
    /// address are counted apart: nobody else can keep it from getting one.
    pub(super) fn mail_budgets(
        &self,
        use_of: &str,
        scope: &PortalScope,
        email: &EmailAddress,
        device: Option<KnownDevice>,
    ) -> Vec<Budget> {
        let (tenant, limits) = (scope.tenant().tenant().as_str(), &self.guessing);
        if let Some(device) = device {
            let device = device.id().to_string();
            return vec![self.steady(&["mail-device", use_of, tenant, &device], limits.mails_per_address)];
        }
        let mut budgets = vec![self.steady(&["mail", use_of, tenant, email.as_str()], limits.mails_per_address)];
        budgets.extend(self.of_caller("mail-caller", scope, limits.mails_per_caller));
        budgets
    }

    /// What a caller can do in all, where the hub can tell who calls.
    pub(crate) fn of_caller(&self, what: &str, scope: &PortalScope, allowance: Allowance) -> Option<Budget> {
        let caller = scope.caller()?.to_string();
        Some(self.growing(&[what, scope.tenant().tenant().as_str(), &caller], allowance))
    }

    /// A budget for the subject that `parts` name, the first of them what is guessed; each window that is used up makes the next one longer.
    pub(super) fn growing(&self, parts: &[&str], allowance: Allowance) -> Budget {
        Budget { longest: allowance.window.max(self.guessing.longest_wait), ..self.steady(parts, allowance) }
    }

    /// A budget whose windows are all of one length.
    pub(crate) fn steady(&self, parts: &[&str], allowance: Allowance) -> Budget {
        let Allowance { failures, window } = allowance;
        let kind = parts.first().copied().unwrap_or_default().to_owned();
        Budget { kind, subject: self.keys.attempt_subject(parts), failures, window, longest: window }
    }
}
