//! What holds the chains of the audit log together.

use aws_lc_rs::hmac;

use crate::credentials::{Keys, RootSecret};

/// What a link of a chain says.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "the fields are those of an event of the audit log, as they stand there")]
pub struct Link<'a> {
    pub chain: &'a str,
    pub sequence: i64,
    pub at_micros: i64,
    pub actor: &'a str,
    pub action: &'a str,
    pub subject: Option<uuid::Uuid>,
    pub target: &'a str,
    pub sealed: &'a str,
}

/// Makes the links of chains: keyed hashes, so that who changes the database cannot make the chain right again.
#[derive(Clone)]
pub struct Links(hmac::Key);

impl Links {
    /// Derives the key.
    pub fn new(root: &RootSecret) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, &Keys::derive(root).subkey("audit")))
    }

    /// The link behind `previous`.
    pub fn link(&self, previous: &[u8; 32], link: &Link<'_>) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(previous);
        context.update(&link.sequence.to_be_bytes());
        context.update(&link.at_micros.to_be_bytes());
        context.update(&[u8::from(link.subject.is_some())]);
        context.update(link.subject.unwrap_or_default().as_bytes());
        // every text is preceded by its length, so that nothing can move from one into the next
        for text in [link.chain, link.actor, link.action, link.target, link.sealed] {
            context.update(&(text.len() as u64).to_be_bytes());
            context.update(text.as_bytes());
        }
        context.sign().as_ref().try_into().expect("HMAC-SHA-256 has 32 bytes")
    }
}

impl std::fmt::Debug for Links {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Links(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_counts_and_nothing_moves_from_one_into_the_next() {
        let links = Links::new(&RootSecret::new(vec![7; 32]).unwrap());
        let link = Link {
            chain: "ruma",
            sequence: 1,
            at_micros: 2,
            actor: "anybody",
            action: "signed_in",
            subject: None,
            target: "",
            sealed: "",
        };
        let base = links.link(&[0; 32], &link);
        let others = [
            links.link(&[1; 32], &link),
            links.link(&[0; 32], &Link { chain: "sid", ..link }),
            links.link(&[0; 32], &Link { sequence: 2, ..link }),
            links.link(&[0; 32], &Link { at_micros: 3, ..link }),
            links.link(&[0; 32], &Link { actor: "anybodysigned_in", action: "", ..link }),
            links.link(&[0; 32], &Link { subject: Some(uuid::Uuid::nil()), ..link }),
            links.link(&[0; 32], &Link { target: "x", ..link }),
            links.link(&[0; 32], &Link { sealed: "x", ..link }),
            Links::new(&RootSecret::new(vec![8; 32]).unwrap()).link(&[0; 32], &link),
        ];
        for other in others {
            assert_ne!(base, other);
        }
    }
}
