//! Signing in and out: access tokens for ten minutes, refresh tokens that are exchanged at every use.

use jiff::{SignedDuration, Timestamp};
use komunala_domain::{
    EmailAddress,
    ids::{SessionId, UserId},
};

use crate::{
    Hub,
    credentials::{RefreshToken, known_device::KnownDevice},
    failure::Failure,
    ports::{
        Call,
        audit::{Action, Actor, NewEvent},
        sessions::{NewSession, Rotation},
    },
    scope::{PortalScope, TenantScope, UserScope},
};

const WITHOUT_REMEMBERING: SignedDuration = SignedDuration::from_hours(24);
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24 * 90);
/// Asks to sign in.
pub struct SignIn {
    /// The address.
    pub email: EmailAddress,
    /// The password as it was typed.
    pub password: String,
    /// Whether the session lasts 90 days instead of one.
    pub remember_me: bool,
    /// How the portal describes where the user is.
    pub device: Option<String>,
    /// What an earlier sign-in gave to this device.
    pub device_token: Option<String>,
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SignIn(…, remember_me: {})", self.remember_me)
    }
}

/// The tokens of a session.
pub struct IssuedSession {
    /// For the `authorization` metadata.
    pub access_token: String,
    /// When it ends.
    pub access_expires: Timestamp,
    /// Exchanged for the next pair.
    pub refresh_token: String,
    /// When the session ends, however often tokens are exchanged.
    pub refresh_expires: Timestamp,
    /// Shows later that the device signed in before; given to one that signs in.
    pub device_token: Option<String>,
}

impl Hub {
    /// Signs in. An unknown address and a wrong password are one answer, in the same time.
    pub async fn sign_in(&self, scope: &PortalScope, call: Call, request: SignIn) -> Result<IssuedSession, Failure> {
        let tenant = scope.tenant();
        // before the database is asked: whoever cannot be served costs nothing
        let seat = self.passwords.seat()?;
        let device = self.known_device(scope, &request.email, request.device_token.as_deref());
        let budgets = self.password_budgets(scope, &request.email, device);
        self.begin_attempt(tenant, &budgets).await?;
        let user = self.users.by_email(tenant, &request.email).await?;
        let stored = user.as_ref().map(|user| user.password_hash.clone());
        let right = self.passwords.verify(seat, call.leaving_time_to_answer(), request.password, stored).await;
        if right.is_err() {
            // nobody looked at the password: a queue that is too long must not use up anybody's tries
            self.attempts.succeeded(tenant, &budgets).await?;
        }
        let right = right?;
        if !right {
            self.note_failure(tenant, user.as_ref().map(|user| user.id), &request.email);
        }
        let user = user.filter(|_| right).ok_or(Failure::CredentialsInvalid)?;
        self.attempts.succeeded(tenant, &budgets).await?;
        if user.verified_at.is_none() {
            return Err(Failure::EmailNotVerified);
        }

        let now = self.clock.now();
        let token = RefreshToken::generate(SessionId::new());
        let expires = now + if request.remember_me { REMEMBERED } else { WITHOUT_REMEMBERING };
        let new = NewSession {
            id: token.session,
            user: user.id,
            token_hash: token.hash(),
            expires,
            remember: request.remember_me,
            device: request.device,
            now,
        };
        self.sessions.open(tenant, new).await?;
        let device_token = Some(self.known_devices.token(tenant.tenant(), &request.email));
        Ok(IssuedSession { device_token, ..self.issue(scope, user.id, &token, expires, now) })
    }

    /// The device whose token this is, if it signed in with the address before.
    pub(super) fn known_device(
        &self,
        scope: &PortalScope,
        email: &EmailAddress,
        token: Option<&str>,
    ) -> Option<KnownDevice> {
        self.known_devices.known(scope.tenant().tenant(), email, token?, self.clock.now())
    }

    /// Puts a wrong password into the audit log, of an address that somebody has. Nobody waits for it, and where nobody
    /// has the address something else is written: what is known must take no longer, nor what is asked next. The budget of
    /// the address bounds how many there are.
    fn note_failure(&self, tenant: &TenantScope, user: Option<UserId>, email: &EmailAddress) {
        let (audit, attempts, now, tenant) =
            (self.audit.clone(), self.attempts.clone(), self.clock.now(), tenant.clone());
        let decoy = self.keys.attempt_subject(&["sign-in-failed", tenant.tenant().as_str(), email.as_str()]);
        tokio::spawn(async move {
            let noted = match user {
                Some(user) => {
                    let event = NewEvent {
                        actor: Actor::Anybody,
                        action: Action::SignInFailed,
                        subject: Some(user),
                        target: String::new(),
                        details: None,
                    };
                    audit.note(&tenant, event, now).await
                }
                None => attempts.decoy(&tenant, decoy, now).await,
            };
            if let Err(error) = noted {
                tracing::error!(%error, "a failed sign-in could not be put into the audit log");
            }
        });
    }

    /// Exchanges a refresh token. One that was exchanged before ends its session: somebody has a copy of it.
    pub async fn refresh_session(&self, scope: &PortalScope, shown: &str) -> Result<IssuedSession, Failure> {
        let shown = RefreshToken::parse(shown).ok_or(Failure::RefreshTokenInvalid)?;
        let next = RefreshToken::generate(shown.session);
        let now = self.clock.now();
        let rotation = self.sessions.rotate(scope.tenant(), shown.session, shown.hash(), next.hash(), now).await?;
        match rotation {
            Rotation::Rotated { user, expires } => Ok(self.issue(scope, user, &next, expires, now)),
            Rotation::Reused => {
                tracing::warn!(session = %shown.session, "a refresh token was shown twice: the session has ended");
                Err(Failure::RefreshTokenInvalid)
            }
            Rotation::Unknown => Err(Failure::RefreshTokenInvalid),
        }
    }

    /// Ends the session of the access token. The token itself ends by its time, within ten minutes.
    pub async fn sign_out(&self, scope: &UserScope) -> Result<(), Failure> {
        self.sessions.end(scope, scope.session(), None, self.clock.now()).await?;
        Ok(())
    }

    fn issue(
        &self,
        scope: &PortalScope,
        user: UserId,
        token: &RefreshToken,
        refresh_expires: Timestamp,
        now: Timestamp,
    ) -> IssuedSession {
        let tenant = scope.tenant().tenant().clone();
        let (access_token, access_expires) =
            self.access_tokens.issue(user, token.session, tenant, scope.portal().clone(), now);
        IssuedSession {
            access_token,
            access_expires,
            refresh_token: token.expose(),
            refresh_expires,
            device_token: None,
        }
    }
}
