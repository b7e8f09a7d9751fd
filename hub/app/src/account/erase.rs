//! Erasing a user.

use komunala_domain::ids::MessageId;

use super::sessions::PER_ADDRESS;
use crate::{
    Hub,
    failure::Failure,
    ports::{
        Call,
        accounts::AccountFilter,
        outbox::{Content, NewMessage},
    },
    scope::UserScope,
};

impl Hub {
    /// Erases the signed-in user, who shows their password once more: sessions and links end, their bills go by post
    /// again, and the key of all that is known of them goes. A last mail tells them so.
    pub async fn delete_profile(&self, scope: &UserScope, call: Call, password: String) -> Result<(), Failure> {
        let tenant = scope.tenant();
        let user = self.users.me(scope).await?.ok_or(Failure::AccessTokenInvalid)?;
        let budgets = [self.budget(&["password", tenant.tenant().as_str(), user.email.as_str()], PER_ADDRESS)];
        self.begin_attempt(tenant, &budgets).await?;
        if !self.passwords.verify(call, password, Some(user.password_hash)).await? {
            return Err(Failure::CredentialsInvalid);
        }
        self.attempts.succeeded(tenant, &budgets).await?;

        let linked = self.accounts.list(scope, &AccountFilter::All, None, 1).await?;
        let provider = linked.into_iter().next().map(|linked| linked.provider);
        let provider = provider.or_else(|| scope.portal().providers().first().cloned());
        let farewell = NewMessage {
            id: MessageId::new(),
            provider: provider.ok_or(Failure::NotFound("provider"))?,
            subject: user.id.to_string(),
            recipient: user.email,
            language: user.language,
            content: Content::ProfileErased {},
            expires: None,
        };
        self.users.erase(scope, farewell, self.clock.now()).await?;
        self.mail_bell.notify_one();
        Ok(())
    }
}
