//! Where a user is signed in, and signing out there from here.

use komunala_domain::ids::SessionId;

use crate::{
    Hub,
    failure::Failure,
    page::{Page, PageRequest, Query},
    ports::{outbox::Content, sessions::OpenSession},
    scope::UserScope,
};

impl Hub {
    /// The user's sessions that go on, the youngest first.
    pub async fn list_sessions(&self, scope: &UserScope, page: PageRequest) -> Result<Page<OpenSession>, Failure> {
        let query = Query::new(&self.keys, scope, "ListSessions", String::new());
        let after = query.after(&page.token)?;
        let limit = page.limit();
        let sessions = self.sessions.list_open(scope, after, limit + 1, self.clock.now()).await?;
        Ok(query.page(sessions, limit, |session| session.id))
    }

    /// Ends one of the user's sessions: its refresh token is worth nothing from now on, its access token for ten minutes
    /// at most. Whoever ends another one than their own is told by mail, because it may not be them.
    pub async fn revoke_session(&self, scope: &UserScope, session: SessionId) -> Result<(), Failure> {
        let notice = match session == scope.session() {
            true => None,
            false => Some(self.notice(scope.portal(), session, Content::SessionRevoked {}, None)?),
        };
        if !self.sessions.end(scope, session, notice, self.clock.now()).await? {
            return Err(Failure::NotFound("session"));
        }
        self.bells.ring();
        Ok(())
    }
}
