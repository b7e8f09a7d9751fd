//! The stream under lettre's connection: bounds every reply, refuses words out of turn, knows when the final dot has
//! left, and does the TLS.

mod framing;
mod io;

use std::{
    fmt,
    io::{Error, Result},
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
};

use lettre::transport::smtp::client::AsyncTokioStream;
use rustls::pki_types::ServerName;
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;

pub use self::framing::{MAX_LINE, MAX_LINES, MAX_REPLY};
use self::{framing::Framing, io::Io};
use super::{Cause, SmtpError, Stage, watch::Progress};
use crate::{failpoints, worker::Lease};

struct State {
    io: Io,
    framing: Framing,
    progress: Progress,
    /// The body is through: what is written next is the final dot.
    dot_due: bool,
    /// For how long the final dot may leave; for ever where there is none.
    lease: Option<Lease>,
    fault: Option<Cause>,
}

impl State {
    /// Remembers the cause, so that lettre's error need not be understood.
    fn fail<T>(&mut self, cause: Cause) -> Poll<Result<T>> {
        let error = Error::other(cause.to_string());
        self.fault.get_or_insert(cause);
        Poll::Ready(Err(error))
    }

    /// Before anything is written nothing may be there to read: not a word the relay was not asked for, not its end.
    /// A relay that hung up in the middle of a body is noticed here, before the final dot makes it unknown.
    fn poll_silence(&mut self, cx: &mut Context<'_>) -> Option<Cause> {
        if self.framing.is_out_of_turn() {
            return Some(Cause::OutOfTurn);
        }
        let mut byte = [0];
        let mut heard = ReadBuf::new(&mut byte);
        match self.io.poll_read(cx, &mut heard) {
            Poll::Pending => None,
            Poll::Ready(Ok(())) if heard.filled().is_empty() => Some(Cause::HungUp),
            Poll::Ready(Ok(())) => Some(Cause::OutOfTurn),
            Poll::Ready(Err(error)) => Some(Cause::Io(error.kind())),
        }
    }

    fn wrote(&mut self) {
        self.framing.begin();
        match self.progress.stage {
            Stage::Greeting => self.progress.enter(Stage::Hello),
            Stage::Body if self.dot_due => self.progress.enter(Stage::FinalDot),
            Stage::Body => self.progress.advance(),
            _ => {}
        }
    }
}

/// The session's end of a wire.
#[derive(Clone)]
pub(super) struct Handle {
    state: Arc<Mutex<State>>,
    peer: SocketAddr,
}

impl Handle {
    pub(super) fn new(stream: TcpStream) -> Result<Self> {
        let peer = stream.peer_addr()?;
        let state = State {
            io: Io::Plain(stream),
            framing: Framing::default(),
            progress: Progress::new(Stage::Connect),
            dot_due: false,
            lease: None,
            fault: None,
        };
        Ok(Self { state: Arc::new(Mutex::new(state)), peer })
    }

    /// lettre's end of the wire.
    pub(super) fn stream(&self) -> Box<dyn AsyncTokioStream> {
        Box::new(Wire(self.clone()))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // nothing panics while it is held, and a half-done step would only break this one session
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn progress(&self) -> Progress {
        self.state().progress
    }

    pub(super) fn enter(&self, stage: Stage) {
        let mut state = self.state();
        state.dot_due = false;
        state.progress.enter(stage);
    }

    /// A body comes next. Its final dot may leave while the lease lasts.
    pub(super) fn begin_body(&self, lease: Option<Lease>) {
        self.enter(Stage::Body);
        self.state().lease = lease;
    }

    /// Writes a block of the body, as it is.
    pub(super) async fn write(&self, block: &[u8]) -> std::result::Result<(), SmtpError> {
        let mut wire = Wire(self.clone());
        let written = async {
            wire.write_all(block).await?;
            wire.flush().await
        };
        written
            .await
            .map_err(|error| SmtpError::new(self.progress().stage, self.fault().unwrap_or(Cause::Io(error.kind()))))
    }

    /// The whole body is written; the final dot comes next.
    pub(super) fn dot_due(&self) {
        self.state().dot_due = true;
    }

    pub(super) fn fault(&self) -> Option<Cause> {
        self.state().fault.clone()
    }

    pub(super) fn is_encrypted(&self) -> bool {
        matches!(self.state().io, Io::Tls(_))
    }

    /// Shakes hands. What the relay, or somebody in between, said in the clear behind its answer to STARTTLS must not be
    /// taken for an answer to what is asked under TLS (CVE-2011-0411).
    pub(super) async fn encrypt(
        &self,
        connector: &TlsConnector,
        name: ServerName<'static>,
    ) -> std::result::Result<(), SmtpError> {
        let plain = {
            let mut state = self.state();
            state.progress.enter(Stage::Handshake);
            if state.framing.is_out_of_turn() {
                return Err(SmtpError::new(Stage::Handshake, Cause::OutOfTurn));
            }
            std::mem::replace(&mut state.io, Io::Gone)
        };
        let Io::Plain(stream) = plain else {
            return Err(SmtpError::new(Stage::Handshake, Cause::Io(std::io::ErrorKind::NotConnected)));
        };
        let tls = connector
            .connect(name, stream)
            .await
            .map_err(|error| SmtpError::new(Stage::Handshake, Cause::Tls(error.to_string())))?;
        self.state().io = Io::Tls(Box::new(tls));
        Ok(())
    }
}

/// lettre's end of a wire.
struct Wire(Handle);

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wire")
    }
}

impl AsyncTokioStream for Wire {
    fn peer_addr(&self) -> Result<SocketAddr> {
        Ok(self.0.peer)
    }
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let mut state = self.0.state();
        if state.progress.stage == Stage::FinalDot {
            failpoints::reach(failpoints::FINAL_DOT);
        }
        let mut block = [0; 1024];
        let room = buf.remaining().min(block.len());
        let mut heard = ReadBuf::new(&mut block[..room]);
        match ready!(state.io.poll_read(cx, &mut heard)) {
            Err(error) => return state.fail(Cause::Io(error.kind())),
            Ok(()) if heard.filled().is_empty() => return state.fail(Cause::HungUp),
            Ok(()) => {}
        }
        match state.framing.take(heard.filled()) {
            Ok(reply) => buf.put_slice(reply),
            Err(cause) => return state.fail(cause),
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<Result<usize>> {
        let mut state = self.0.state();
        if state.progress.stage != Stage::FinalDot
            && let Some(cause) = state.poll_silence(cx)
        {
            return state.fail(cause);
        }
        let ends_body = state.dot_due && state.progress.stage == Stage::Body;
        if ends_body && state.lease.as_ref().is_some_and(|lease| !lease.lasts()) {
            return state.fail(Cause::LeaseOver);
        }
        match ready!(state.io.poll_write(cx, buf)) {
            Ok(written) => {
                state.wrote();
                Poll::Ready(Ok(written))
            }
            Err(error) => state.fail(Cause::Io(error.kind())),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let mut state = self.0.state();
        match ready!(state.io.poll_flush(cx)) {
            Ok(()) => Poll::Ready(Ok(())),
            Err(error) => state.fail(Cause::Io(error.kind())),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.0.state().io.poll_shutdown(cx)
    }
}
