//! stdout and stderr of a guest: lines become log events, bounded per call and per adapter.
//!
//! What a guest writes is somebody else's text: control characters are replaced, long lines cut, and what the hub told
//! the guest in confidence (a PIN) is blotted out. Secrets of the hub cannot stand there: no guest has them.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use bytes::Bytes;
use tokio::io::AsyncWrite;
use wasmtime_wasi::{
    cli::{IsTerminal, StdoutStream},
    p2::{OutputStream, Pollable, StreamResult},
};

use crate::Limits;

/// A line is cut here, in bytes.
const LINE: usize = 1024;

/// Which of the two a line came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Channel {
    Out,
    Err,
}

/// How many lines per second an adapter may write, over all its calls.
#[derive(Debug)]
pub(crate) struct LogRate {
    started: Instant,
    per_second: u64,
    /// The current second in the upper half, its lines in the lower one.
    window: AtomicU64,
}

impl LogRate {
    pub(crate) fn new(limits: &Limits) -> Self {
        let per_second = limits.log_lines_per_second.min(u64::from(u32::MAX));
        Self { started: Instant::now(), per_second, window: AtomicU64::new(0) }
    }

    fn takes_a_line(&self) -> bool {
        let second = self.started.elapsed().as_secs() << 32;
        let line = |window: u64| if window >> 32 == second >> 32 { window + 1 } else { second + 1 };
        let before = self.window.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |window| {
            let next = line(window);
            (next & u64::from(u32::MAX) <= self.per_second).then_some(next)
        });
        before.is_ok()
    }
}

/// What one call writes.
#[derive(Debug)]
pub(crate) struct CallLog {
    rate: Arc<LogRate>,
    state: Mutex<LogState>,
}

#[derive(Debug)]
struct LogState {
    out: Vec<u8>,
    err: Vec<u8>,
    lines_left: u64,
    bytes_left: u64,
    dropped: u64,
    confidential: Option<String>,
    /// What was written, as it was, where somebody asked for it.
    kept: Option<Vec<String>>,
}

impl CallLog {
    pub(crate) fn new(limits: &Limits, rate: Arc<LogRate>) -> Self {
        let state = LogState {
            out: Vec::new(),
            err: Vec::new(),
            lines_left: limits.log_lines,
            bytes_left: limits.log_bytes,
            dropped: 0,
            confidential: None,
            kept: None,
        };
        Self { rate, state: Mutex::new(state) }
    }

    /// Blots this out of every line from now on.
    pub(crate) fn keep_confidential(&self, text: &str) {
        self.state().confidential = Some(text.to_owned());
    }

    /// Keeps every line from now on as the guest wrote it, beside the log.
    pub(crate) fn keep(&self) {
        self.state().kept = Some(Vec::new());
    }

    /// The lines that were kept, the unfinished ones too.
    pub(crate) fn take_kept(&self) -> Vec<String> {
        let state = &mut *self.state();
        state.end_line(Channel::Out, &self.rate);
        state.end_line(Channel::Err, &self.rate);
        state.kept.take().unwrap_or_default()
    }

    fn write(&self, channel: Channel, bytes: &[u8]) {
        let state = &mut *self.state();
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let line = state.line(channel);
            let room = LINE.saturating_sub(line.len());
            line.extend_from_slice(&piece[..piece.len().min(room)]);
            if piece.ends_with(b"\n") {
                state.end_line(channel, &self.rate);
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, LogState> {
        // a panic in a subscriber must not take the adapter's log with it
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for CallLog {
    fn drop(&mut self) {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        state.end_line(Channel::Out, &self.rate);
        state.end_line(Channel::Err, &self.rate);
        if state.dropped > 0 {
            tracing::warn!(lines = state.dropped, "lines of the adapter were dropped");
        }
    }
}

impl LogState {
    fn line(&mut self, channel: Channel) -> &mut Vec<u8> {
        match channel {
            Channel::Out => &mut self.out,
            Channel::Err => &mut self.err,
        }
    }

    fn end_line(&mut self, channel: Channel, rate: &LogRate) {
        let line = std::mem::take(self.line(channel));
        if line.is_empty() {
            return;
        }
        let size = line.len() as u64;
        if self.lines_left == 0 || self.bytes_left < size || !rate.takes_a_line() {
            self.dropped += 1;
            return;
        }
        self.lines_left -= 1;
        self.bytes_left -= size;
        if let Some(kept) = &mut self.kept {
            kept.push(String::from_utf8_lossy(&line).trim_end().to_owned());
        }
        let line = self.shown(&line);
        match channel {
            Channel::Out => tracing::info!(target: "komunala::adapter", "{line}"),
            Channel::Err => tracing::warn!(target: "komunala::adapter", "{line}"),
        }
    }

    fn shown(&self, line: &[u8]) -> String {
        let line = String::from_utf8_lossy(line);
        let line: String = line.trim_end().chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
        match self.confidential.as_deref().filter(|text| !text.is_empty()) {
            Some(text) => line.replace(text, "…"),
            None => line,
        }
    }
}

/// One of a guest's two streams.
#[derive(Clone)]
pub(crate) struct GuestStream {
    pub(crate) log: Arc<crate::call::CallState>,
    pub(crate) channel: Channel,
}

impl IsTerminal for GuestStream {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for GuestStream {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        // asked for by later versions of WASI only, which are not linked
        Box::new(tokio::io::sink())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

#[async_trait::async_trait]
impl Pollable for GuestStream {
    async fn ready(&mut self) {}
}

impl OutputStream for GuestStream {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.log.log.write(self.channel, &bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(LINE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(limits: &Limits) -> (CallLog, Arc<LogRate>) {
        let rate = Arc::new(LogRate::new(limits));
        (CallLog::new(limits, Arc::clone(&rate)), rate)
    }

    #[test]
    fn lines_beyond_the_limit_are_counted_and_dropped() {
        let (log, _) = state(&Limits { log_lines: 2, ..Limits::default() });
        log.write(Channel::Out, b"one\ntwo\nthree\nfour\n\n");
        assert_eq!(log.state().dropped, 3);
    }

    #[test]
    fn a_line_without_an_end_takes_no_more_than_its_bound() {
        let (log, _) = state(&Limits::default());
        for _ in 0..100 {
            log.write(Channel::Err, &[b'x'; 1000]);
        }
        assert_eq!(log.state().err.len(), LINE);
    }

    #[test]
    fn an_adapter_has_so_many_lines_a_second_over_all_its_calls() {
        let rate = LogRate::new(&Limits { log_lines_per_second: 3, ..Limits::default() });
        let taken = (0..100).filter(|_| rate.takes_a_line()).count();
        assert!((3..=6).contains(&taken), "{taken} within one second, or two if one began meanwhile");
    }

    #[test]
    fn what_was_told_in_confidence_and_control_characters_do_not_show() {
        let (log, _) = state(&Limits::default());
        log.keep_confidential("0042");
        let shown = log.state().shown(b"pin 0042 \x1b[31mred\n");
        assert_eq!(shown, "pin … \u{fffd}[31mred");
    }
}
