//! A utility's shop at a payment provider, as its settings name it.

use std::sync::Arc;

use http::Uri;
use komunala_app::ports::Gateway;
use komunala_domain::payment::Channel;
use secrecy::SecretString;

use crate::{Exchange, ipay::Ipay, portmone::Portmone};

/// Why a word names no protocol.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no payment channel: ipay or portmone")]
pub struct UnknownProtocol(pub String);

/// The protocols that the hub speaks. Their words are the channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// `ipay`.
    Ipay,
    /// `portmone`.
    Portmone,
}

impl Protocol {
    /// The word that settings and requests use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ipay => "ipay",
            Self::Portmone => "portmone",
        }
    }

    pub(crate) fn channel(self) -> Channel {
        self.word().parse().expect("a plain word")
    }
}

impl std::str::FromStr for Protocol {
    type Err = UnknownProtocol;

    fn from_str(word: &str) -> Result<Self, UnknownProtocol> {
        let named = [Self::Ipay, Self::Portmone].into_iter().find(|protocol| protocol.word() == word);
        named.ok_or_else(|| UnknownProtocol(word.chars().take(40).collect()))
    }
}

/// Why a shop cannot be paid at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShopError {
    /// The address is none, or would carry payments in the clear.
    #[error("the endpoint is no https address (http is for this machine alone)")]
    Endpoint,
    /// Something is missing that the protocol asks for.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// The shop's id is none.
    #[error("the merchant is made of 1 to 64 letters, digits, `-` and `_`")]
    Merchant,
}

/// A shop.
#[derive(Debug, Clone)]
pub struct Shop {
    /// The issuer whose bills are paid to it; `None` for all.
    pub issuer: Option<String>,
    /// How the payment provider knows it.
    pub merchant: String,
    /// The name that it signs in with, where it does.
    pub login: Option<String>,
    /// What it signs or signs in with.
    pub secret: SecretString,
    /// Where the payment provider is asked.
    pub endpoint: String,
}

impl Shop {
    pub(crate) fn endpoint(&self) -> Result<Uri, ShopError> {
        let uri: Uri = self.endpoint.parse().map_err(|_| ShopError::Endpoint)?;
        let host = uri.host().unwrap_or_default();
        let is_here = host == "localhost" || host == "127.0.0.1" || host == "[::1]";
        match uri.scheme_str() {
            Some("https") if !host.is_empty() => Ok(uri),
            Some("http") if is_here => Ok(uri),
            _ => Err(ShopError::Endpoint),
        }
    }

    fn check(&self) -> Result<(), ShopError> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        match (1..=64).contains(&self.merchant.len()) && self.merchant.bytes().all(is_plain) {
            true => Ok(()),
            false => Err(ShopError::Merchant),
        }
    }
}

/// Whether a shop has what its protocol asks for. Its secret is not looked at.
pub fn check(protocol: Protocol, shop: &Shop) -> Result<(), ShopError> {
    shop.check()?;
    shop.endpoint()?;
    match (protocol, &shop.login) {
        (Protocol::Portmone, None) => Err(ShopError::Missing("login")),
        _ => Ok(()),
    }
}

/// The payment provider that speaks a protocol, with a shop there.
pub fn gateway(protocol: Protocol, shop: Shop, exchange: &Exchange) -> Result<Arc<dyn Gateway>, ShopError> {
    check(protocol, &shop)?;
    Ok(match protocol {
        Protocol::Ipay => Arc::new(Ipay::new(shop, exchange.clone())?),
        Protocol::Portmone => Arc::new(Portmone::new(shop, exchange.clone())?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shop(endpoint: &str, merchant: &str) -> Shop {
        let (issuer, login) = (None, Some("shop".to_owned()));
        Shop { issuer, merchant: merchant.into(), login, secret: "key".into(), endpoint: endpoint.into() }
    }

    #[test]
    fn payments_go_over_https_except_on_this_machine() {
        for right in ["https://checkout.example/api", "http://127.0.0.1:8093/", "http://localhost/"] {
            assert!(shop(right, "1").endpoint().is_ok(), "{right}");
        }
        for wrong in
            ["http://checkout.example/", "checkout.example", "", "ftp://127.0.0.1/", "http://127.0.0.1.example/"]
        {
            assert_eq!(shop(wrong, "1").endpoint(), Err(ShopError::Endpoint), "{wrong}");
        }
    }

    #[test]
    fn a_shop_without_what_its_protocol_asks_for_is_refused() {
        let exchange = Exchange::new();
        let endpoint = "https://checkout.example/";
        let nameless = Shop { login: None, ..shop(endpoint, "1185") };
        assert_eq!(gateway(Protocol::Portmone, nameless, &exchange).err(), Some(ShopError::Missing("login")));
        assert_eq!(gateway(Protocol::Ipay, shop(endpoint, "a b"), &exchange).err(), Some(ShopError::Merchant));
        assert!(gateway(Protocol::Ipay, shop(endpoint, "2023"), &exchange).is_ok());
    }
}
