//! Another e-mail address. Nothing changes before somebody shows that mail to it is read.

use komunala_domain::{
    EmailAddress,
    ids::{ChallengeId, MessageId},
};

use super::CurrentPassword;
use crate::{
    Hub,
    credentials::code,
    failure::Failure,
    ports::{Call, address_changes::NewAddressChange, outbox::Content},
    scope::UserScope,
};

/// Asks for another address.
#[derive(Debug)]
pub struct ChangeEmail {
    /// The address that is to be the user's.
    pub address: EmailAddress,
    /// The present password: whoever finds an open session must not take the account away.
    pub password: CurrentPassword,
}

/// What shows that the mail to the new address was read.
pub enum AddressProof {
    /// The code, as it was typed.
    Code(String),
    /// The token of the link.
    Token(String),
}

impl std::fmt::Debug for AddressProof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Code(_) => "Code(…)",
            Self::Token(_) => "Token(…)",
        })
    }
}

impl Hub {
    /// Sends a code and a link to the new address and a notice to the present one. An address that somebody has is
    /// answered alike; its owner is told.
    pub async fn change_email(&self, scope: &UserScope, call: Call, request: ChangeEmail) -> Result<(), Failure> {
        let user = self.prove_password(scope, call, request.password).await?;
        if user.email == request.address {
            let problem = "is the address of the account already".to_owned();
            return Err(Failure::InvalidField { field: "new_email", problem });
        }
        let budgets = [self.steady(&["change-email", &user.id.to_string()], self.guessing.mails_per_address)];
        self.begin_attempt(scope.tenant(), &budgets).await?;
        let now = self.clock.now();
        let (id, expires) = (ChallengeId::new(), now + code::VALID_FOR);
        let portal = Some(scope.portal().portal().clone());
        let notice = |content, expires| self.notice(scope.portal(), id, content, expires);
        let new = NewAddressChange {
            id,
            subject: self.address_subject(scope),
            address: request.address,
            expires,
            confirm: notice(Content::ConfirmNewEmail { challenge: id, portal }, Some(expires))?,
            wanted: notice(Content::AddressWanted {}, None)?,
            asked: notice(Content::EmailChangeAsked {}, None)?,
            now,
        };
        self.address_changes.open_address_change(scope, new).await?;
        self.bells.ring();
        Ok(())
    }

    /// Makes the new address the user's. The earlier one is told.
    pub async fn confirm_email_change(&self, scope: &UserScope, proof: AddressProof) -> Result<(), Failure> {
        let now = self.clock.now();
        let codes = &self.codes.address_changes;
        let challenge = match proof {
            AddressProof::Token(token) => codes.open_link_token(&token).map(ChallengeId::from_uuid),
            AddressProof::Code(typed) => {
                let budgets = self.code_budgets("address", scope.portal(), &scope.user().to_string());
                self.begin_attempt(scope.tenant(), &budgets).await?;
                let subject = self.address_subject(scope);
                let open = self.address_changes.take_address_try(scope, subject, code::MAX_TRIES, now).await?;
                let right = open.filter(|open| codes.is_code(open.uuid(), &typed));
                if right.is_some() {
                    self.attempts.succeeded(scope.tenant(), &budgets).await?;
                }
                right
            }
        };
        let challenge = challenge.ok_or(Failure::CodeInvalid)?;
        let notice = self.notice(scope.portal(), MessageId::new(), Content::EmailChanged {}, None)?;
        if !self.address_changes.complete_address_change(scope, challenge, notice, now).await? {
            return Err(Failure::CodeInvalid);
        }
        self.bells.ring();
        Ok(())
    }

    fn address_subject(&self, scope: &UserScope) -> [u8; 32] {
        self.keys.attempt_subject(&["address-challenge", &scope.user().to_string()])
    }
}
