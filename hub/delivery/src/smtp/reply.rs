//! What is kept of a relay's reply: its codes. Its text may repeat an address, so it goes no further.

use std::fmt;

use lettre::transport::smtp::response::Response;

/// A reply code and, where the relay gave one, the enhanced status code (RFC 3463).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reply {
    /// The three digits.
    pub code: u16,
    /// Class, subject, detail.
    pub enhanced: Option<(u8, u16, u16)>,
}

impl Reply {
    /// Reads the codes of a reply whose text is `text`.
    pub(super) fn new(code: u16, text: &str) -> Self {
        let enhanced =
            text.split_whitespace().next().and_then(enhanced).filter(|(class, ..)| u16::from(*class) == code / 100);
        Self { code, enhanced }
    }

    pub(super) fn of(response: &Response) -> Self {
        Self::new(response.code().into(), response.first_line().unwrap_or_default())
    }

    /// Whether it is a 5xx: never.
    pub fn is_permanent(self) -> bool {
        (500..600).contains(&self.code)
    }
}

fn enhanced(word: &str) -> Option<(u8, u16, u16)> {
    let mut parts = word.split('.');
    let code = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    (parts.next().is_none() && matches!(code.0, 2 | 4 | 5) && code.1 < 1000 && code.2 < 1000).then_some(code)
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        match self.enhanced {
            Some((class, subject, detail)) => write!(f, " {class}.{subject}.{detail}"),
            None => Ok(()),
        }
    }
}

/// The longest queue id that is kept, in bytes.
const MAX_QUEUE_ID: usize = 64;

/// The relay's name for a mail it took, as far as its 250 tells: `queued as X` (Postfix), `id=X` (Exim),
/// `X Message accepted` (Sendmail).
pub(super) fn queue_id(text: &str) -> Option<&str> {
    let words: Vec<&str> = text.split_whitespace().take(32).collect();
    let named = words.iter().find_map(|word| word.strip_prefix("id="));
    let queued = words.windows(3).find(|w| w[0].eq_ignore_ascii_case("queued") && w[1].eq_ignore_ascii_case("as"));
    let accepted = words.windows(3).find(|w| w[1] == "Message" && w[2] == "accepted");
    let id = named.or(queued.map(|w| w[2])).or(accepted.map(|w| w[0]))?;
    let id = id.trim_end_matches(['.', ',', ';']);
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    ((1..=MAX_QUEUE_ID).contains(&id.len()) && id.bytes().all(plain)).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_queue_id_is_found_in_what_relays_say() {
        for (text, id) in [
            ("2.0.0 Ok: queued as 4F1B2C0D", Some("4F1B2C0D")),
            ("OK id=1rT4Yk-0001Ab-2C", Some("1rT4Yk-0001Ab-2C")),
            ("2.0.0 41AbCdEf012345 Message accepted for delivery", Some("41AbCdEf012345")),
            ("2.6.0 thanks", None),
            ("queued as <ana@example.rs>", None),
            ("queued as", None),
        ] {
            assert_eq!(queue_id(text), id, "{text}");
        }
        assert_eq!(queue_id(&format!("queued as {}", "x".repeat(65))), None);
    }

    #[test]
    fn only_the_codes_of_a_reply_are_kept() {
        assert_eq!(Reply::new(550, "5.1.1 <ana@example.rs>: unknown").to_string(), "550 5.1.1");
        assert_eq!(Reply::new(550, "ana@example.rs unknown").to_string(), "550");
        assert_eq!(Reply::new(550, "4.1.1 confused").to_string(), "550");
        assert_eq!(Reply::new(421, "").to_string(), "421");
    }
}
