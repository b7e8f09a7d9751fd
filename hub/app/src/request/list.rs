//! The signed-in user's requests.

use komunala_domain::ids::ServiceRequestId;

use crate::{
    Hub,
    failure::Failure,
    page::{Page, PageRequest, Query},
    ports::{accounts::AccountFilter, service_requests::Thread},
    scope::UserScope,
};

impl Hub {
    /// A page of the user's own requests, the youngest first, without what was said about them. Whoever lets an account go
    /// keeps what they asked about it.
    pub async fn list_requests(
        &self,
        scope: &UserScope,
        filter: AccountFilter,
        page: PageRequest,
    ) -> Result<Page<Thread>, Failure> {
        let query = Query::new(&self.keys, scope, "ListRequests", format!("{filter:?}"));
        let after = query.after(&page.token)?;
        let limit = page.limit();
        let requests = self.service_requests.requests(scope, &filter, after, limit + 1).await?;
        Ok(query.page(requests, limit, |thread| thread.request.id))
    }

    /// One of the user's requests with all that was said about it.
    pub async fn get_request(&self, scope: &UserScope, id: ServiceRequestId) -> Result<Thread, Failure> {
        self.service_requests.request(scope, id).await?.ok_or(Failure::NotFound("request"))
    }
}
