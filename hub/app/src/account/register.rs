//! Registering with the number and PIN of the paper bill.

use komunala_domain::{
    BillDelivery, CustomerNumber, EmailAddress, Language, NewPassword, Pin, ProviderId,
    consent::Acceptance,
    ids::{MessageId, UserId, VerificationId},
};
use uuid::Uuid;

use super::{
    consent::{to_delivery, to_documents},
    proof::fits,
    tries::Prover,
};
use crate::{
    Hub,
    credentials::code,
    failure::Failure,
    ports::{
        Call, WriteKey,
        outbox::{Content, NewMessage},
        users::{NewLink, NewRegistration},
    },
    scope::PortalScope,
};

/// Asks to register.
#[derive(Debug)]
pub struct Register {
    /// The provider whose bill is at hand.
    pub provider: ProviderId,
    /// The number on the bill.
    pub customer_number: CustomerNumber,
    /// The PIN on the bill.
    pub pin: Pin,
    /// The address to sign in with.
    pub email: EmailAddress,
    /// The password to sign in with.
    pub password: NewPassword,
    /// The given name.
    pub given_name: String,
    /// The family name.
    pub family_name: String,
    /// The language to be written to in; the provider's first where it does not serve this one.
    pub language: Language,
    /// How the bill is wanted; the provider's default when it is left open.
    pub bill_delivery: Option<BillDelivery>,
    /// Whether that was chosen before the person touched it.
    pub bill_delivery_pre_ticked: bool,
    /// What was accepted.
    pub accepted_documents: Vec<Acceptance>,
    /// The caller's name of this write.
    pub request_id: Uuid,
}

impl Hub {
    /// Registers. Whether the address was free shows in nothing that the caller gets: neither the answer nor the work.
    pub async fn register(&self, scope: &PortalScope, call: Call, request: Register) -> Result<(), Failure> {
        // before anybody else is asked: whoever cannot be served costs nothing
        drop(self.passwords.seat()?);
        let provider = self.provider(scope, &request.provider)?;
        let key = self.registration_key(scope, &request);
        if self.requests.answered(scope.tenant(), &key).await?.is_some() {
            return Ok(());
        }
        let known =
            [request.email.local_part(), &request.given_name, &request.family_name, request.customer_number.as_str()];
        request.password.unlike(&known).map_err(|_| Failure::PasswordTooCommon("password"))?;
        let language = provider.language_for(request.language);
        let mut consents = to_documents(&provider, &request.accepted_documents, language, "Register")?;
        let delivery = request.bill_delivery.unwrap_or(provider.default_delivery);
        if delivery != BillDelivery::Paper {
            // what nobody chose was chosen beforehand
            let pre_ticked = request.bill_delivery_pre_ticked || request.bill_delivery.is_none();
            consents.push(to_delivery(&provider.id, delivery, pre_ticked, language, "Register"));
        }
        let prover = Prover::Stranger(scope.caller());
        let (number, pin) = (&request.customer_number, &request.pin);
        let account = self.prove(scope.tenant(), call, prover, &provider, (number, pin)).await?;
        let copy = self.proven_copy(call, &provider, &account).await;
        fits(scope, &provider, copy.as_ref())?;
        let password_hash = self.passwords.hash(self.passwords.seat()?, call, request.password).await?;

        let now = self.clock.now();
        let verification = VerificationId::new();
        let expires = now + code::VALID_FOR;
        let mail = |subject: String, content| NewMessage {
            id: MessageId::new(),
            provider: provider.id.clone(),
            subject,
            recipient: request.email.clone().into(),
            language,
            content,
            expires: Some(expires),
        };
        let portal = Some(scope.portal().clone());
        let confirm_mail = mail(verification.to_string(), Content::ConfirmEmail { verification, portal });
        let taken_mail = mail(verification.to_string(), Content::EmailTaken {});
        let new = NewRegistration {
            user: UserId::new(),
            email: request.email.clone(),
            given_name: request.given_name,
            family_name: request.family_name,
            language,
            password_hash,
            link: NewLink { provider: provider.id.clone(), account, delivery, consents, notice: None, copy },
            verification,
            verification_expires: expires,
            confirm_mail,
            taken_mail,
            key,
            now,
        };
        self.users.register(scope, new).await?;
        self.bells.ring();
        Ok(())
    }

    fn registration_key(&self, scope: &PortalScope, request: &Register) -> WriteKey {
        let delivery = format!("{:?}", request.bill_delivery);
        let fingerprint = self.keys.fingerprint(&[
            scope.portal().as_str(),
            request.provider.as_str(),
            request.customer_number.as_str(),
            request.email.as_str(),
            &request.given_name,
            &request.family_name,
            request.language.tag(),
            &delivery,
        ]);
        WriteKey { method: "Register", request_id: request.request_id, fingerprint }
    }
}
