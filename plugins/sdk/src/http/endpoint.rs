//! Where a billing system is.

use std::str::FromStr;

/// The address of a billing system, as an operator sets it: `https://billing.example:8443/prefix`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Whether the connection is encrypted.
    pub tls: bool,
    /// Host, and the port where one is given.
    pub authority: String,
    /// What every path begins with; empty, or a slash and no slash at the end.
    pub prefix: String,
}

/// Why a text is no [`Endpoint`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a URL of the form http(s)://host[:port][/prefix]")]
pub struct EndpointError;

impl FromStr for Endpoint {
    type Err = EndpointError;

    /// Reads a URL without user name, query and fragment: credentials are the hub's to put in.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (tls, rest) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (None, Some(rest)) => (false, rest),
            (None, None) => return Err(EndpointError),
        };
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '@' | '?' | '#' | '\\' | '"' | '<' | '>');
        if authority.is_empty() || !rest.chars().all(plain) {
            return Err(EndpointError);
        }
        Ok(Self { tls, authority: authority.to_owned(), prefix: path.trim_end_matches('/').to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_loses_its_last_slash() {
        let endpoint: Endpoint = "https://billing.example:8443/api/".parse().unwrap();
        assert_eq!(endpoint, Endpoint { tls: true, authority: "billing.example:8443".into(), prefix: "/api".into() });
        let bare: Endpoint = "http://127.0.0.1:8080".parse().unwrap();
        assert_eq!((bare.tls, bare.prefix.as_str()), (false, ""));
    }

    #[test]
    fn anything_but_a_plain_address_is_refused() {
        for text in
            ["", "billing.example", "ftp://x", "https://", "https:///a", "https://u:p@x", "https://x/?a", "https://x y"]
        {
            assert_eq!(text.parse::<Endpoint>(), Err(EndpointError), "{text}");
        }
    }
}
