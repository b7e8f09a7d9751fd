//! Another password in place of the present one, which whoever is signed in must show.

use komunala_domain::{NewPassword, ids::MessageId};

use crate::{
    Hub,
    failure::Failure,
    ports::{
        Call,
        outbox::Content,
        users::{PasswordChange, User},
    },
    scope::UserScope,
};

/// Asks for another password.
#[derive(Debug)]
pub struct ChangePassword {
    /// The present password.
    pub current: CurrentPassword,
    /// The new one.
    pub new: NewPassword,
}

/// A password as it was typed, to be held against the user's hash.
pub struct CurrentPassword(pub String);

impl std::fmt::Debug for CurrentPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CurrentPassword(…)")
    }
}

impl Hub {
    /// Changes the password. All other sessions of the user end, and so do codes and links that are still open.
    pub async fn change_password(&self, scope: &UserScope, call: Call, request: ChangePassword) -> Result<(), Failure> {
        let user = self.prove_password(scope, call, request.current).await?;
        let known = [user.email.local_part(), &user.given_name, &user.family_name];
        request.new.unlike(&known).map_err(|_| Failure::PasswordTooCommon("new_password"))?;
        let hash = self.passwords.hash(self.passwords.seat()?, call, request.new).await?;
        let notice = self.notice(scope.portal(), MessageId::new(), Content::PasswordChanged {}, None)?;
        let change = PasswordChange { shown: user.password_hash, hash, notice, now: self.clock.now() };
        if !self.users.change_password(scope, change).await? {
            return Err(Failure::PasswordWrong);
        }
        self.bells.ring();
        Ok(())
    }

    /// The signed-in user, once the present password was shown.
    pub(super) async fn prove_password(
        &self,
        scope: &UserScope,
        call: Call,
        current: CurrentPassword,
    ) -> Result<User, Failure> {
        let seat = self.passwords.seat()?;
        let user = self.users.me(scope).await?.ok_or(Failure::AccessTokenInvalid)?;
        // apart from the tries to sign in: a stranger who uses those up must not keep the user from changing it
        let budgets = [self.growing(&["present-password", &user.id.to_string()], self.guessing.present_password)];
        self.begin_attempt(scope.tenant(), &budgets).await?;
        let call = call.leaving_time_to_answer();
        let right = self.passwords.verify(seat, call, current.0, Some(user.password_hash.clone())).await;
        // what nobody looked at is no failure either
        if !matches!(right, Ok(false)) {
            self.attempts.succeeded(scope.tenant(), &budgets).await?;
        }
        if right? { Ok(user) } else { Err(Failure::PasswordWrong) }
    }
}
