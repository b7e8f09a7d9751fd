//! Erasing a user.

use komunala_domain::ids::MessageId;

use super::CurrentPassword;
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
    pub async fn delete_profile(
        &self,
        scope: &UserScope,
        call: Call,
        password: CurrentPassword,
    ) -> Result<(), Failure> {
        let user = self.prove_password(scope, call, password).await?;
        let linked = self.accounts.list(scope, &AccountFilter::All, None, 1).await?;
        let provider = linked.into_iter().next().map(|linked| linked.provider);
        let provider = provider.or_else(|| scope.portal().providers().first().cloned());
        let farewell = NewMessage {
            id: MessageId::new(),
            provider: provider.ok_or(Failure::NotFound("provider"))?,
            subject: user.id.to_string(),
            recipient: user.email.into(),
            language: user.language,
            content: Content::ProfileErased {},
            expires: None,
        };
        self.users.erase(scope, farewell, self.clock.now()).await?;
        self.bells.ring();
        Ok(())
    }
}
