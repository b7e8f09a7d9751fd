//! Where requests may go: rules, and the origins they stand for.
//!
//! # Grammar
//! ```text
//! rules   = a list; empty = deny
//! rule    = "setting:" NAME              the origin of the URL in a setting
//!         | [ scheme "://" ] host [ ":" port ]
//!         | "*"                          whatever the manifest asks for; an operator's rule only
//! scheme  = "https" (if left out) | "http"
//! host    = a DNS name | an IPv4 address | "[" an IPv6 address "]"
//! port    = 1 to 65535; 443 of https, 80 of http if left out
//! ```
//! There are no wildcards within a name: a utility has one billing system, not a domain full of them.
//!
//! ```
//! use komunala_sandbox::HostRule;
//!
//! assert!("billing.example:8443".parse::<HostRule>().is_ok());
//! assert!("http://10.1.2.3:8080".parse::<HostRule>().is_ok());
//! assert!("setting:base_url".parse::<HostRule>().is_ok());
//! assert!("https://billing.example/path".parse::<HostRule>().is_err());
//! assert!("*.example".parse::<HostRule>().is_err());
//! assert!("".parse::<HostRule>().is_err());
//! ```

use std::net::IpAddr;

use http::Uri;
use serde::Deserialize;
use url::{Host, Url};

use crate::{manifest::is_name, setting::Settings};

/// How a request travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Scheme {
    Http,
    Https,
}

/// Scheme, host and port in their normal form.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Origin {
    pub(crate) scheme: Scheme,
    /// In lower case; IPv6 addresses in brackets.
    pub(crate) host: Box<str>,
    pub(crate) port: u16,
}

impl Origin {
    /// The origin of a URL with scheme and host.
    pub(crate) fn of_url(url: &Url) -> Option<Self> {
        let scheme = match url.scheme() {
            "https" => Scheme::Https,
            "http" => Scheme::Http,
            _ => return None,
        };
        Some(Self { scheme, host: url.host_str()?.into(), port: url.port_or_known_default()? })
    }

    /// Whether a request to `uri` goes here. Compared without an allocation: it happens at every request.
    pub(crate) fn matches(&self, uri: &Uri) -> bool {
        let (scheme, default) = match uri.scheme_str() {
            Some("https") => (Scheme::Https, 443),
            Some("http") => (Scheme::Http, 80),
            _ => return false,
        };
        self.scheme == scheme
            && self.port == uri.port_u16().unwrap_or(default)
            && uri.host().is_some_and(|host| self.host.eq_ignore_ascii_case(host) || self.is_same_address(host))
    }

    /// IPv6 addresses have many written forms.
    fn is_same_address(&self, host: &str) -> bool {
        host.starts_with('[')
            && literal_address(host).is_some_and(|address| literal_address(&self.host) == Some(address))
    }
}

/// The address that a host of a URI stands for without a look-up.
pub(crate) fn literal_address(host: &str) -> Option<IpAddr> {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host).parse().ok()
}

/// A rule of the grammar above.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct HostRule(Rule);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Rule {
    Asked,
    Setting(String),
    Origin(Origin),
}

/// Why a text is no rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no host: write `setting:NAME`, `host:port` or `http://host:port`")]
pub struct NotAHost(pub String);

impl std::str::FromStr for HostRule {
    type Err = NotAHost;

    fn from_str(text: &str) -> Result<Self, NotAHost> {
        let wrong = || NotAHost(text.chars().take(100).collect());
        if text == "*" {
            return Ok(Self(Rule::Asked));
        }
        if let Some(name) = text.strip_prefix("setting:") {
            return if is_name(name) { Ok(Self(Rule::Setting(name.to_owned()))) } else { Err(wrong()) };
        }
        let url = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let url = Url::parse(&url).map_err(|_| wrong())?;
        let is_bare = url.path() == "/"
            && !text.ends_with('/')
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        let is_host = match url.host() {
            Some(Host::Domain(name)) => {
                name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
            }
            Some(_) => true,
            None => false,
        };
        match Origin::of_url(&url) {
            Some(origin) if is_bare && is_host => Ok(Self(Rule::Origin(origin))),
            _ => Err(wrong()),
        }
    }
}

impl TryFrom<String> for HostRule {
    type Error = NotAHost;

    fn try_from(text: String) -> Result<Self, NotAHost> {
        text.parse()
    }
}

impl HostRule {
    /// The origin it stands for; none where a setting is not set.
    fn origin(&self, settings: &Settings) -> Option<Origin> {
        match &self.0 {
            Rule::Asked => None,
            Rule::Setting(name) => Origin::of_url(&Url::parse(settings.get(name)?).ok()?),
            Rule::Origin(origin) => Some(origin.clone()),
        }
    }
}

/// What is asked and also allowed.
pub(crate) fn granted(asked: &[HostRule], allowed: &[HostRule], settings: &Settings) -> Vec<Origin> {
    let everything = allowed.iter().any(|rule| rule.0 == Rule::Asked);
    let allowed: Vec<Origin> = allowed.iter().filter_map(|rule| rule.origin(settings)).collect();
    asked
        .iter()
        .filter_map(|rule| rule.origin(settings))
        .filter(|origin| everything || allowed.contains(origin))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn settings() -> Settings {
        let asks = toml::from_str("[base_url]\nformat = 'url'").unwrap();
        let values = BTreeMap::from([("base_url".to_owned(), "http://Billing.example:8080/api".to_owned())]);
        Settings::check(&asks, &values).unwrap()
    }

    fn origins(asked: &[&str], allowed: &[&str]) -> Vec<Origin> {
        let rules = |rules: &[&str]| -> Vec<HostRule> { rules.iter().map(|rule| rule.parse().unwrap()).collect() };
        granted(&rules(asked), &rules(allowed), &settings())
    }

    #[test]
    fn only_what_is_asked_and_allowed_is_granted() {
        assert_eq!(origins(&["a.example", "b.example"], &["b.example:443", "c.example"]).len(), 1);
        assert_eq!(origins(&["a.example"], &["*"]).len(), 1);
        assert!(origins(&["a.example"], &[]).is_empty(), "empty = deny");
        assert!(origins(&[], &["*"]).is_empty(), "nobody asked");
        assert!(origins(&["*"], &["*"]).is_empty(), "a manifest cannot ask for everything");
        assert!(origins(&["a.example"], &["http://a.example"]).is_empty(), "another scheme");
        assert!(origins(&["setting:other"], &["*"]).is_empty(), "not set");
    }

    #[test]
    fn an_origin_matches_the_same_scheme_host_and_port_only() {
        let [origin] = &origins(&["setting:base_url"], &["http://billing.example:8080"])[..] else { panic!() };
        for (uri, expected) in [
            ("http://billing.example:8080/v1?x=1", true),
            ("http://BILLING.example:8080/", true),
            ("https://billing.example:8080/", false),
            ("http://billing.example/", false),
            ("http://billing.example.evil:8080/", false),
            ("http://evil/billing.example:8080", false),
            ("/v1", false),
        ] {
            assert_eq!(origin.matches(&uri.parse().unwrap()), expected, "{uri}");
        }
        let [origin] = &origins(&["http://[::ffff:127.0.0.1]"], &["*"])[..] else { panic!() };
        assert!(origin.matches(&"http://[::ffff:127.0.0.1]/".parse().unwrap()));
        assert!(origin.matches(&"http://[::FFFF:7f00:1]:80/".parse().unwrap()));
        assert!(!origin.matches(&"http://[::1]/".parse().unwrap()));
    }
}
