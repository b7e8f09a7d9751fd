//! Signing a mail for its sender's domain (DKIM, RFC 6376; Ed25519 by RFC 8463).
//!
//! Always relaxed/relaxed and over the whole body. What is signed is what a reader sees and what their mail program acts
//! upon, the headers of one-click unsubscribing among it (RFC 8058 asks for that).
//!
//! Own code, since the libraries sign with RSA in pure Rust, which costs more than everything else that is done for a
//! mail; this is a canonical form of text and one call of the library that does the hub's TLS.

mod canonical;
mod key;

use sha2::{Digest as _, Sha256};

use base64::{Engine as _, engine::general_purpose::STANDARD};

pub use key::{KeyError, SigningKey};

use canonical::Head;

/// What is signed, where a mail has it.
const SIGNED: [&str; 9] = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "MIME-Version",
    "Content-Type",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
];
/// Named once more than they are there, so that nobody can add another one on the way and keep the signature.
const ONLY_ONCE: [&str; 3] = ["From", "To", "Subject"];
/// How many characters of a signature stand on a line.
const LINE: usize = 72;

/// A domain's key and the name it is published under.
#[derive(Debug, Clone)]
pub struct Signer {
    /// The domain that signs: the one of the From line.
    pub domain: String,
    /// The name of the key; a new key gets a new one, and the earlier stays published until its mails are read.
    pub selector: String,
    /// The key.
    pub key: std::sync::Arc<SigningKey>,
    /// Whether it signs. One that does not is only published: ahead of its use, or still.
    pub signs: bool,
}

/// A record to be published in DNS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DnsRecord {
    /// Where.
    pub name: String,
    /// The text.
    pub text: String,
}

impl Signer {
    /// The record by which others check the signatures.
    pub fn record(&self) -> DnsRecord {
        DnsRecord { name: format!("{}._domainkey.{}", self.selector, self.domain), text: self.key.record() }
    }

    /// The header for a mail that has none of this signer yet, with its line break.
    fn header(&self, head: &Head<'_>, body_hash: &str, at: jiff::Timestamp) -> String {
        let mut names: Vec<&str> = SIGNED.into_iter().filter(|name| head.has(name)).collect();
        names.extend(ONLY_ONCE);
        let unsigned = format!(
            "DKIM-Signature: v=1; a={algorithm}; c=relaxed/relaxed; d={domain};\r\n s={selector}; t={at};\r\n \
             h={names};\r\n bh={body_hash};\r\n b=",
            algorithm = self.key.algorithm(),
            domain = self.domain,
            selector = self.selector,
            at = at.as_second(),
            names = names.join(":\r\n  "),
        );
        let signature = STANDARD.encode(self.key.sign(&head.signed(&names, &unsigned)));
        let mut header = unsigned;
        for (at, character) in signature.chars().enumerate() {
            if at > 0 && at % LINE == 0 {
                header.push_str("\r\n  ");
            }
            header.push(character);
        }
        header.push_str("\r\n");
        header
    }
}

/// Puts the signatures of its sender's domain before a mail.
pub fn sign(mail: Vec<u8>, domain: &str, signers: &[Signer], at: jiff::Timestamp) -> Vec<u8> {
    let mut ours =
        signers.iter().filter(|signer| signer.signs && signer.domain.eq_ignore_ascii_case(domain)).peekable();
    if ours.peek().is_none() {
        return mail;
    }
    let (head, body) = canonical::split(&mail);
    let head = Head::of(head);
    let body_hash = STANDARD.encode(Sha256::digest(canonical::body(body)));
    let headers: String = ours.map(|signer| signer.header(&head, &body_hash, at)).collect();
    let mut signed = Vec::with_capacity(headers.len() + mail.len());
    signed.extend_from_slice(headers.as_bytes());
    signed.extend_from_slice(&mail);
    signed
}

#[cfg(test)]
mod tests;
