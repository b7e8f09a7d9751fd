//! Tokens by which the reader of a mail gets no more of its kind, without signing in (RFC 8058).
//!
//! One stands in a header of every such mail and works for as long as the mail is kept. It can do one thing, which takes
//! nothing from anybody but the convenience: bills come by post again.

use komunala_domain::{
    TenantId,
    ids::{AccountId, UserId},
};
use uuid::Uuid;

use super::{Keys, signed::SignedTokens};

/// Bytes of an id.
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
pub struct UnsubscribeTokens(SignedTokens);

impl UnsubscribeTokens {
    /// Takes the key it needs.
    pub fn new(keys: &Keys) -> Self {
        Self(SignedTokens::new(keys, "unsubscribe"))
    }

    /// The token for the bills of an account; the same each month.
    pub fn token(&self, wanted: &Unsubscription) -> String {
        let (user, account) = (wanted.user.uuid(), wanted.account.uuid());
        self.0.token([user.as_bytes().as_slice(), account.as_bytes(), wanted.tenant.as_str().as_bytes()].concat())
    }

    /// What a token is for; `None` for what the hub never made.
    pub fn open(&self, token: &str) -> Option<Unsubscription> {
        let said = self.0.open(token)?;
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
