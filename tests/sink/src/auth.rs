//! AUTH PLAIN and AUTH LOGIN.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::session::{End, Session};
use crate::settings::Credentials;
use crate::stage::Stage;
use crate::strike::Go;
use crate::wire::Line;

/// `Username:` and `Password:`, as every server asks.
const ASK_USER: &str = "VXNlcm5hbWU6";
const ASK_PASSWORD: &str = "UGFzc3dvcmQ6";

impl Session {
    /// AUTH is offered only where nobody can listen, unless the sink has no TLS at all.
    pub(crate) fn offers_auth(&self) -> bool {
        self.house.settings.credentials.is_some() && (self.secure || self.house.tls.is_none())
    }

    pub(crate) async fn authenticate(&mut self, argument: &str) -> Result<(), End> {
        if !self.offers_auth() || !self.greeted || self.user.is_some() || self.sender.is_some() {
            return Ok(self.wire.reply(503, "5.5.1 AUTH is not possible now").await?);
        }
        if self.fault(Stage::Auth).await? == Go::Refused {
            return Ok(());
        }
        let (mechanism, initial) = match argument.split_once(' ') {
            Some((mechanism, initial)) => (mechanism, Some(initial.to_owned())),
            None => (argument, None),
        };
        let given = match mechanism.to_ascii_uppercase().as_str() {
            "PLAIN" => {
                let response = self.response(initial, "").await?;
                response.as_deref().and_then(plain)
            }
            "LOGIN" => {
                let user = self.response(initial, ASK_USER).await?;
                match user {
                    None => None,
                    Some(user) => {
                        let password = self.response(None, ASK_PASSWORD).await?;
                        password.map(|password| Credentials { user, password })
                    }
                }
            }
            _ => return Ok(self.wire.reply(504, "5.5.4 no such mechanism").await?),
        };
        match given {
            None => self.wire.reply(501, "5.5.2 cancelled, or not understood").await?,
            Some(given) if Some(&given) == self.house.settings.credentials.as_ref() => {
                self.user = Some(given.user);
                self.wire.reply(235, "2.7.0 welcome").await?;
            }
            Some(_) => self.wire.reply(535, "5.7.8 user name or password is wrong").await?,
        }
        Ok(())
    }

    /// The client's next response, decoded; `None` if it cancels or sends something else than base64 of UTF-8.
    async fn response(&mut self, initial: Option<String>, challenge: &str) -> Result<Option<String>, End> {
        let response = match initial {
            Some(initial) => initial,
            None => {
                self.wire.reply(334, challenge).await?;
                match self.line().await? {
                    Line::TooLong => return Ok(None),
                    Line::Whole(line) => String::from_utf8_lossy(&line).into_owned(),
                }
            }
        };
        // A lone equals sign is an empty initial response.
        let encoded = if response == "=" { "" } else { &response };
        Ok(STANDARD.decode(encoded).ok().and_then(|decoded| String::from_utf8(decoded).ok()))
    }
}

/// `authorization NUL user NUL password`; acting for somebody else is not known here.
fn plain(response: &str) -> Option<Credentials> {
    let mut parts = response.split('\0');
    let (authorization, user, password) = (parts.next()?, parts.next()?, parts.next()?);
    let valid = parts.next().is_none() && (authorization.is_empty() || authorization == user);
    valid.then(|| Credentials { user: user.to_owned(), password: password.to_owned() })
}
