//! What relays do.

use komunala_sink::{BadFault, Fault};

/// How late an answer is for which everybody has long given up waiting: RFC 5321 asks for ten minutes.
const ELEVEN_MINUTES: u32 = 660_000;

/// Something that goes wrong with every mail, or with many.
pub(crate) struct Trouble {
    pub(crate) name: &'static str,
    pub(crate) faults: Vec<Fault>,
    /// Whether the relay has mails whose answer nobody got.
    pub(crate) hides_answers: bool,
}

/// All that there is, by a clock that is so many times as fast.
pub(crate) fn all(scale: u32) -> Result<Vec<Trouble>, BadFault> {
    let of = |name, faults: &[&str]| -> Result<Trouble, BadFault> {
        let faults = faults.iter().map(|fault| fault.parse()).collect::<Result<_, _>>()?;
        Ok(Trouble { name, faults, hides_answers: false })
    };
    let late = format!("recorded:delay={}", ELEVEN_MINUTES / scale);
    Ok(vec![
        of("hangs up at MAIL", &["mail:drop"])?,
        of("hangs up at RCPT", &["rcpt:drop"])?,
        of("hangs up at DATA", &["data:drop"])?,
        of("hangs up in the body", &["body@10000:drop"])?,
        of("hangs up at the dot", &["received:drop"])?,
        Trouble { hides_answers: true, ..of("takes it and hangs up", &["recorded:drop"])? },
        of("answers byte by byte", &["mail:slow=20", "rcpt:slow=20", "data:slow=20", "recorded:slow=20"])?,
        of("421 every fifth time", &["rcpt:421:every=5"])?,
        of("an answer without end", &["rcpt:endless-reply"])?,
        of("a line without end", &["data:endless-line"])?,
        of("keeps STARTTLS back", &["starttls:strip"])?,
        Trouble { hides_answers: true, ..of("250 after eleven minutes", &[&late])? },
    ])
}
