//! A new password for whoever forgot the old one: a code and a link go to the address.

use jiff::SignedDuration;
use komunala_domain::{
    EmailAddress, NewPassword,
    ids::{ChallengeId, MessageId},
};

use super::Proof;
use crate::{
    Hub,
    credentials::code,
    failure::Failure,
    ports::{
        Call,
        outbox::Content,
        resets::{NewPasswordHash, NewReset},
    },
    scope::PortalScope,
};

/// Another mail goes to an address a minute after the last one at the earliest.
const BETWEEN_MAILS: SignedDuration = SignedDuration::from_mins(1);

/// Asks for a mail with which a new password can be set.
pub struct RequestReset {
    /// The address that the user signs in with.
    pub email: EmailAddress,
    /// What an earlier sign-in gave to this device.
    pub device_token: Option<String>,
}

impl std::fmt::Debug for RequestReset {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RequestReset(…)")
    }
}

/// Asks for a new password.
#[derive(Debug)]
pub struct ResetPassword {
    /// What shows that the mail was read.
    pub proof: Proof,
    /// The new password.
    pub new: NewPassword,
}

impl Hub {
    /// Sends a code and a link to an address that a confirmed user has. Every address gets the same answer, in the same
    /// time.
    pub async fn request_password_reset(&self, scope: &PortalScope, request: RequestReset) -> Result<(), Failure> {
        let (tenant, email) = (scope.tenant(), request.email);
        let device = self.known_device(scope, &email, request.device_token.as_deref());
        let budgets = self.mail_budgets("reset", scope, &email, device);
        self.begin_attempt(tenant, &budgets).await?;
        let now = self.clock.now();
        let (id, expires) = (ChallengeId::new(), now + code::VALID_FOR);
        let content = Content::ResetPassword { challenge: id, portal: Some(scope.portal().clone()) };
        let notice = self.notice(scope, id, content, Some(expires))?;
        let subject = self.reset_subject(scope, &email);
        let new = NewReset { id, subject, email, expires, notice, not_within: BETWEEN_MAILS, now };
        if self.resets.open_reset(tenant, new).await? {
            self.bells.ring();
        }
        Ok(())
    }

    /// Sets a new password. Every session of the user ends. Of many callers with the right code exactly one gets through.
    pub async fn reset_password(&self, scope: &PortalScope, call: Call, request: ResetPassword) -> Result<(), Failure> {
        let tenant = scope.tenant();
        let seat = self.passwords.seat()?;
        if let Proof::Code(email, _) = &request.proof {
            // said before the code is looked at: it does not cost one of the tries
            request.new.unlike(&[email.local_part()]).map_err(|_| Failure::PasswordTooCommon("new_password"))?;
        }
        let challenge = match request.proof {
            Proof::Token(token) => self.codes.resets.open_link_token(&token).map(ChallengeId::from_uuid),
            Proof::Code(email, typed) => self.reset_by_code(scope, &email, &typed).await?,
        };
        let challenge = challenge.ok_or(Failure::CodeInvalid)?;
        // only now: whoever guesses codes gets no core to hash on
        let hash = self.passwords.hash(seat, call, request.new).await?;
        let notice = self.notice(scope, MessageId::new(), Content::PasswordChanged {}, None)?;
        let new = NewPasswordHash { hash, notice, now: self.clock.now() };
        if !self.resets.complete_reset(tenant, challenge, new).await? {
            return Err(Failure::CodeInvalid);
        }
        self.bells.ring();
        Ok(())
    }

    async fn reset_by_code(
        &self,
        scope: &PortalScope,
        email: &EmailAddress,
        typed: &str,
    ) -> Result<Option<ChallengeId>, Failure> {
        let tenant = scope.tenant();
        let budgets = self.code_budgets("reset", scope, email.as_str());
        self.begin_attempt(tenant, &budgets).await?;
        let subject = self.reset_subject(scope, email);
        let open = self.resets.take_reset_try(tenant, subject, code::MAX_TRIES, self.clock.now()).await?;
        let right = open.filter(|open| self.codes.resets.is_code(open.uuid(), typed));
        if right.is_some() {
            self.attempts.succeeded(tenant, &budgets).await?;
        }
        Ok(right)
    }

    /// What challenges of an address are found by, whether anybody has it or not.
    fn reset_subject(&self, scope: &PortalScope, email: &EmailAddress) -> [u8; 32] {
        self.keys.attempt_subject(&["reset-challenge", scope.tenant().tenant().as_str(), email.as_str()])
    }
}
