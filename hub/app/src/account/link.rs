//! Linking a customer account to a user, and letting it go.

use komunala_domain::{
    BillDelivery, CustomerNumber, Pin, ProviderId, consent::Acceptance, ids::AccountId, ids::MessageId,
};
use uuid::Uuid;

use super::{
    consent::{to_delivery, to_documents},
    proof::fits,
    tries::Prover,
};
use crate::{
    Hub,
    failure::Failure,
    ports::{
        Call, WriteKey, Written,
        accounts::{AccountFilter, LinkedAccount},
        outbox::Content,
        users::NewLink,
    },
    scope::UserScope,
};

/// Asks to link an account.
#[derive(Debug)]
pub struct LinkAccount {
    /// The provider whose bill is at hand.
    pub provider: ProviderId,
    /// The number on the bill.
    pub customer_number: CustomerNumber,
    /// The PIN on the bill.
    pub pin: Pin,
    /// What was accepted.
    pub accepted_documents: Vec<Acceptance>,
    /// The caller's name of this write.
    pub request_id: Uuid,
}

impl Hub {
    /// Links an account, or proves one again whose link is suspended. Whoever linked it before is told by mail.
    pub async fn link_account(
        &self,
        scope: &UserScope,
        call: Call,
        request: LinkAccount,
    ) -> Result<LinkedAccount, Failure> {
        let tenant = scope.tenant();
        let provider = self.provider(scope.portal(), &request.provider)?;
        let user = scope.user().to_string();
        let fingerprint = self.keys.fingerprint(&[&user, provider.id.as_str(), request.customer_number.as_str()]);
        let key = WriteKey { method: "LinkAccount", request_id: request.request_id, fingerprint };
        if let Some(answer) = self.requests.answered(tenant, &key).await? {
            return self.linked(scope, call, &request.provider, &answer).await;
        }
        let language = self.get_profile(scope).await?.language;
        let mut consents = to_documents(&provider, &request.accepted_documents, language, "LinkAccount")?;
        if provider.default_delivery != BillDelivery::Paper {
            consents.push(to_delivery(&provider.id, provider.default_delivery, true, language, "LinkAccount"));
        }
        let prover = Prover::User(scope.user());
        let account = self.prove(tenant, call, prover, &provider, (&request.customer_number, &request.pin)).await?;
        let copy = self.proven_copy(call, &provider, &account).await;
        fits(scope.portal(), &provider, copy.as_ref())?;
        let new = NewLink {
            provider: provider.id.clone(),
            copy,
            account,
            delivery: provider.default_delivery,
            consents,
            notice: Some(self.notice(scope.portal(), MessageId::new(), Content::AccountLinked {}, None)?),
        };
        let answer = match self.accounts.link(scope, new, key, self.clock.now()).await? {
            Written::Now(account) => account.to_string(),
            Written::Before(answer) => answer,
        };
        self.bells.ring();
        self.linked(scope, call, &request.provider, &answer).await
    }

    /// Lets an account go. Its bills go by post again unless somebody else has it linked and wants them by e-mail.
    pub async fn unlink_account(
        &self,
        scope: &UserScope,
        provider: &ProviderId,
        account: AccountId,
    ) -> Result<(), Failure> {
        let found = self.accounts.list(scope, &AccountFilter::One(provider.clone(), account), None, 1).await?;
        if found.is_empty() || !self.accounts.unlink(scope, account, self.clock.now()).await? {
            return Err(Failure::NotFound("account"));
        }
        Ok(())
    }

    async fn linked(
        &self,
        scope: &UserScope,
        call: Call,
        provider: &ProviderId,
        answer: &str,
    ) -> Result<LinkedAccount, Failure> {
        let account =
            answer.parse().map_err(|_| Failure::Internal("the answer of a link names no account".to_owned()))?;
        self.get_account(scope, call, provider, account).await
    }
}
