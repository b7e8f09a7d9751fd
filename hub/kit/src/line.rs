//! The line between adapter and billing system, as the check has it: it can be spoilt, it writes down what reached the
//! other end, and it can be recorded.
//!
//! Faults are put here and not into a simulator, so that they are the same for every adapter and every billing system.

mod body;
mod exchange;
mod fault;
mod spoil;

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use komunala_sandbox::{Network, ResponseBody, Transport, TransportError};

use crate::recording::{Recorder, Replay};

pub use exchange::{Answered, Asked};
pub use fault::{Fault, Moment, SaidAnswer};

/// More than any answer that an adapter may read.
const MAX_BODY: usize = 64 << 20;

/// What is at the other end.
#[derive(Debug)]
pub enum OtherEnd {
    /// The billing system.
    Network(Network),
    /// What it once answered.
    Replay(Replay),
}

/// A line with somebody listening in.
#[derive(Debug)]
pub struct Line {
    end: OtherEnd,
    write_words: Vec<String>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    scenario: String,
    /// What is wrong, and for how many more exchanges.
    fault: Option<(Fault, u32)>,
    /// For how many it was to be.
    times: u32,
    /// Whether questions get through until a write comes.
    from_write: bool,
    reached: Vec<Asked>,
    unrecorded: Vec<String>,
    recorder: Option<Recorder>,
    /// The answer before, by path without its query, and operation.
    earlier: HashMap<String, Answered>,
    /// What was answered since somebody asked last.
    heard: Vec<Answered>,
    /// What is answered next, and nothing forwarded.
    instead: VecDeque<Answered>,
}

impl Line {
    /// A line to `end`. `write_words` tell writes from questions where the method does not.
    pub fn new(end: OtherEnd, write_words: Vec<String>, recorder: Option<Recorder>) -> Arc<Self> {
        let state = State { recorder, ..State::default() };
        Arc::new(Self { end, write_words, state: Mutex::new(state) })
    }

    /// Says which scenario the requests from now on belong to, and begins a new list of them.
    pub fn enter(&self, scenario: &str) {
        let state = &mut *self.state();
        scenario.clone_into(&mut state.scenario);
        state.fault = None;
        state.reached.clear();
        state.unrecorded.clear();
        state.earlier.clear();
        state.heard.clear();
        state.instead.clear();
    }

    /// Spoils the next `times` exchanges.
    pub fn spoil(&self, fault: Fault, times: u32) {
        let state = &mut *self.state();
        state.fault = Some((fault, times));
        state.times = times;
        state.from_write = false;
    }

    /// Spoils the next write and what comes after it, `times` exchanges together: questions that come before it get
    /// through.
    pub fn spoil_from_write(&self, fault: Fault, times: u32) {
        self.spoil(fault, times);
        self.state().from_write = true;
    }

    /// Answers the next requests with these, whatever they ask; nothing is forwarded.
    pub fn answer_instead(&self, answers: Vec<Answered>) {
        self.state().instead = answers.into();
    }

    /// Mends the line.
    pub fn mend(&self) {
        let state = &mut *self.state();
        state.fault = None;
        state.instead.clear();
    }

    /// What was answered since this was asked last, in its order.
    pub fn take_heard(&self) -> Vec<Answered> {
        std::mem::take(&mut self.state().heard)
    }

    /// Whether a fault is left that met no request.
    pub fn is_untouched(&self, times: u32) -> bool {
        self.state().fault.as_ref().is_some_and(|(_, left)| *left == times)
    }

    /// The writes that reached the billing system since this was asked last.
    pub fn take_writes(&self) -> Vec<Asked> {
        let reached = std::mem::take(&mut self.state().reached);
        reached.into_iter().filter(|asked| self.is_write(asked)).collect()
    }

    /// What was asked and never recorded, since this was asked last.
    pub fn take_unrecorded(&self) -> Vec<String> {
        std::mem::take(&mut self.state().unrecorded)
    }

