//! A stream that lets only so much through, in all and per piece.
//!
//! The parser collects a whole tag, text or comment before anybody sees it; this is what bounds that.

use std::io::{self, BufRead, Read};

use super::Malformation;

/// The limit that a stream ran into, inside of the [`io::Error`] that the parser passes on.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error(transparent)]
pub(super) struct OverLimit(pub(super) Malformation);

/// A stream with an allowance.
#[derive(Debug)]
pub(super) struct Metered<R> {
    inner: R,
    left: u64,
    piece: usize,
    left_of_piece: usize,
}

impl<R: BufRead> Metered<R> {
    /// At most `input` bytes, and at most `piece` of them between two calls of [`Metered::next_piece`].
    pub(super) fn new(inner: R, input: u64, piece: usize) -> Self {
        Self { inner, left: input, piece, left_of_piece: piece }
    }

    pub(super) fn next_piece(&mut self) {
        self.left_of_piece = self.piece;
    }
}

impl<R: BufRead> BufRead for Metered<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let allowed = self.left.min(self.left_of_piece as u64);
        let available = self.inner.fill_buf()?;
        if available.is_empty() {
            return Ok(available);
        }
        if allowed == 0 {
            let what = if self.left == 0 { Malformation::Input } else { Malformation::Text };
            return Err(io::Error::other(OverLimit(what)));
        }
        let length = usize::try_from(allowed).unwrap_or(usize::MAX).min(available.len());
        Ok(&available[..length])
    }

    fn consume(&mut self, amount: usize) {
        self.left = self.left.saturating_sub(amount as u64);
        self.left_of_piece = self.left_of_piece.saturating_sub(amount);
        self.inner.consume(amount);
    }
}

impl<R: BufRead> Read for Metered<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.fill_buf()?.read(into)?;
        self.consume(length);
        Ok(length)
    }
}
