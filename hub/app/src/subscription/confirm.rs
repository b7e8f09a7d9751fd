//! Giving a code back: the address is its sender's, and is told from then on.

use komunala_domain::{Contact, Language, Subscription, subscription::SignUpWay};

use crate::{
    Hub,
    credentials::code,
    failure::Failure,
    ports::subscriptions::{SignUp, SignedUp},
    scope::PortalScope,
};

/// Gives a code back.
pub struct ConfirmSubscription {
    /// The address that it was sent to.
    pub contact: Contact,
    /// The code, as it was typed.
    pub code: String,
    /// The language to write in.
    pub language: Language,
}

impl std::fmt::Debug for ConfirmSubscription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ConfirmSubscription(…)")
    }
}

impl Hub {
    /// Subscribes an address to all that was wanted of it in the last minutes: the newest code confirms it. Of many callers
    /// with the right code exactly one gets through.
    pub async fn confirm_subscription(
        &self,
        scope: &PortalScope,
        request: ConfirmSubscription,
    ) -> Result<Vec<Subscription>, Failure> {
        let ConfirmSubscription { contact, code: typed, language } = request;
        let (tenant, now) = (scope.tenant(), self.clock.now());
        let budgets = self.code_budgets("sign-up", scope, contact.as_str());
        self.begin_attempt(tenant, &budgets).await?;
        let subject = self.sign_up_subject(scope, &contact);
        let open = self.subscriptions.take_sign_up_try(tenant, subject, code::MAX_TRIES, now).await?;
        let right = open.filter(|open| self.codes.subscriptions.is_code(open.uuid(), &typed));
        let challenge = right.ok_or(Failure::CodeInvalid)?;
        self.attempts.succeeded(tenant, &budgets).await?;
        let who = SignUp { contact, way: SignUpWay::Code, language, most: self.most_points(scope), now };
        match self.subscriptions.complete_sign_up(tenant, challenge, who).await? {
            SignedUp::Subscribed(subscriptions) => Ok(subscriptions),
            SignedUp::TooMany => Err(Failure::TooManySubscriptions),
            SignedUp::Over => Err(Failure::CodeInvalid),
        }
    }
}
