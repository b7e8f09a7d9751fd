//! Who the signed-in user is.

use jiff::Timestamp;
use komunala_domain::{EmailAddress, Language, PhoneNumber, ids::UserId};

use crate::{
    Hub,
    failure::Failure,
    ports::users::{ProfileChange, User},
    scope::UserScope,
};

/// What a user is shown of themselves.
#[derive(Debug, Clone)]
pub struct Profile {
    /// The user's id.
    pub id: UserId,
    /// The address.
    pub email: EmailAddress,
    /// The given name.
    pub given_name: String,
    /// The family name.
    pub family_name: String,
    /// The phone number, where the user gave one.
    pub phone: Option<PhoneNumber>,
    /// The language the user is written to in.
    pub language: Language,
    /// When the user registered.
    pub created_at: Timestamp,
}

impl From<User> for Profile {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            email: user.email,
            given_name: user.given_name,
            family_name: user.family_name,
            phone: user.phone,
            language: user.language,
            created_at: user.created_at,
        }
    }
}

impl Hub {
    /// The signed-in user.
    pub async fn get_profile(&self, scope: &UserScope) -> Result<Profile, Failure> {
        Ok(self.users.me(scope).await?.ok_or(Failure::AccessTokenInvalid)?.into())
    }

    /// Changes what the signed-in user says of themselves. The address is no part of it: it must be confirmed.
    pub async fn update_profile(&self, scope: &UserScope, change: ProfileChange) -> Result<Profile, Failure> {
        let changed = self.users.update_profile(scope, change, self.clock.now()).await?;
        Ok(changed.ok_or(Failure::AccessTokenInvalid)?.into())
    }
}
