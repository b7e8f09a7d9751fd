//! Pages of lists, and the tokens that lead from one to the next (AIP-158).
//!
//! A token says where the next page begins and is signed together with the query and the caller it was made for: shown
//! with another filter, by another user, or changed by a hand, it is refused.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{credentials::Keys, failure::Failure, scope::UserScope};

/// How many items a page has when the caller does not say.
pub const DEFAULT_SIZE: u32 = 50;
/// The most items of a page; a larger wish is cut down to it.
pub const MAX_SIZE: u32 = 200;

/// Which page is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageRequest {
    /// How many items at most; 0 leaves it to the hub.
    pub size: u32,
    /// The token of the page before; empty for the first page.
    pub token: String,
}

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Leads to the next page; empty on the last one.
    pub next_token: String,
    /// Providers that could not be asked and of which the hub has no copy that is young enough.
    pub unreachable: Vec<komunala_domain::ProviderId>,
}

impl PageRequest {
    /// How many items the page has at most.
    pub fn limit(&self) -> u32 {
        match self.size {
            0 => DEFAULT_SIZE,
            size => size.min(MAX_SIZE),
        }
    }
}

/// The query that a token belongs to, and whose it is.
pub(crate) struct Query<'a> {
    keys: &'a Keys,
    method: &'static str,
    tenant: &'a str,
    user: String,
    filter: String,
}

impl<'a> Query<'a> {
    pub(crate) fn new(keys: &'a Keys, scope: &'a UserScope, method: &'static str, filter: String) -> Self {
        Self { keys, method, tenant: scope.tenant().tenant().as_str(), user: scope.user().to_string(), filter }
    }

    /// The token that leads behind `position`.
    pub(crate) fn token(&self, position: &str) -> String {
        URL_SAFE_NO_PAD.encode([&self.tag(position)[..], position.as_bytes()].concat())
    }

    /// The position that a token leads to; `None` for the first page.
    pub(crate) fn position(&self, token: &str) -> Result<Option<String>, Failure> {
        if token.is_empty() {
            return Ok(None);
        }
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| Failure::PageTokenInvalid)?;
        let (tag, position) = bytes.split_at_checked(TAG).ok_or(Failure::PageTokenInvalid)?;
        let position = std::str::from_utf8(position).map_err(|_| Failure::PageTokenInvalid)?;
        aws_lc_rs::constant_time::verify_slices_are_equal(&self.tag(position), tag)
            .map_err(|_| Failure::PageTokenInvalid)?;
        Ok(Some(position.to_owned()))
    }

    fn tag(&self, position: &str) -> [u8; TAG] {
        let tag = self.keys.page_tag(&[self.method, self.tenant, &self.user, &self.filter, position]);
        tag[..TAG].try_into().expect("the tag is longer")
    }
}

const TAG: usize = 16;

/// Cuts `items`, of which one more than `limit` was asked for, to a page, and answers the position of its last item
/// if there are more.
pub(crate) fn cut<T>(items: &mut Vec<T>, limit: u32, position: impl Fn(&T) -> String) -> Option<String> {
    let limit = limit as usize;
    if items.len() <= limit {
        return None;
    }
    items.truncate(limit);
    items.last().map(position)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{credentials::RootSecret, scope::PortalScope};
    use komunala_domain::ids::{SessionId, UserId};

    fn user() -> UserScope {
        let portal = PortalScope::new("region".parse().unwrap(), "web".parse().unwrap(), vec![]);
        UserScope::new(portal, UserId::new(), SessionId::new())
    }

    #[test]
    fn a_token_leads_on_only_for_the_query_and_the_caller_it_was_made_for() {
        let keys = Keys::derive(&RootSecret::new(vec![1; 32]).unwrap());
        let (ana, bojan) = (user(), user());
        let query = |scope, filter: &str| Query::new(&keys, scope, "ListInvoices", filter.to_owned());
        let token = query(&ana, "a").token("2024-07-01 inv_1");
        assert_eq!(query(&ana, "a").position(&token).unwrap().as_deref(), Some("2024-07-01 inv_1"));
        assert!(matches!(query(&ana, "b").position(&token), Err(Failure::PageTokenInvalid)));
        assert!(matches!(query(&bojan, "a").position(&token), Err(Failure::PageTokenInvalid)));
        assert!(matches!(query(&ana, "a").position(&token[1..]), Err(Failure::PageTokenInvalid)));
        assert_eq!(query(&ana, "a").position("").unwrap(), None);
    }

    #[test]
    fn a_page_is_cut_where_more_items_follow() {
        let mut three = vec![1, 2, 3];
        assert_eq!(cut(&mut three, 2, i32::to_string), Some("2".to_owned()));
        assert_eq!(three, [1, 2]);
        assert_eq!(cut(&mut three, 2, i32::to_string), None);
    }
}
