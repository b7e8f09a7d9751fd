//! The connection: lines in, replies out.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader};

/// The longest command line without its end; RFC 5321 asks for 512, AUTH for more.
const MAX_LINE: usize = 12 * 1024;

/// How much of a line that is too long is read to its end before the connection is given up.
const MAX_OVERLONG: usize = 1024 * 1024;

/// A TCP or TLS stream.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// A connection to a client.
pub(crate) struct Wire {
    stream: BufReader<Box<dyn Stream>>,
    /// The pause after each byte of the next reply.
    pub(crate) slow: Option<Duration>,
}

/// A command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line {
    /// Without its CRLF; a bare CR or LF is part of it, and no end.
    Whole(Vec<u8>),
    TooLong,
}

impl Wire {
    pub(crate) fn new(stream: Box<dyn Stream>) -> Self {
        Self { stream: BufReader::new(stream), slow: None }
    }

    /// The stream alone. What the client has sent already is thrown away: after STARTTLS it would be somebody else's.
    pub(crate) fn into_stream(self) -> Box<dyn Stream> {
        self.stream.into_inner()
    }

    /// Whether the client has sent more than was asked for.
    pub(crate) fn has_more(&self) -> bool {
        !self.stream.buffer().is_empty()
    }

    /// The next command line.
    pub(crate) async fn line(&mut self) -> io::Result<Line> {
        let mut line = Vec::new();
        loop {
            self.read_until_lf(MAX_OVERLONG, &mut line).await?;
            if line.ends_with(b"\r\n") {
                line.truncate(line.len() - 2);
                return Ok(if line.len() > MAX_LINE { Line::TooLong } else { Line::Whole(line) });
            }
            if line.len() > MAX_OVERLONG {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "a command line has no end"));
            }
        }
    }

    /// Appends up to and including the next LF, or `most` bytes.
    pub(crate) async fn read_until_lf(&mut self, most: usize, into: &mut Vec<u8>) -> io::Result<()> {
        match (&mut self.stream).take(most as u64).read_until(b'\n', into).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }

    /// Sends a reply of one line.
    pub(crate) async fn reply(&mut self, code: u16, text: &str) -> io::Result<()> {
        self.send(format!("{code} {text}\r\n").as_bytes()).await
    }

    /// Sends a reply of several lines.
    pub(crate) async fn reply_lines(&mut self, code: u16, lines: &[String]) -> io::Result<()> {
        let last = lines.len().saturating_sub(1);
        let mark = |index| if index == last { ' ' } else { '-' };
        let reply: String =
            lines.iter().enumerate().map(|(index, line)| format!("{code}{}{line}\r\n", mark(index))).collect();
        self.send(reply.as_bytes()).await
    }

    /// Sends bytes as they are, slowly if that is wanted.
    pub(crate) async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self.slow.take() {
            None => self.stream.write_all(bytes).await?,
            Some(pause) => {
                for byte in bytes {
                    self.stream.write_all(std::slice::from_ref(byte)).await?;
                    self.stream.flush().await?;
                    tokio::time::sleep(pause).await;
                }
            }
        }
        self.stream.flush().await
    }

    /// Waits until the client closes the connection, whatever it sends until then.
    pub(crate) async fn closed(&mut self) {
        let mut ignored = [0; 1024];
        while matches!(self.stream.read(&mut ignored).await, Ok(1..)) {}
    }
}
