//! The message after DATA, while it is being read.

use std::io;

use crate::wire::Wire;

/// How much larger than its limit a message may grow before the connection is given up.
const MAX_EXCESS: usize = 1024 * 1024;

/// A message that is being read; the dots that the protocol added are taken out on the way.
///
/// Only CRLF ends a line, so what hides behind a bare LF stays part of the message.
#[derive(Debug)]
pub(crate) struct Message {
    data: Vec<u8>,
    limit: usize,
    /// Where the line begins whose end has not come yet.
    line_start: usize,
    whole: bool,
}

/// How far a message has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Body {
    /// Up to the final dot.
    Whole,
    /// Up to the final dot, but it is larger than the limit.
    TooLarge,
    /// As far as it was to be read; the rest is still to come.
    Reached,
}

impl Message {
    /// A message of which nothing has come yet.
    pub(crate) fn new(limit: usize) -> Self {
        Self { data: Vec::new(), limit, line_start: 0, whole: false }
    }

    /// How many bytes of it have come.
    pub(crate) fn len(&self) -> usize {
        self.data.len()
    }

    /// Reads on up to the final dot, or until `stop` bytes have come.
    pub(crate) async fn read(&mut self, wire: &mut Wire, stop: usize) -> io::Result<Body> {
        while !self.whole {
            if self.data.len() >= stop {
                return Ok(Body::Reached);
            }
            wire.read_until_lf(stop - self.data.len(), &mut self.data).await?;
            if self.data.len() > self.limit + MAX_EXCESS {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "a message is far larger than the limit"));
            }
            // The CR may have come with the piece before.
            if self.data[self.line_start..].ends_with(b"\r\n") {
                self.end_line();
            }
        }
        Ok(if self.data.len() > self.limit { Body::TooLarge } else { Body::Whole })
    }

    fn end_line(&mut self) {
        let line = &self.data[self.line_start..];
        if line == b".\r\n" {
            self.data.truncate(self.line_start);
            self.whole = true;
        } else if line.starts_with(b".") {
            self.data.remove(self.line_start);
        }
        self.line_start = self.data.len();
    }

    /// The message, byte for byte.
    pub(crate) fn into_data(self) -> Vec<u8> {
        self.data
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt as _;

    use super::*;

    async fn read(sent: &[u8], limit: usize, stop: usize) -> Option<(Body, Vec<u8>)> {
        let (mut client, server) = tokio::io::duplex(1024 * 1024);
        client.write_all(sent).await.unwrap();
        drop(client);
        let mut message = Message::new(limit);
        let body = message.read(&mut Wire::new(Box::new(server)), stop).await.ok()?;
        Some((body, message.into_data()))
    }

    fn whole(data: &[u8]) -> Option<(Body, Vec<u8>)> {
        Some((Body::Whole, data.to_vec()))
    }

    #[tokio::test]
    async fn dots_that_the_protocol_added_are_taken_out_again() {
        let sent = b"a\r\n..b\r\n.c\r\n...\r\n.\r\n";
        assert_eq!(read(sent, 99, usize::MAX).await, whole(b"a\r\n.b\r\nc\r\n..\r\n"));
        assert_eq!(read(b".\r\n", 99, usize::MAX).await, whole(b""));
    }

    #[tokio::test]
    async fn only_a_dot_between_two_crlf_ends_a_message() {
        let smuggled = b"a\n.\nMAIL FROM:<x@y>\r\n\n.\r\nb\r.\r\nc\n.\r\n";
        let sent = [smuggled.as_slice(), b"\r\n.\r\n"].concat();
        assert_eq!(read(&sent, 99, usize::MAX).await, whole(&sent[..sent.len() - 3]));
    }

    #[tokio::test]
    async fn long_lines_are_kept_whole() {
        let line = [vec![b'x'; 200_000], b"\r\n".to_vec()].concat();
        let sent = [line.as_slice(), b".\r\n"].concat();
        assert_eq!(read(&sent, 1_000_000, usize::MAX).await, whole(&line));
    }

    #[tokio::test]
    async fn a_message_is_read_no_further_than_wanted_and_no_larger_than_allowed() {
        let sent = b"abcdef\r\n.\r\n";
        assert_eq!(read(sent, 99, 3).await, Some((Body::Reached, b"abc".to_vec())));
        assert_eq!(read(sent, 4, usize::MAX).await.map(|(body, _)| body), Some(Body::TooLarge));
        assert_eq!(read(b"abcdef\r\n", 99, usize::MAX).await, None, "cut before the dot");
    }

    #[tokio::test]
    async fn a_message_that_is_read_piece_by_piece_is_the_same() {
        let (mut client, server) = tokio::io::duplex(1024);
        client.write_all(b"ab\r\n..\r\n.\r\n").await.unwrap();
        let mut wire = Wire::new(Box::new(server));
        let mut message = Message::new(99);
        while message.read(&mut wire, message.len() + 1).await.unwrap() == Body::Reached {}
        assert_eq!(message.into_data(), b"ab\r\n.\r\n");
    }
}
