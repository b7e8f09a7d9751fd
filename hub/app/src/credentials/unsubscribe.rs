//! Tokens by which the reader of a mail gets no more of its kind, without signing in (RFC 8058).
//!
//! One stands in a header of every such mail and works for as long as the mail is kept. It can do one thing, which takes
//! nothing from anybody but the convenience: bills come by post again, or a provider's notices come no more.

use komunala_domain::{
    ProviderId, TenantId,
    ids::{AccountId, SubscriberId, UserId},
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

/// Whose notices are to end, and from whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticesEnd {
    /// The tenant.
    pub tenant: TenantId,
    /// The address.
    pub subscriber: SubscriberId,
    /// Whose notices came.
    pub provider: ProviderId,
}

/// What keeps a tenant and a provider apart; no short word holds it.
const SEPARATOR: char = '/';

/// Makes the tokens, and knows them again. Those of bills and of notices have a key each: neither is ever taken for the
/// other.
pub struct UnsubscribeTokens {
    bills: SignedTokens,
    notices: SignedTokens,
}

impl UnsubscribeTokens {
    /// Takes the key it needs.
    pub fn new(keys: &Keys) -> Self {
        Self { bills: SignedTokens::new(keys, "unsubscribe"), notices: SignedTokens::new(keys, "unsubscribe-notices") }
    }

    /// The token for the bills of an account; the same each month.
    pub fn token(&self, wanted: &Unsubscription) -> String {
        let (user, account) = (wanted.user.uuid(), wanted.account.uuid());
        self.bills.token([user.as_bytes().as_slice(), account.as_bytes(), wanted.tenant.as_str().as_bytes()].concat())
    }

    /// What a token is for; `None` for what the hub never made.
    pub fn open(&self, token: &str) -> Option<Unsubscription> {
        let said = self.bills.open(token)?;
        let id = |from: usize| Uuid::from_slice(said.get(from..from + ID)?).ok();
        Some(Unsubscription {
            user: UserId::from_uuid(id(0)?),
            account: AccountId::from_uuid(id(ID)?),
            tenant: std::str::from_utf8(said.get(2 * ID..)?).ok()?.parse().ok()?,
        })
    }

    /// The token for a provider's notices to an address; the same each time.
    pub fn notices_token(&self, end: &NoticesEnd) -> String {
        let words = format!("{}{SEPARATOR}{}", end.tenant, end.provider);
        self.notices.token([end.subscriber.uuid().as_bytes().as_slice(), words.as_bytes()].concat())
    }

    /// Whose notices a token ends; `None` for what the hub never made, and for a token of bills.
    pub fn open_notices(&self, token: &str) -> Option<NoticesEnd> {
        let said = self.notices.open(token)?;
        let (id, words) = said.split_at_checked(ID)?;
        let (tenant, provider) = std::str::from_utf8(words).ok()?.split_once(SEPARATOR)?;
        let subscriber = SubscriberId::from_uuid(Uuid::from_slice(id).ok()?);
        Some(NoticesEnd { tenant: tenant.parse().ok()?, subscriber, provider: provider.parse().ok()? })
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
    fn a_token_of_notices_ends_those_and_no_bills() {
        let (tenant, provider) = ("ruma".parse().unwrap(), "gas-1".parse().unwrap());
        let end = NoticesEnd { tenant, subscriber: SubscriberId::new(), provider };
        let token = tokens(1).notices_token(&end);
        assert_eq!(tokens(1).open_notices(&token), Some(end));
        assert_eq!(tokens(1).open(&token), None);
        assert_eq!(tokens(1).open_notices(&tokens(1).token(&wanted())), None);
        assert_eq!(tokens(2).open_notices(&token), None);
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
