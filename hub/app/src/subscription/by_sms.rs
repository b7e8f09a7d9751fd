//! Subscribing by a short message: who writes from a phone shows that it is theirs.

use komunala_domain::{
    Contact, Interest, Language, PhoneNumber, PointNumber, ProviderId, Topic, subscription::SignUpWay,
};

use crate::{
    Hub,
    failure::Failure,
    ports::subscriptions::{Ending, SignUp, SignedUp},
    scope::TenantScope,
};

/// What is to be answered to a short message. None says whether there is such a supply point, or whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmsReply {
    /// The phone is told of the supply point's outages from now on, or was already.
    SignedUp,
    /// It is not told any more, or never was.
    SignedOff,
    /// It is signed up for as many supply points as one phone can be; nothing was changed.
    TooMany,
}

impl Hub {
    /// Signs a phone up for the outages of a supply point. Twice is the same as once.
    ///
    /// # Errors
    /// [`Failure::NotFound`] where the tenant has no such provider.
    pub async fn sign_up_by_sms(
        &self,
        scope: &TenantScope,
        provider: &ProviderId,
        point: &PointNumber,
        phone: &PhoneNumber,
    ) -> Result<SmsReply, Failure> {
        let roster = self.roster();
        let provider = roster.directory.provider(provider).filter(|provider| provider.tenant == *scope.tenant());
        let provider = provider.ok_or(Failure::NotFound("provider"))?;
        let who = SignUp {
            contact: Contact::Phone(phone.clone()),
            way: SignUpWay::Sms,
            language: provider.languages.first().copied().unwrap_or(Language::English),
            most: provider.outages.most_points,
            now: self.clock.now(),
        };
        let interest = Interest { topic: Topic::Outage, provider: provider.id.clone(), point: point.clone() };
        match self.subscriptions.sign_up(scope, who, interest).await? {
            SignedUp::Subscribed(_) => Ok(SmsReply::SignedUp),
            SignedUp::TooMany => Ok(SmsReply::TooMany),
            SignedUp::Over => Err(Failure::Internal("a sign-up without a challenge cannot be over".to_owned())),
        }
    }

    /// Lets a phone hear no more of the outages of a supply point, whoever signed it up. Nothing happens for any other
    /// phone. Twice is the same as once.
    pub async fn sign_off_by_sms(
        &self,
        scope: &TenantScope,
        provider: &ProviderId,
        point: &PointNumber,
        phone: &PhoneNumber,
    ) -> Result<SmsReply, Failure> {
        let interest = Interest { topic: Topic::Outage, provider: provider.clone(), point: point.clone() };
        let which = Ending::At(Contact::Phone(phone.clone()), interest);
        self.subscriptions.end_subscriptions(scope, which, self.clock.now()).await?;
        Ok(SmsReply::SignedOff)
    }
}
