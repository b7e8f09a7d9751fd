//! How often whoever guesses may fail, by what they guess and by who they are.
//!
//! Failures are counted before anything expensive is done. A budget that belongs to one subject or caller steps up: each
//! window that is used up makes the next one four times as long, up to [`Guessing::longest_wait`]. Those of a whole tenant
//! or provider do not, since everybody shares them.

use jiff::SignedDuration;

/// How many failures a window allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// How many.
    pub failures: u32,
    /// How long the window lasts, from its first failure on.
    pub window: SignedDuration,
}

/// The budgets of a hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guessing {
    /// Wrong PINs for one customer number; strangers and signed-in users have one each. A PIN of four digits then lasts
    /// for years, and a billing system that locks a number at the fifth wrong one never does.
    pub pin_per_number: Allowance,
    /// Wrong PINs of one caller, or one signed-in user.
    pub pin_per_caller: Allowance,
    /// Wrong PINs at one provider, whoever comes: stops a walk over all numbers with one PIN.
    pub pin_per_provider: Allowance,
    /// Wrong passwords for one address.
    pub password_per_address: Allowance,
    /// Wrong passwords for an address from a device that signed in with it before. They count nowhere else, and what others
    /// use up does not count here.
    pub password_per_device: Allowance,
    /// Wrong passwords of one caller.
    pub password_per_caller: Allowance,
    /// Wrong passwords in a tenant, whoever comes: stops a walk over all addresses with one password.
    pub password_per_tenant: Allowance,
    /// Wrong present passwords of a signed-in user: whoever finds an open session must not find the password too.
    pub present_password: Allowance,
    /// Wrong codes for one address, or of one signed-in user. Each code has five tries besides.
    pub code_per_subject: Allowance,
    /// Wrong codes of one caller.
    pub code_per_caller: Allowance,
    /// Wrong codes in a tenant, whoever comes: stops a walk over all addresses with one code.
    pub code_per_tenant: Allowance,
    /// Mails that anybody can have sent to one address.
    pub mails_per_address: Allowance,
    /// Mails that one caller can have sent.
    pub mails_per_caller: Allowance,
    /// No window grows longer than this.
    pub longest_wait: SignedDuration,
}

impl Default for Guessing {
    fn default() -> Self {
        const QUARTER: SignedDuration = SignedDuration::from_mins(15);
        const HOUR: SignedDuration = SignedDuration::from_hours(1);
        let allow = |failures, window| Allowance { failures, window };
        Self {
            pin_per_number: allow(4, HOUR),
            pin_per_caller: allow(50, HOUR),
            pin_per_provider: allow(1_000, HOUR),
            password_per_address: allow(10, QUARTER),
            password_per_device: allow(10, QUARTER),
            password_per_caller: allow(100, QUARTER),
            password_per_tenant: allow(20_000, HOUR),
            present_password: allow(5, QUARTER),
            code_per_subject: allow(25, HOUR),
            code_per_caller: allow(100, HOUR),
            code_per_tenant: allow(1_000, HOUR),
            mails_per_address: allow(5, HOUR),
            mails_per_caller: allow(100, HOUR),
            longest_wait: SignedDuration::from_hours(24),
        }
    }
}
