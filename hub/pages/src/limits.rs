//! How often one caller may ask.

use std::net::IpAddr;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use http::HeaderMap;
use komunala_app::caller::Caller;

use crate::Settings;

/// After so many callers were seen, those who have all of their quota again are forgotten.
const CALLERS: usize = 10_000;

pub(crate) struct Limits {
    pages: DefaultKeyedRateLimiter<Caller>,
    callbacks: DefaultKeyedRateLimiter<Caller>,
    behind_proxy: bool,
}

impl Limits {
    pub(crate) fn new(settings: &Settings) -> Self {
        let pages = Quota::per_second(settings.caller_rate).allow_burst(settings.caller_burst);
        Self {
            pages: RateLimiter::keyed(pages),
            callbacks: RateLimiter::keyed(Quota::per_second(settings.callback_rate)),
            behind_proxy: settings.behind_proxy,
        }
    }

    /// Who calls: by the connection, or by what the proxy in front says last. Whatever stands before that, the caller may
    /// have written.
    pub(crate) fn caller(&self, connection: IpAddr, headers: &HeaderMap) -> Caller {
        let told = headers.get_all("x-forwarded-for").iter().next_back().filter(|_| self.behind_proxy);
        let told = told.and_then(|told| told.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
        Caller::at(told.unwrap_or(connection))
    }

    pub(crate) fn lets_see(&self, caller: Caller) -> bool {
        lets(&self.pages, caller)
    }

    pub(crate) fn lets_call_back(&self, caller: Caller) -> bool {
        lets(&self.callbacks, caller)
    }
}

fn lets(limiter: &DefaultKeyedRateLimiter<Caller>, caller: Caller) -> bool {
    if limiter.len() > CALLERS {
        limiter.retain_recent();
    }
    limiter.check_key(&caller).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn called(behind_proxy: bool, forwarded: &[&'static str]) -> String {
        let limits = Limits::new(&Settings { behind_proxy, ..Settings::default() });
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        limits.caller("203.0.113.7".parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn what_a_caller_says_of_itself_is_believed_of_a_proxy_alone() {
        assert_eq!(called(false, &["198.51.100.1"]), "203.0.113.7");
        assert_eq!(called(true, &["192.0.2.9, 198.51.100.1"]), "198.51.100.1");
        assert_eq!(called(true, &["192.0.2.9", "198.51.100.1"]), "198.51.100.1");
        for nothing in [&[][..], &["unknown"], &["198.51.100.1, "]] {
            assert_eq!(called(true, nothing), "203.0.113.7", "{nothing:?}");
        }
    }

    #[test]
    fn whoever_asks_too_often_waits_and_nobody_else() {
        let limits = Limits::new(&Settings::default());
        let (one, other) = (Caller::at([203, 0, 113, 7].into()), Caller::at([203, 0, 113, 8].into()));
        let let_through = (0..200).filter(|_| limits.lets_see(one)).count();
        assert!((60..=62).contains(&let_through), "{let_through}");
        assert!(limits.lets_see(other) && limits.lets_call_back(one));
    }
}
