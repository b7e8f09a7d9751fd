//! Pages of lists, and the tokens that lead from one to the next (AIP-158).
//!
//! A token says where the next page begins and is signed together with the query and the caller it was made for: shown
//! with another filter, by another user, or changed by a hand, it is refused.

use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    credentials::Keys,
    failure::Failure,
    scope::{PortalScope, UserScope},
};

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
    caller: String,
    filter: String,
}

impl<'a> Query<'a> {
    /// A user's query.
    pub(crate) fn new(keys: &'a Keys, scope: &'a UserScope, method: &'static str, filter: String) -> Self {
        Self { keys, method, tenant: scope.tenant().tenant().as_str(), caller: scope.user().to_string(), filter }
    }

    /// A query of a portal that nobody has signed in to.
    pub(crate) fn of_portal(keys: &'a Keys, scope: &'a PortalScope, method: &'static str) -> Self {
        let (tenant, caller) = (scope.tenant().tenant().as_str(), scope.portal().to_string());
        Self { keys, method, tenant, caller, filter: String::new() }
    }

    /// Cuts a page out of `items`, which the store found behind the place of the page before and of which one more
    /// than `limit` was asked for.
    pub(crate) fn page<T, P: fmt::Display>(&self, mut items: Vec<T>, limit: u32, place: impl Fn(&T) -> P) -> Page<T> {
        let limit = limit as usize;
        let more = items.len() > limit;
        items.truncate(limit);
        let last = items.last().filter(|_| more);
        let next_token = last.map(|last| self.token(&place(last).to_string())).unwrap_or_default();
        Page { items, next_token, unreachable: Vec::new() }
    }

    /// Cuts a page out of all that there is, where that is little and in memory.
    pub(crate) fn page_of_all<T, P: fmt::Display>(
        &self,
        all: impl IntoIterator<Item = T>,
        request: &PageRequest,
        place: impl Fn(&T) -> P,
    ) -> Result<Page<T>, Failure> {
        let mut all = all.into_iter();
        if let Some(before) = self.position(&request.token)? {
            // what the page before ended with is gone: where to go on is not known
            all.find(|item| place(item).to_string() == before).ok_or(Failure::PageTokenInvalid)?;
        }
        let limit = request.limit();
        Ok(self.page(all.take(limit as usize + 1).collect(), limit, place))
    }

    /// The place behind which the page of this token begins; `None` for the first page.
    pub(crate) fn after<P: FromStr>(&self, token: &str) -> Result<Option<P>, Failure> {
        let position = self.position(token)?;
        position.map(|position| position.parse().map_err(|_| Failure::PageTokenInvalid)).transpose()
    }

    /// The token that leads behind `position`.
    pub(crate) fn token(&self, position: &str) -> String {
        URL_SAFE_NO_PAD.encode([&self.tag(position)[..], position.as_bytes()].concat())
    }

    /// The position that a token leads to.
    fn position(&self, token: &str) -> Result<Option<String>, Failure> {
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
        let tag = self.keys.page_tag(&[self.method, self.tenant, &self.caller, &self.filter, position]);
        tag[..TAG].try_into().expect("the tag is longer")
    }
}

const TAG: usize = 16;

/// A place in a list that is in the order of days or moments and, within one, of ids.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TimeAndId<T, I> {
    pub(crate) time: T,
    pub(crate) id: I,
}

impl<T: fmt::Display, I: fmt::Display> fmt::Display for TimeAndId<T, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.time, self.id)
    }
}

impl<T: FromStr, I: FromStr> FromStr for TimeAndId<T, I> {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        let (time, id) = text.split_once(' ').ok_or(Failure::PageTokenInvalid)?;
        let time = time.parse().map_err(|_| Failure::PageTokenInvalid)?;
        Ok(Self { time, id: id.parse().map_err(|_| Failure::PageTokenInvalid)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{credentials::RootSecret, scope::PortalScope};
    use jiff::civil::Date;
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
        let keys = Keys::derive(&RootSecret::new(vec![1; 32]).unwrap());
        let ana = user();
        let query = Query::new(&keys, &ana, "ListInvoices", String::new());
        let page = query.page(vec![1, 2, 3], 2, i32::to_string);
        assert_eq!((page.items, query.after(&page.next_token).unwrap()), (vec![1, 2], Some(2)));
        assert_eq!(query.page(vec![1, 2], 2, i32::to_string).next_token, "");
    }

    #[test]
    fn pages_of_all_follow_one_another_to_the_end() {
        let keys = Keys::derive(&RootSecret::new(vec![1; 32]).unwrap());
        let portal = PortalScope::new("region".parse().unwrap(), "web".parse().unwrap(), vec![]);
        let query = Query::of_portal(&keys, &portal, "ListProviders");
        let page = |items: &str, token: &str| {
            let request = PageRequest { size: 2, token: token.to_owned() };
            query.page_of_all(items.chars().collect::<Vec<_>>(), &request, char::to_string)
        };
        let first = page("abcde", "").unwrap();
        let second = page("abcde", &first.next_token).unwrap();
        let third = page("abcde", &second.next_token).unwrap();
        assert_eq!([first.items, second.items.clone(), third.items], [vec!['a', 'b'], vec!['c', 'd'], vec!['e']]);
        assert_eq!(third.next_token, "");
        assert!(matches!(page("abce", &second.next_token), Err(Failure::PageTokenInvalid)), "its last item is gone");
    }

    #[test]
    fn a_day_and_an_id_are_read_back() {
        let place = TimeAndId { time: jiff::civil::date(2024, 7, 1), id: UserId::new() };
        assert_eq!(place.to_string().parse::<TimeAndId<Date, UserId>>().unwrap(), place);
        assert!("2024-07-01".parse::<TimeAndId<Date, UserId>>().is_err());
    }
}
