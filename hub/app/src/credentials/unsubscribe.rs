//! Tokens by which the reader of a mail gets no more of its kind, without signing in (RFC 8058).
//!
//! One stands in a header of every such mail and works for as long as the mail is kept. It can do one thing, which takes
//! nothing from anybody but the convenience: bills come by post again.

use aws_lc_rs::{constant_time, hmac};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use komunala_domain::{
    TenantId,
    ids::{AccountId, UserId},
};
use uuid::Uuid;

use super::Keys;

/// Bytes of an id, and of the tag behind the ids.
const ID: usize = 16;

/// What its holder wants no more of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsubscription {
    /// The tenant.
    pub tenant: TenantId,
    /// Whose mail it is.
    pub user: UserId,
    /// The account whose bills came.
    pub account: AccountId,
}

/// Makes the tokens, and knows them again.
pub struct UnsubscribeTokens(hmac::Key);

impl UnsubscribeTokens {
    /// Takes the key it needs.
    pub fn new(keys: &Keys) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, &keys.subkey("unsubscribe")))
    }

    /// The token for the bills of an account; the same each month.
    pub fn token(&self, wanted: &Unsubscription) -> String {
        let mut token = [wanted.user.uuid().as_bytes().as_slice(), wanted.account.uuid().as_bytes()].concat();
        token.extend_from_slice(wanted.tenant.as_str().as_bytes());
        token.extend_from_slice(&hmac::sign(&self.0, &token).as_ref()[..ID]);
        URL_SAFE_NO_PAD.encode(token)
    }

    /// What a token is for; `None` for what the hub never made.
    pub fn open(&self, token: &str) -> Option<Unsubscription> {
        let token = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (said, tag) = token.split_at_checked(token.len().checked_sub(ID)?)?;
        constant_time::verify_slices_are_equal(&hmac::sign(&self.0, said).as_ref()[..ID], tag).ok()?;
        let id = |from: usize| Uuid::from_slice(said.get(from..from + ID)?).ok();
        Some(Unsubscription {
            user: UserId::from_uuid(id(0)?),
            account: AccountId::from_uuid(id(ID)?),
            tenant: std::str::from_utf8(said.get(2 * ID..)?).ok()?.parse().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::RootSecret;

    fn tokens(root: u8) -> UnsubscribeTokens {
        UnsubscribeTokens::new(&Keys::derive(&RootSecret::new(vec![root; 32]).unwrap()))
    }

    fn wanted() -> Unsubscription {
        Unsubscription { tenant: "ruma".parse().unwrap(), user: UserId::new(), account: AccountId::new() }
    }

    #[test]
    fn a_token_says_what_it_was_made_for_and_is_the_same_each_time() {
        let wanted = wanted();
        let token = tokens(1).token(&wanted);
        assert_eq!(token, tokens(1).token(&wanted));
        assert_eq!(tokens(1).open(&token), Some(wanted));
    }

    #[test]
    fn what_the_hub_never_made_opens_nothing() {
        let wanted = wanted();
        let token = tokens(1).token(&wanted);
        assert_eq!(tokens(2).open(&token), None);
        let other = tokens(1).token(&Unsubscription { account: AccountId::new(), ..wanted });
        // what one says under the tag of another
        let mixed = format!("{}{}", &token[..token.len() - 22], &other[other.len() - 22..]);
        for forged in [mixed.as_str(), &token[..20], "", "?"] {
            assert_eq!(tokens(1).open(forged), None, "{forged}");
        }
    }
}
