//! A billing system that answers what it once answered.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use super::Recording;
use crate::line::{Answered, Asked};

/// A recording in the place of a billing system.
///
/// Equal requests of one scenario get its answers in their order, and then the last one again; a request that the
/// scenario did not make when it was recorded gets an answer of any other scenario that made it.
#[derive(Debug)]
pub struct Replay {
    recording: Recording,
    asked: Vec<Asked>,
    /// How often each scenario has made each request: by scenario and the request's first place.
    given: Mutex<HashMap<(String, usize), usize>>,
}

impl Replay {
    /// Plays this recording.
    pub fn new(recording: Recording) -> Self {
        let asked = recording.exchanges.iter().map(super::Exchange::asked).collect();
        Self { recording, asked, given: Mutex::default() }
    }

    /// The answer to a request; none if it was never recorded.
    pub(crate) fn answer(&self, scenario: &str, asked: &Asked) -> Option<Answered> {
        let first = self.asked.iter().position(|known| known.is_like(asked))?;
        let of_scenario = self.recording.scenarios.get(scenario).map_or(&[][..], Vec::as_slice);
        let answers: Vec<usize> =
            of_scenario.iter().copied().filter(|place| self.asked[*place].is_like(asked)).collect();
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        let times = given.entry((scenario.to_owned(), first)).or_default();
        let place = answers.get(*times).or(answers.last()).copied().unwrap_or(first);
        *times += 1;
        Some(self.recording.exchanges[place].answered())
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, StatusCode};
    use jiff::Timestamp;

    use super::*;
    use crate::recording::{Recorder, Scrubber};

    fn ask(path: &str, body: &'static str) -> Asked {
        Asked {
            method: "POST".to_owned(),
            path: path.to_owned(),
            action: None,
            headers: Vec::new(),
            body: Bytes::from_static(body.as_bytes()),
        }
    }

    fn answer(body: &'static str) -> Answered {
        Answered { status: StatusCode::OK, headers: HeaderMap::new(), body: Bytes::from_static(body.as_bytes()) }
    }

    #[test]
    fn a_scenario_gets_its_answers_in_order_and_another_one_what_there_is() {
        let mut recorder = Recorder::new(1, Timestamp::UNIX_EPOCH, Default::default(), Scrubber::default());
        for said in ["paper", "email", "paper"] {
            recorder.note("channel", &ask("/d", "{\"a\":1,\"b\":2}"), &answer(said));
        }
        let recording = recorder.finish();
        assert_eq!(recording.len(), 2, "what is the same is kept once");
        let replay = Replay::new(recording);
        let said = |scenario| replay.answer(scenario, &ask("/d", "{\"b\": 2, \"a\": 1}")).unwrap().body;
        assert_eq!(
            [said("channel"), said("channel"), said("channel"), said("channel")],
            ["paper", "email", "paper", "paper"]
        );
        assert_eq!(said("other"), "paper");
        assert!(replay.answer("channel", &ask("/e", "")).is_none());
    }
}
