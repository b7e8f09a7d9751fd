//! Refresh tokens: the session's id and 32 random bytes. The store keeps the hash of the latest one.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use komunala_domain::ids::SessionId;

use super::portal_key::sha256;

/// A refresh token as its holder shows it.
#[derive(Clone)]
pub struct RefreshToken {
    /// The session it belongs to.
    pub session: SessionId,
    secret: [u8; 32],
}

impl RefreshToken {
    /// A new token of a session.
    pub fn generate(session: SessionId) -> Self {
        let mut secret = [0; 32];
        aws_lc_rs::rand::fill(&mut secret).expect("the system has randomness");
        Self { session, secret }
    }

    /// What the store keeps.
    pub fn hash(&self) -> [u8; 32] {
        sha256(&self.secret).0
    }

    /// The written form: `ses_….` and the secret in base64url.
    pub fn expose(&self) -> String {
        format!("{}.{}", self.session, URL_SAFE_NO_PAD.encode(self.secret))
    }

    /// Reads the written form.
    pub fn parse(text: &str) -> Option<Self> {
        let (session, secret) = text.split_once('.')?;
        let secret = URL_SAFE_NO_PAD.decode(secret).ok()?.try_into().ok()?;
        Some(Self { session: session.parse().ok()?, secret })
    }
}

impl std::fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RefreshToken({}, …)", self.session)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_from_its_written_form() {
        let token = RefreshToken::generate(SessionId::new());
        let back = RefreshToken::parse(&token.expose()).unwrap();
        assert_eq!((back.session, back.hash()), (token.session, token.hash()));
        assert!(RefreshToken::parse("ses_1.x").is_none());
    }
}
