//! ListNotifications and MarkNotificationsRead.

use komunala_domain::ids::NotificationId;

use crate::{
    Hub,
    failure::Failure,
    page::{Page, PageRequest, Query},
    ports::notifications::Notification,
    scope::UserScope,
};

/// The most unread ones that are counted: whoever has more has not looked for a long time.
const MOST_COUNTED: u32 = 1000;

/// Asks for what the user was told.
#[derive(Debug)]
pub struct ListNotifications {
    /// Which page.
    pub page: PageRequest,
}

/// A page of what a user was told.
#[derive(Debug)]
pub struct Notices {
    /// The page, the newest first.
    pub page: Page<Notification>,
    /// How many the user has not seen, over all pages; 1,000 for as many and more.
    pub unread: u32,
    /// Where to watch on from; without a gap behind the newest of the first page.
    pub watch_token: String,
}

impl Hub {
    /// A page of what the user was told on behalf of the providers that the portal shows.
    pub async fn list_notifications(&self, scope: &UserScope, request: ListNotifications) -> Result<Notices, Failure> {
        let query = Query::new(&self.keys, scope, "ListNotifications", String::new());
        let before: Option<u64> = query.after(&request.page.token)?;
        let limit = request.page.limit();
        // asked first: what comes in between is watched again rather than missed
        let last = self.notifications.last_told(scope).await?;
        let items = self.notifications.told_before(scope, before, limit + 1).await?;
        let unread = self.notifications.unread(scope, MOST_COUNTED).await?;
        let page = query.page(items, limit, |notification| notification.number);
        Ok(Notices { page, unread, watch_token: self.watch_token(scope, last) })
    }

    /// The user has seen everything up to one of the notifications, or everything; answers how many are left.
    pub async fn mark_notifications_read(
        &self,
        scope: &UserScope,
        up_to: Option<NotificationId>,
    ) -> Result<u32, Failure> {
        if !self.notifications.saw(scope, up_to).await? {
            return Err(Failure::NotFound("notification"));
        }
        Ok(self.notifications.unread(scope, MOST_COUNTED).await?)
    }

    /// Where a watch goes on, for this user alone.
    pub(super) fn watch_token(&self, scope: &UserScope, number: u64) -> String {
        Query::new(&self.keys, scope, "WatchNotifications", String::new()).token(&number.to_string())
    }

    /// The number behind which a watch goes on.
    pub(super) fn watched_until(&self, scope: &UserScope, token: &str) -> Result<Option<u64>, Failure> {
        Query::new(&self.keys, scope, "WatchNotifications", String::new()).after(token)
    }
}