    /// Ends the recording.
    pub fn take_recorder(&self) -> Option<Recorder> {
        self.state().recorder.take()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_write(&self, asked: &Asked) -> bool {
        if self.write_words.is_empty() { asked.changes_by_method() } else { asked.mentions(&self.write_words) }
    }

    /// The fault for this request, used up by it.
    fn fault_for(&self, asked: &Asked) -> Option<Fault> {
        let is_write = self.is_write(asked);
        let state = &mut *self.state();
        let (fault, left) = state.fault.as_mut()?;
        // questions before the write get through; what follows it meets the same line
        let has_struck = *left < state.times;
        if *left == 0 || (state.from_write && !is_write && !has_struck) {
            return None;
        }
        *left -= 1;
        Some(fault.clone())
    }

    async fn forward(&self, request: Request<Full<Bytes>>, asked: &Asked) -> Result<Answered, TransportError> {
        match &self.end {
            OtherEnd::Network(network) => {
                let answered = collected(network.send(request).await?).await?;
                let state = &mut *self.state();
                state.reached.push(asked.clone());
                if let Some(recorder) = &mut state.recorder {
                    recorder.note(&state.scenario, asked, &answered);
                }
                Ok(answered)
            }
            OtherEnd::Replay(replay) => {
                let state = &mut *self.state();
                match replay.answer(&state.scenario, asked) {
                    Some(answered) => {
                        state.reached.push(asked.clone());
                        Ok(answered)
                    }
                    None => {
                        state.unrecorded.push(asked.line());
                        Err(TransportError::Connect("this request is not in the recording".into()))
                    }
                }
            }
        }
    }
}

#[async_trait]
impl Transport for Line {
    async fn send(&self, request: Request<Full<Bytes>>) -> Result<Response<ResponseBody>, TransportError> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
        let asked = Asked::of(&head, &body);
        let request = Request::from_parts(head, Full::new(body));
        if let (true, OtherEnd::Network(network)) = (asked.is_for_a_token(), &self.end) {
            // the hub's own business: neither spoilt nor recorded
            return network.send(request).await;
        }
        if let Some(answered) = self.state().instead.pop_front() {
            return Ok(answered.into_response(false));
        }
        let fault = self.fault_for(&asked);
        if let Some(fault) = &fault {
            match fault.before() {
                Some(Moment::Refuse) => return Err(TransportError::Connect("refused by the check".into())),
                Some(Moment::Silence) => return Err(TransportError::Late),
                Some(Moment::Answer(answered)) => return Ok(answered.into_response(false)),
                Some(Moment::Wait(time)) => tokio::time::sleep(Duration::from_millis(time)).await,
                None => {}
            }
        }
        let answered = self.forward(request, &asked).await?;
        let earlier = {
            let state = &mut *self.state();
            state.heard.push(answered.clone());
            state.earlier.insert(asked.address(), answered.clone())
        };
        match fault {
            None => Ok(answered.into_response(false)),
            Some(fault) => spoil::spoilt(&fault, answered, earlier),
        }
    }
}

async fn collected(response: Response<ResponseBody>) -> Result<Answered, TransportError> {
    let (head, body) = response.into_parts();
    let body = Limited::new(body, MAX_BODY).collect().await;
    let body = body.map_err(|error| TransportError::Protocol(error.to_string().into()))?.to_bytes();
    Ok(Answered::of(&head, body))
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, StatusCode};
    use jiff::Timestamp;

    use super::*;
    use crate::recording::Scrubber;

    const TOLD: &str = "http://waterworks.example/billing/SubmitReading";
    const ASKED: &str = "http://waterworks.example/billing/ListReadings";

    fn request(action: &str) -> Request<Full<Bytes>> {
        let request = Request::post("http://billing.invalid/BillingService.asmx").header("soapaction", action);
        request.body(Full::default()).unwrap()
    }

    /// A billing system that answers both operations of SOAP, to which everything goes by POST.
    fn line(write_words: &[&str]) -> Arc<Line> {
        let mut recorder = Recorder::new(1, Timestamp::UNIX_EPOCH, Default::default(), Scrubber::default());
        for action in [TOLD, ASKED] {
            let asked = Asked::of(&request(action).into_parts().0, &Bytes::new());
            let body = Bytes::from(format!("<R>{action}</R>"));
            recorder.note("any", &asked, &Answered { status: StatusCode::OK, headers: HeaderMap::new(), body });
        }
        let words = write_words.iter().map(|word| (*word).to_owned()).collect();
        Line::new(OtherEnd::Replay(Replay::new(recorder.finish())), words, None)
    }

    #[tokio::test]
    async fn the_words_of_a_soap_operation_tell_a_write_from_a_question() {
        let line = line(&["SubmitReading"]);
        line.enter("any");
        line.spoil_from_write(Fault::Lost, 1);
        assert!(line.send(request(ASKED)).await.is_ok(), "a question before the write gets through");
        assert!(matches!(line.send(request(TOLD)).await, Err(TransportError::Late)));
        assert!(line.send(request(ASKED)).await.is_ok(), "it struck once");
        let writes: Vec<_> = line.take_writes().into_iter().filter_map(|write| write.action).collect();
        assert_eq!(writes, [TOLD], "the answer was lost, and not the write");
    }

    #[tokio::test]
    async fn without_words_the_method_tells_them_apart() {
        let line = line(&[]);
        line.enter("any");
        line.spoil_from_write(Fault::Lost, 1);
        assert!(line.send(request(ASKED)).await.is_err(), "every POST is a write");
    }

    #[tokio::test]
    async fn answers_of_another_customer_come_instead_and_nothing_is_forwarded() {
        let line = line(&["SubmitReading"]);
        line.enter("any");
        line.send(request(ASKED)).await.unwrap();
        line.answer_instead(line.take_heard());
        let answered = line.send(request(TOLD)).await.unwrap().into_body().collect().await.unwrap().to_bytes();
        assert_eq!(answered, format!("<R>{ASKED}</R>"));
        assert!(line.take_writes().is_empty());
    }
}
