//! What a user is told of.

use komunala_domain::Subscription;

use crate::{
    Hub,
    failure::Failure,
    page::{Page, PageRequest, Query},
    scope::UserScope,
};

impl Hub {
    /// A page of the signed-in user's subscriptions, the oldest first. Those that somebody made without signing in, with
    /// the same address or phone, are not among them.
    pub async fn list_subscriptions(
        &self,
        scope: &UserScope,
        page: PageRequest,
    ) -> Result<Page<Subscription>, Failure> {
        let query = Query::new(&self.keys, scope, "ListSubscriptions", String::new());
        let (after, limit) = (query.after(&page.token)?, page.limit());
        let items = self.subscriptions.subscriptions(scope, after, limit + 1).await?;
        Ok(query.page(items, limit, |subscription| subscription.id))
    }
}
