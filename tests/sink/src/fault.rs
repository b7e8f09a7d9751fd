//! Faults: what goes wrong, at which stage, how often.
//!
//! Written as `STAGE:ACTION` or `STAGE:ACTION:TIMES`, like `rcpt:450`, `recorded:drop:next=1`, `connect:421:every=5`,
//! `body@1000:hang`. A recipient can bring its own fault in its address: everything sent to `ana+rcpt-450@…` is refused
//! at RCPT, and `ana+recorded-drop-once@…` loses the first answer. In such addresses the stages are those that come
//! once the recipient is known: rcpt, data, body, received, recorded. A code may bring its status: `rcpt:550/5.1.1`.

use std::str::FromStr;
use std::time::Duration;

use thiserror::Error;

use crate::stage::{Stage, UnknownStage};

/// One thing that goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub stage: Stage,
    /// What.
    pub action: Action,
    /// How often.
    pub times: Times,
}

/// What a fault does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Closes the connection without a word.
    Drop,
    /// Answers with this code instead of going on; after a 421, and in place of the greeting, the connection is closed.
    Reply(u16),
    /// The same with a status of its own (RFC 3463), by which servers say whether there is nobody, or they are greylisting.
    Status(u16, String),
    /// Says nothing for so long, or for ever, then closes the connection.
    Hang(Option<Duration>),
    /// Goes on, but only after so long.
    Delay(Duration),
    /// Goes on, but sends each byte of the answer after a pause.
    ByteByByte(Duration),
    /// Sends an answer of one line after another that has no last line.
    EndlessReply,
    /// Sends an answer of one line that has no end.
    EndlessLine,
    /// At `StartTls` only: STARTTLS is not offered, as if somebody in between had removed it.
    Strip,
}

/// How often a fault happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Times {
    /// Every time.
    #[default]
    Always,
    /// The next so many times.
    Next(u32),
    /// Every so many-th time.
    Every(u32),
}

/// A fault that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadFault {
    /// The stage.
    #[error(transparent)]
    Stage(#[from] UnknownStage),
    /// The action.
    #[error(
        "{0:?} is no action; there are drop, CODE, CODE/STATUS, hang, hang=MS, delay=MS, slow=MS, endless-reply, endless-line and strip"
    )]
    Action(String),
    /// The times.
    #[error("{0:?} says no times; there are always, next=N and every=N")]
    Times(String),
    /// Something is missing.
    #[error("{0:?} is not of the form STAGE:ACTION or STAGE:ACTION:TIMES")]
    Form(String),
}

impl Fault {
    /// A fault that happens every time.
    pub fn always(stage: Stage, action: Action) -> Self {
        Self { stage, action, times: Times::Always }
    }

    /// A fault that happens the next so many times.
    pub fn next(count: u32, stage: Stage, action: Action) -> Self {
        Self { stage, action, times: Times::Next(count) }
    }

    /// A fault that happens every so many-th time.
    pub fn every(nth: u32, stage: Stage, action: Action) -> Self {
        Self { stage, action, times: Times::Every(nth) }
    }

    /// The fault that a recipient brings in the last `+` part of its address, if it does.
    pub(crate) fn of_recipient(address: &str) -> Option<Self> {
        let (local, _) = address.rsplit_once('@')?;
        let (_, tag) = local.rsplit_once('+')?;
        let (tag, times) = match tag.strip_suffix("-once") {
            Some(tag) => (tag, Times::Next(1)),
            None => (tag, Times::Always),
        };
        let (stage, action) = tag.split_once('-')?;
        let stage = stage.parse().ok()?;
        let known = matches!(stage, Stage::Rcpt | Stage::Data | Stage::Body { .. } | Stage::Received | Stage::Recorded);
        known.then_some(Self { stage, action: action.parse().ok()?, times })
    }
}

impl FromStr for Fault {
    type Err = BadFault;

    fn from_str(text: &str) -> Result<Self, BadFault> {
        let mut parts = text.splitn(3, ':');
        let (Some(stage), Some(action)) = (parts.next(), parts.next()) else {
            return Err(BadFault::Form(text.to_owned()));
        };
        let times = parts.next().map_or(Ok(Times::Always), str::parse)?;
        Ok(Self { stage: stage.parse()?, action: action.parse()?, times })
    }
}

impl FromStr for Action {
    type Err = BadFault;

    fn from_str(text: &str) -> Result<Self, BadFault> {
        let unknown = || BadFault::Action(text.to_owned());
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(Duration::from_millis(value.parse().map_err(|_| unknown())?))),
            None => (text, None),
        };
        match (name, value) {
            ("drop", None) => Ok(Self::Drop),
            ("hang", value) => Ok(Self::Hang(value)),
            ("delay", Some(value)) => Ok(Self::Delay(value)),
            ("slow", Some(value)) => Ok(Self::ByteByByte(value)),
            ("endless-reply", None) => Ok(Self::EndlessReply),
            ("endless-line", None) => Ok(Self::EndlessLine),
            ("strip", None) => Ok(Self::Strip),
            (code, None) => {
                let (code, status) = code.split_once('/').map_or((code, None), |(code, status)| (code, Some(status)));
                let code = code.parse().ok().filter(|code| (200..600).contains(code)).ok_or_else(unknown)?;
                Ok(status.map_or(Self::Reply(code), |status| Self::Status(code, status.to_owned())))
            }
            _ => Err(unknown()),
        }
    }
}

impl FromStr for Times {
    type Err = BadFault;

    fn from_str(text: &str) -> Result<Self, BadFault> {
        let unknown = || BadFault::Times(text.to_owned());
        let count = |count: &str| count.parse().ok().filter(|count| *count > 0).ok_or_else(unknown);
        match text.split_once('=') {
            None if text == "always" => Ok(Self::Always),
            Some(("next", value)) => count(value).map(Self::Next),
            Some(("every", value)) => count(value).map(Self::Every),
            _ => Err(unknown()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_written_as_stage_action_and_times() {
        let read = |text: &str| text.parse::<Fault>();
        assert_eq!(read("rcpt:450"), Ok(Fault::always(Stage::Rcpt, Action::Reply(450))));
        assert_eq!(read("recorded:drop:next=2"), Ok(Fault::next(2, Stage::Recorded, Action::Drop)));
        assert_eq!(read("connect:421:every=5"), Ok(Fault::every(5, Stage::Connect, Action::Reply(421))));
        assert_eq!(read("rcpt:550/5.1.1"), Ok(Fault::always(Stage::Rcpt, Action::Status(550, "5.1.1".to_owned()))));
        let slow = Action::ByteByByte(Duration::from_millis(20));
        assert_eq!(read("body@1000:slow=20"), Ok(Fault::always(Stage::Body { after: 1000 }, slow)));
        for wrong in [
            "",
            "rcpt",
            "rcpt:",
            "nowhere:drop",
            "rcpt:fly",
            "rcpt:99",
            "rcpt:drop:often",
            "rcpt:drop:next=0",
            "body@x:drop",
        ] {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_recipient_brings_its_own_fault() {
        let of = Fault::of_recipient;
        assert_eq!(of("ana+rcpt-450@example.org"), Some(Fault::always(Stage::Rcpt, Action::Reply(450))));
        assert_eq!(of("a+b+recorded-drop-once@example.org"), Some(Fault::next(1, Stage::Recorded, Action::Drop)));
        for plain in ["ana@example.org", "ana+news@example.org", "ana+connect-drop@example.org", "rcpt-450@example.org"]
        {
            assert_eq!(of(plain), None, "{plain}");
        }
    }
}
