//! Who the signed-in user is.

use jiff::Timestamp;
use komunala_domain::{EmailAddress, Language, ids::UserId};

use crate::{Hub, failure::Failure, scope::UserScope};

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
    /// The language the user is written to in.
    pub language: Language,
    /// When the user registered.
    pub created_at: Timestamp,
}

impl Hub {
    /// The signed-in user.
    pub async fn get_profile(&self, scope: &UserScope) -> Result<Profile, Failure> {
        let user = self.users.me(scope).await?.ok_or(Failure::AccessTokenInvalid)?;
        Ok(Profile {
            id: user.id,
            email: user.email,
            given_name: user.given_name,
            family_name: user.family_name,
            language: user.language,
            created_at: user.created_at,
        })
    }
}
