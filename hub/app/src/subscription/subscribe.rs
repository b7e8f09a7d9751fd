//! Subscribing through a portal.

use komunala_domain::{
    Channel, Contact, EmailAddress, Interest, Language, PhoneNumber, Provider, Subscription,
    ids::{ChallengeId, MessageId},
};

use crate::{
    Hub,
    credentials::code,
    failure::Failure,
    ports::{
        accounts::AccountFilter,
        attempts::Budget,
        outbox::{Content, NewMessage},
        subscriptions::{NewSignUp, NewSubscription},
        users::User,
    },
    scope::{PortalScope, UserScope},
};

/// The most accounts of a user that are looked at.
const MOST_ACCOUNTS: u32 = 1000;

/// Asks to be told.
#[derive(Debug)]
pub struct Subscribe {
    /// Of what.
    pub interest: Interest,
    /// How.
    pub channels: Vec<Channel>,
    /// Where mail goes; of a signed-in user it is known.
    pub email: Option<EmailAddress>,
    /// Where short messages go; of a signed-in user the profile's number where it is left out.
    pub phone: Option<PhoneNumber>,
    /// The language to write in.
    pub language: Language,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subscribed {
    /// It holds.
    Now(Subscription),
    /// It holds for each address from when its code is given back.
    Unconfirmed(Interest, Vec<Channel>),
}

impl Hub {
    /// Subscribes a signed-in user to a supply point of their own at once. Everybody and everything else is confirmed: a
    /// code goes to each address, whatever supply points there are.
    pub async fn subscribe(
        &self,
        scope: &PortalScope,
        user: Option<&UserScope>,
        mut request: Subscribe,
    ) -> Result<Subscribed, Failure> {
        let provider = self.provider(scope, &request.interest.provider)?;
        request.channels.sort_unstable();
        request.channels.dedup();
        let Some(user) = user else { return self.ask_for_codes(scope, &provider, request, None).await };
        let me = self.users.me(user).await?.ok_or(Failure::AccessTokenInvalid)?;
        if !self.is_own(user, &request.interest).await? {
            return self.ask_for_codes(scope, &provider, request, Some(&me)).await;
        }
        if request.email.as_ref().is_some_and(|email| *email != me.email) {
            let problem = "is not the address of the profile, which is used where it is left out".to_owned();
            return Err(Failure::InvalidField { field: "email", problem });
        }
        let contacts = contacts(&request, Some(&me))?;
        let new = NewSubscription { interest: request.interest, contacts, now: self.clock.now() };
        Ok(Subscribed::Now(self.subscriptions.subscribe(user, new).await?))
    }

    /// Whether it is about a supply point of an account that the user has linked and proved.
    async fn is_own(&self, user: &UserScope, interest: &Interest) -> Result<bool, Failure> {
        let filter = AccountFilter::OfProvider(interest.provider.clone());
        let accounts = self.accounts.list(user, &filter, None, MOST_ACCOUNTS).await?;
        let copies =
            accounts.iter().filter(|account| !account.is_suspended).filter_map(|account| account.copy.as_ref());
        let mut points = copies.flat_map(|copy| copy.supply_points());
        Ok(points.any(|(_, point)| point.point_number == interest.point.as_str()))
    }

    async fn ask_for_codes(
        &self,
        scope: &PortalScope,
        provider: &Provider,
        request: Subscribe,
        me: Option<&User>,
    ) -> Result<Subscribed, Failure> {
        let contacts = contacts(&request, me)?;
        let budgets: Vec<_> = contacts.iter().flat_map(|contact| self.sign_up_budgets(scope, contact)).collect();
        self.begin_attempt(scope.tenant(), &budgets).await?;
        let now = self.clock.now();
        let expires = now.saturating_add(code::VALID_FOR).unwrap_or(now);
        for contact in contacts {
            let id = ChallengeId::new();
            let code = NewMessage {
                id: MessageId::new(),
                provider: provider.id.clone(),
                subject: id.to_string(),
                language: provider.language_for(request.language),
                content: Content::ConfirmSubscription { challenge: id, points: Vec::new() },
                expires: Some(expires),
                recipient: contact.clone(),
            };
            let new = NewSignUp {
                id,
                subject: self.sign_up_subject(scope, &contact),
                interest: request.interest.clone(),
                most: self.most_points(scope),
                expires,
                code,
                now,
            };
            self.subscriptions.open_sign_up(scope.tenant(), new).await?;
        }
        self.bells.ring();
        Ok(Subscribed::Unconfirmed(request.interest, request.channels))
    }

    /// What codes to an address are counted by: nobody can have another one's phone ring all day.
    fn sign_up_budgets(&self, scope: &PortalScope, contact: &Contact) -> Vec<Budget> {
        let (tenant, limits) = (scope.tenant().tenant().as_str(), &self.guessing);
        let mut budgets = vec![self.steady(&["mail", "sign-up", tenant, contact.as_str()], limits.mails_per_address)];
        budgets.extend(self.of_caller("mail-caller", scope, limits.mails_per_caller));
        budgets
    }

    /// What challenges of an address are found by.
    pub(super) fn sign_up_subject(&self, scope: &PortalScope, contact: &Contact) -> [u8; 32] {
        let (tenant, channel) = (scope.tenant().tenant().as_str(), contact.channel().word());
        self.keys.attempt_subject(&["sign-up-challenge", tenant, channel, contact.as_str()])
    }

    /// For how many supply points one address can be signed up through a portal.
    pub(super) fn most_points(&self, scope: &PortalScope) -> u32 {
        let roster = self.roster();
        let shown = scope.providers().iter().filter_map(|provider| roster.directory.provider(provider));
        shown.map(|provider| provider.outages.most_points).max().unwrap_or_default()
    }
}

/// Where somebody wants to be told, one address for each channel.
fn contacts(request: &Subscribe, me: Option<&User>) -> Result<Vec<Contact>, Failure> {
    let missing = |field| Failure::InvalidField { field, problem: "must be given for this channel".to_owned() };
    let contact = |channel: &Channel| match channel {
        Channel::Email => {
            let address = request.email.clone().or_else(|| me.map(|me| me.email.clone()));
            address.map(Contact::Email).ok_or_else(|| missing("email"))
        }
        Channel::Sms => {
            let number = request.phone.clone().or_else(|| me.and_then(|me| me.phone.clone()));
            number.map(Contact::Phone).ok_or_else(|| missing("phone_number"))
        }
    };
    request.channels.iter().map(contact).collect()
}
