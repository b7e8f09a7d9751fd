//! A provider's account at a gateway, as its settings name it.

use std::sync::Arc;

use http::Uri;
use komunala_app::ports::TextGateway;
use secrecy::SecretString;

use crate::{
    Exchange,
    json::{Json, JsonInterface},
    kannel::Kannel,
};

/// Which interface a gateway has.
#[derive(Debug, Clone, PartialEq)]
pub enum Protocol {
    /// Kannel's `sendsms`.
    Kannel,
    /// JSON, as described.
    Json(Box<JsonInterface>),
}

/// Why a gateway cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GatewayProblem {
    /// The address is none, or would carry numbers and texts in the clear.
    #[error("the endpoint is no https address (http is for this machine and its own network alone)")]
    Endpoint,
    /// Something is missing that the protocol asks for.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A name that phones would not show.
    #[error("the sender is a number, or 1 to 11 letters, digits, blanks, `-` and `.`")]
    Sender,
    /// The secret of call-backs would be guessed.
    #[error("the secret of call-backs has less than 16 characters")]
    ShortSecret,
    /// A part of a JSON interface.
    #[error("{0}")]
    Json(String),
}

/// An account at a gateway.
#[derive(Debug, Clone)]
pub struct Account {
    /// Where texts are handed over.
    pub endpoint: String,
    /// The name that the provider signs in with, where the protocol has one.
    pub user: Option<String>,
    /// The password or key.
    pub secret: SecretString,
    /// What the gateway shows with everything that it sends.
    pub callback_secret: SecretString,
    /// Whom texts come from, as phones show it; the gateway's own number where nobody says.
    pub sender: Option<String>,
    /// Whether texts are put into letters of GSM, as far as they have a likeness there.
    pub transliterate: bool,
}

impl Account {
    pub(crate) fn endpoint(&self) -> Result<Uri, GatewayProblem> {
        let uri: Uri = self.endpoint.parse().map_err(|_| GatewayProblem::Endpoint)?;
        let host = uri.host().unwrap_or_default();
        match uri.scheme_str() {
            Some("https") if !host.is_empty() => Ok(uri),
            Some("http") if is_near(host) => Ok(uri),
            _ => Err(GatewayProblem::Endpoint),
        }
    }

    fn check(&self) -> Result<(), GatewayProblem> {
        self.endpoint()?;
        let is_sender = |sender: &str| {
            let number = sender.strip_prefix('+').unwrap_or(sender);
            let is_number = (3..=15).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
            let is_shown = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-' | b'.');
            is_number || (1..=11).contains(&sender.len()) && sender.bytes().all(is_shown)
        };
        match self.sender.as_deref() {
            Some(sender) if !is_sender(sender) => Err(GatewayProblem::Sender),
            _ => Ok(()),
        }
    }
}

/// This machine, or a network that nobody else is in: gateways often stand beside the hub and know no TLS.
fn is_near(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    match host.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(address)) => address.is_loopback() || address.is_private(),
        Ok(std::net::IpAddr::V6(address)) => address.is_loopback() || address.is_unique_local(),
        Err(_) => host == "localhost",
    }
}

/// Whether an account has what its protocol asks for. Its secrets are not looked at.
pub fn check(protocol: &Protocol, account: &Account) -> Result<(), GatewayProblem> {
    account.check()?;
    match protocol {
        Protocol::Kannel if account.user.is_none() => Err(GatewayProblem::Missing("user")),
        Protocol::Kannel => Ok(()),
        Protocol::Json(interface) => interface.check(),
    }
}

/// The gateway that speaks a protocol, with an account there.
pub fn gateway(
    protocol: Protocol,
    account: Account,
    exchange: &Exchange,
) -> Result<Arc<dyn TextGateway>, GatewayProblem> {
    check(&protocol, &account)?;
    Ok(match protocol {
        Protocol::Kannel => Arc::new(Kannel::new(account, exchange.clone())?),
        Protocol::Json(interface) => Arc::new(Json::new(*interface, account, exchange.clone())?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(endpoint: &str, sender: &str) -> Account {
        Account {
            endpoint: endpoint.to_owned(),
            user: Some("hub".to_owned()),
            secret: "password".to_owned().into(),
            callback_secret: "sixteen letters!".to_owned().into(),
            sender: Some(sender.to_owned()),
            transliterate: false,
        }
    }

    fn problem(endpoint: &str, sender: &str) -> Option<GatewayProblem> {
        check(&Protocol::Kannel, &account(endpoint, sender)).err()
    }

    #[test]
    fn texts_leave_the_house_over_https_alone() {
        for right in
            ["https://sms.example/cgi-bin/sendsms", "http://127.0.0.1:13013/", "http://10.0.0.7:13013/cgi-bin/sendsms"]
        {
            assert_eq!(problem(right, "1919"), None, "{right}");
        }
        for wrong in ["http://sms.example/", "http://8.8.8.8/", "sms.example", "", "ftp://127.0.0.1/"] {
            assert_eq!(problem(wrong, "1919"), Some(GatewayProblem::Endpoint), "{wrong}");
        }
    }

    #[test]
    fn a_sender_is_a_number_or_a_short_name() {
        for right in ["1919", "+38640123456", "Elektro", "Gas Nord"] {
            assert_eq!(problem("http://127.0.0.1/", right), None, "{right}");
        }
        for wrong in ["", "Elektro Sever d.o.o.", "Елеktro", "a&b"] {
            assert_eq!(problem("http://127.0.0.1/", wrong), Some(GatewayProblem::Sender), "{wrong}");
        }
    }

    #[test]
    fn a_secret_that_could_be_guessed_is_none() {
        let short = Account { callback_secret: "short".to_owned().into(), ..account("http://127.0.0.1/", "1919") };
        assert_eq!(gateway(Protocol::Kannel, short, &Exchange::new()).err(), Some(GatewayProblem::ShortSecret));
    }
}
