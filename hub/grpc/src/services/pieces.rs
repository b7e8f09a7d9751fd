//! Bytes as a stream of messages.

use bytes::Bytes;
use futures::stream::{self, Iter};
use tonic::Status;

/// Bytes of a message. Large enough that framing costs nothing, small enough for every client's default limit.
const CHUNK: usize = 64 * 1024;

/// A message that carries a piece of something, and in its first one says what that is.
pub(super) trait Piece: Default {
    /// The message with these bytes.
    fn carrying(self, chunk: Bytes) -> Self;
}

/// The pieces. They share the memory of what they are of.
pub(super) type Chunks<M> = Iter<Pieces<M>>;

/// Cuts bytes into messages; the first one is `head` with the first bytes.
pub(super) fn chunks<M: Piece>(head: M, bytes: impl Into<Bytes>) -> Chunks<M> {
    stream::iter(Pieces { rest: bytes.into(), head: Some(head) })
}

/// What is left to be sent.
pub(super) struct Pieces<M> {
    rest: Bytes,
    head: Option<M>,
}

impl<M: Piece> Iterator for Pieces<M> {
    type Item = Result<M, Status>;

    fn next(&mut self) -> Option<Self::Item> {
        let head = self.head.take();
        if head.is_none() && self.rest.is_empty() {
            return None;
        }
        let chunk = self.rest.split_to(CHUNK.min(self.rest.len()));
        Some(Ok(head.unwrap_or_default().carrying(chunk)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::v1::DownloadInvoiceResponse;

    fn pieces(length: usize) -> Vec<DownloadInvoiceResponse> {
        let bytes: Vec<u8> = (0..length).map(|n| u8::try_from(n % 251).unwrap()).collect();
        let head = DownloadInvoiceResponse { media_type: "application/pdf".to_owned(), ..Default::default() };
        Pieces { rest: bytes.into(), head: Some(head) }.map(Result::unwrap).collect()
    }

    #[test]
    fn bytes_come_in_pieces_whose_first_one_says_what_they_are() {
        let pieces = pieces(CHUNK * 2 + 1);
        assert_eq!(pieces.iter().map(|piece| piece.chunk.len()).collect::<Vec<_>>(), [CHUNK, CHUNK, 1]);
        assert_eq!((pieces[0].media_type.as_str(), pieces[1].media_type.as_str()), ("application/pdf", ""));
    }

    #[test]
    fn what_is_empty_is_still_said_to_be_something() {
        let pieces = pieces(0);
        assert_eq!((pieces.len(), pieces[0].media_type.as_str()), (1, "application/pdf"));
    }
}
