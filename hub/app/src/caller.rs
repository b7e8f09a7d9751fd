//! Whoever is behind a portal, as far as the hub can tell: the address they call from.

use std::net::{IpAddr, Ipv6Addr};

use serde::Deserialize;

/// How a portal's callers are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Callers {
    /// By the address of the connection: browsers call the hub themselves.
    #[default]
    Connection,
    /// By what the portal's server says in the metadata `x-caller-address`. Its key must be known to no browser, or else
    /// everybody could be anybody. A call that says nothing counts as the server's own.
    Metadata,
    /// Not at all: a proxy stands in front, which does not say for whom.
    Unknown,
}

/// An address that is counted as one caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Caller(IpAddr);

impl Caller {
    /// Who calls from this address. Whoever has one IPv6 address has 2⁶⁴ of them, so all of these are one caller.
    pub fn at(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(address) => IpAddr::V4(address),
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        })
    }

    /// Who calls, by the connection and by what the portal says.
    pub(crate) fn of(callers: Callers, connection: Option<IpAddr>, told: Option<&str>) -> Option<Self> {
        let address = match callers {
            Callers::Connection => connection,
            Callers::Metadata => told.and_then(|told| told.parse().ok()).or(connection),
            Callers::Unknown => None,
        };
        address.map(Self::at)
    }
}

impl std::fmt::Display for Caller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(callers: Callers, told: Option<&str>) -> Option<String> {
        let connection = Some("203.0.113.7".parse().unwrap());
        Caller::of(callers, connection, told).map(|caller| caller.to_string())
    }

    #[test]
    fn what_a_browser_says_of_its_address_is_not_believed() {
        assert_eq!(of(Callers::Connection, Some("198.51.100.1")), Some("203.0.113.7".to_owned()));
        assert_eq!(of(Callers::Metadata, Some("198.51.100.1")), Some("198.51.100.1".to_owned()));
        assert_eq!(of(Callers::Unknown, Some("198.51.100.1")), None);
    }

    #[test]
    fn a_portals_server_that_says_nothing_is_the_caller_itself() {
        for nothing in [None, Some(""), Some("unknown"), Some("198.51.100.1, 10.0.0.1")] {
            assert_eq!(of(Callers::Metadata, nothing), Some("203.0.113.7".to_owned()), "{nothing:?}");
        }
    }

    #[test]
    fn the_addresses_of_one_ipv6_network_are_one_caller() {
        let at = |text: &str| Caller::at(text.parse().unwrap());
        assert_eq!(at("2001:db8::1"), at("2001:db8::ffff:1"));
        assert_ne!(at("2001:db8::1"), at("2001:db8:0:1::1"));
        assert_eq!(at("::ffff:203.0.113.7"), at("203.0.113.7"));
    }
}
