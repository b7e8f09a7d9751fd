//! Confirming an e-mail address, by the code that is typed back or by the token of a link.

use jiff::SignedDuration;
use komunala_domain::{
    EmailAddress, Language, ProviderId,
    ids::{MessageId, VerificationId},
};

use crate::{
    Hub,
    credentials::code,
    failure::Failure,
    ports::{
        outbox::{Content, NewMessage},
        verifications::Reissue,
    },
    scope::PortalScope,
};

/// Another mail goes out a minute after the last one at the earliest.
const BETWEEN_MAILS: SignedDuration = SignedDuration::from_mins(1);

/// Asks to confirm an address.
#[derive(Debug)]
pub struct VerifyEmail {
    /// What shows that the mail was read.
    pub proof: Proof,
}

/// What shows that the mail was read.
pub enum Proof {
    /// The address and the code, as it was typed.
    Code(EmailAddress, String),
    /// The token of the link.
    Token(String),
}

impl std::fmt::Debug for Proof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Code(..) => "Code(…)",
            Self::Token(_) => "Token(…)",
        })
    }
}

impl Hub {
    /// Confirms an address. Of many callers with the right code exactly one gets through.
    pub async fn verify_email(&self, scope: &PortalScope, request: VerifyEmail) -> Result<(), Failure> {
        let tenant = scope.tenant();
        let verification = match request.proof {
            Proof::Token(token) => {
                let id = self.codes.confirmations.open_link_token(&token).ok_or(Failure::CodeInvalid)?;
                VerificationId::from_uuid(id)
            }
            Proof::Code(email, typed) => {
                let budgets = self.code_budgets("verification", scope, email.as_str());
                self.begin_attempt(tenant, &budgets).await?;
                let open = self.verifications.take_try(tenant, &email, code::MAX_TRIES, self.clock.now()).await?;
                let right = open.filter(|open| self.codes.confirmations.is_code(open.id.uuid(), &typed));
                let right = right.ok_or(Failure::CodeInvalid)?;
                self.attempts.succeeded(tenant, &budgets).await?;
                right.id
            }
        };
        match self.verifications.complete(tenant, verification, self.clock.now()).await? {
            true => {
                self.bells.ring();
                Ok(())
            }
            false => Err(Failure::CodeInvalid),
        }
    }

    /// Sends a new code to an address that is known and not confirmed. Every address gets the same answer, in the same
    /// time.
    pub async fn resend_verification(&self, scope: &PortalScope, email: EmailAddress) -> Result<(), Failure> {
        self.begin_attempt(scope.tenant(), &self.mail_budgets("verification", scope, &email, None)).await?;
        // the store replaces provider and language by those of the registration; these only stand in for an unknown
        // address, to which nothing is sent
        let (provider, language) = self.mail_defaults(scope)?;
        let now = self.clock.now();
        let verification = VerificationId::new();
        let expires = now + code::VALID_FOR;
        let mail = NewMessage {
            id: MessageId::new(),
            provider,
            subject: verification.to_string(),
            recipient: email.clone().into(),
            language,
            content: Content::ConfirmEmail { verification, portal: Some(scope.portal().clone()) },
            expires: Some(expires),
        };
        let again = Reissue { email, verification, expires, mail, not_within: BETWEEN_MAILS, now };
        if self.verifications.reissue(scope.tenant(), again).await? {
            self.bells.ring();
        }
        Ok(())
    }

    fn mail_defaults(&self, scope: &PortalScope) -> Result<(ProviderId, Language), Failure> {
        let provider = scope.providers().first().ok_or(Failure::NotFound("provider"))?;
        Ok((provider.clone(), self.provider(scope, provider)?.language_for(Language::English)))
    }
}
