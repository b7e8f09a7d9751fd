//! GetPreferences and UpdatePreferences.

use crate::{
    Hub,
    failure::Failure,
    ports::notifications::{WishChange, Wishes},
    scope::UserScope,
};

impl Hub {
    /// What the signed-in user wants to be told, how and when.
    pub async fn get_preferences(&self, scope: &UserScope) -> Result<Wishes, Failure> {
        self.notifications.wishes(scope).await?.ok_or(Failure::AccessTokenInvalid)
    }

    /// Changes it.
    pub async fn update_preferences(&self, scope: &UserScope, change: WishChange) -> Result<Wishes, Failure> {
        for (topic, channels) in change.topics.iter().flatten() {
            if let Some(silent) = channels.iter().find(|channel| !topic.channels().contains(channel)) {
                let problem = format!("{} are not told by {}", topic.word(), silent.word());
                return Err(Failure::InvalidField { field: "preferences.topics", problem });
            }
        }
        self.notifications.wish(scope, &change, self.clock.now()).await?.ok_or(Failure::AccessTokenInvalid)
    }
}
