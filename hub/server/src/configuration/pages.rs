//! `[pages]`: the few web pages of the hub, and call-backs.

use std::{net::SocketAddr, num::NonZeroU32};

use jiff::SignedDuration;
use komunala_pages::Settings;
use serde::Deserialize;

use super::{TlsFiles, positive};

/// The longest address of the pages, in bytes: tokens and paths come behind it.
const LONGEST_URL: usize = 300;

/// Why the pages could not be reached where the configuration says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("pages.public_url: `{0}` is no address such as https://pay.example, without `?` and `#`")]
pub struct PublicUrlError(pub String);

/// The listener of pages and call-backs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PagesConfiguration {
    /// Whether there is one.
    pub enabled: bool,
    /// Where browsers and payment providers call.
    pub listen: SocketAddr,
    /// Where they find it; where it listens, if nobody says.
    pub public_url: Option<String>,
    /// Whether a proxy stands in front that says who calls.
    pub behind_proxy: bool,
    /// Requests a second of one caller.
    pub caller_rate: NonZeroU32,
    /// Requests of one caller at once before the rate counts.
    pub caller_burst: NonZeroU32,
    /// Call-backs a second of one caller.
    pub callback_rate: NonZeroU32,
    /// Connections at the same time.
    pub connections: usize,
    /// How long requests under way may go on at the end.
    pub drain: SignedDuration,
    /// TLS on the listener; client certificates are those of a proxy in front.
    pub tls: Option<TlsFiles>,
}

impl PagesConfiguration {
    /// Where the pages are found, if they listen at `bound`.
    pub(crate) fn public_url(&self, bound: SocketAddr) -> Result<String, PublicUrlError> {
        let Some(url) = &self.public_url else {
            let scheme = if self.tls.is_some() { "https" } else { "http" };
            return Ok(format!("{scheme}://{bound}"));
        };
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or_default();
        let is_plain = url.len() <= LONGEST_URL && url.bytes().all(|byte| byte.is_ascii_graphic());
        match !rest.is_empty() && !rest.starts_with('/') && is_plain && !url.contains(['?', '#']) {
            true => Ok(url.trim_end_matches('/').to_owned()),
            false => Err(PublicUrlError(url.clone())),
        }
    }

    /// How much the listener takes.
    pub(crate) fn settings(&self, public_url: &str) -> Settings {
        Settings {
            connections: self.connections.max(1),
            drain: positive(self.drain),
            caller_rate: self.caller_rate,
            caller_burst: self.caller_burst,
            callback_rate: self.callback_rate,
            behind_proxy: self.behind_proxy,
            is_secure: public_url.starts_with("https://"),
            ..Settings::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(public_url: Option<&str>) -> Result<String, PublicUrlError> {
        let text = crate::configuration::DEFAULTS.parse::<toml::Table>().unwrap();
        let mut pages: PagesConfiguration = text["pages"].clone().try_into().unwrap();
        pages.public_url = public_url.map(str::to_owned);
        pages.public_url("127.0.0.1:8080".parse().unwrap())
    }

    #[test]
    fn pages_are_found_where_the_configuration_says_or_where_they_listen() {
        assert_eq!(at(None).unwrap(), "http://127.0.0.1:8080");
        assert_eq!(at(Some("https://pay.example/")).unwrap(), "https://pay.example");
        assert_eq!(at(Some("https://region.example/pay")).unwrap(), "https://region.example/pay");
        for wrong in
            ["", "pay.example", "https://", "https:///p", "https://x/?a=b", "javascript:alert(1)", "https://a b"]
        {
            assert!(at(Some(wrong)).is_err(), "{wrong}");
        }
    }
}
