//! Links to pages of the hub, which need no sign-in: whoever has one may do what it names, and nothing else.
//!
//! A token is what it names and a tag over it (HMAC-SHA-256, 128 bits of it) under a key of its own, so that pages need no
//! table of them. No personal data stands in it: ids, the tenant, a language and when it was made.

use jiff::{SignedDuration, Timestamp};
use komunala_domain::{
    Language, TenantId,
    ids::{InvoiceId, LinkId, PaymentId},
};
use uuid::Uuid;

use super::{Keys, signed::SignedTokens};

/// How long a link holds.
pub const LIFETIME: SignedDuration = SignedDuration::from_hours(180 * 24);
/// The longest token, in characters.
pub const MAX_CHARS: usize = 200;

const ID: usize = 16;

/// What a link leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The page where a bill is paid.
    Bill {
        /// The bill.
        invoice: InvoiceId,
        /// The link between the account and whoever is to pay.
        link: LinkId,
    },
    /// The page that tells what became of a payment.
    Payment(PaymentId),
}

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageLink {
    /// The tenant.
    pub tenant: TenantId,
    /// What it leads to.
    pub subject: Subject,
    /// The language of whoever it was made for.
    pub language: Language,
    /// When it was made.
    pub made_at: Timestamp,
}

/// Makes and reads the tokens of links.
pub struct PageLinks(SignedTokens);

impl PageLinks {
    /// Derives the key.
    pub fn new(keys: &Keys) -> Self {
        Self(SignedTokens::new(keys, "page-links"))
    }

    /// The token of a link: letters, digits, `-` and `_`.
    pub fn token(&self, link: &PageLink) -> String {
        let mut said = Vec::with_capacity(96);
        let (kind, ids) = match link.subject {
            Subject::Bill { invoice, link } => (1, vec![invoice.uuid(), link.uuid()]),
            Subject::Payment(payment) => (2, vec![payment.uuid()]),
        };
        let language = Language::ALL.iter().position(|known| *known == link.language).unwrap_or_default();
        said.extend([kind, u8::try_from(language).unwrap_or_default()]);
        said.extend(link.made_at.as_second().to_be_bytes());
        ids.iter().for_each(|id| said.extend(id.as_bytes()));
        // the last field, so that its length is what is left
        said.extend(link.tenant.as_str().as_bytes());
        self.0.token(said)
    }

    /// What a token says; `None` for one that this hub did not make.
    pub fn read(&self, token: &str) -> Option<PageLink> {
        let said = self.0.open(Some(token).filter(|token| token.len() <= MAX_CHARS)?)?;
        let (&[kind, language], rest) = said.split_first_chunk()?;
        let (seconds, rest) = rest.split_first_chunk()?;
        let (first, rest) = id(rest)?;
        let (subject, tenant) = match kind {
            1 => {
                let (second, rest) = id(rest)?;
                (Subject::Bill { invoice: InvoiceId::from_uuid(first), link: LinkId::from_uuid(second) }, rest)
            }
            2 => (Subject::Payment(PaymentId::from_uuid(first)), rest),
            _ => return None,
        };
        Some(PageLink {
            tenant: std::str::from_utf8(tenant).ok()?.parse().ok()?,
            subject,
            language: *Language::ALL.get(usize::from(language))?,
            made_at: Timestamp::from_second(i64::from_be_bytes(*seconds)).ok()?,
        })
    }
}

fn id(bytes: &[u8]) -> Option<(Uuid, &[u8])> {
    let (id, rest) = bytes.split_first_chunk::<ID>()?;
    Some((Uuid::from_bytes(*id), rest))
}

impl PageLink {
    /// Whether it holds at `now`.
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        now.duration_since(self.made_at) <= LIFETIME
    }
}

impl std::fmt::Debug for PageLinks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PageLinks(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::RootSecret;

    fn links(byte: u8) -> PageLinks {
        PageLinks::new(&Keys::derive(&RootSecret::new(vec![byte; 32]).unwrap()))
    }

    fn link(subject: Subject, tenant: &str) -> PageLink {
        let made_at = Timestamp::from_second(1_700_000_000).unwrap();
        PageLink { tenant: tenant.parse().unwrap(), subject, language: Language::Ukrainian, made_at }
    }

    #[test]
    fn a_link_says_what_it_was_made_for() {
        for subject in
            [Subject::Bill { invoice: InvoiceId::new(), link: LinkId::new() }, Subject::Payment(PaymentId::new())]
        {
            let link = link(subject, &"r".repeat(40));
            let token = links(7).token(&link);
            assert!(token.len() <= MAX_CHARS);
            assert_eq!(links(7).read(&token), Some(link));
            assert_eq!(links(8).read(&token), None, "another hub's key");
        }
    }

    #[test]
    fn a_link_that_was_changed_anywhere_leads_nowhere() {
        let links = links(7);
        let token = links.token(&link(Subject::Payment(PaymentId::new()), "region"));
        for at in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(links.read(std::str::from_utf8(&changed).unwrap()), None, "character {at}");
            assert_eq!(links.read(&token[..at]), None, "cut at {at}");
        }
        assert_eq!(links.read(&format!("{token}AAAA")), None);
        assert_eq!(links.read(&"A".repeat(10_000)), None);
    }

    #[test]
    fn a_link_holds_for_half_a_year() {
        let link = link(Subject::Payment(PaymentId::new()), "region");
        assert!(link.is_in_force(link.made_at + LIFETIME));
        assert!(!link.is_in_force(link.made_at + LIFETIME + SignedDuration::from_secs(1)));
    }
}
