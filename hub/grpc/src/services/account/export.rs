//! ExportProfile.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use futures::Stream;
use komunala_app::{Hub, account::ExportedPieces, scope::UserScope};
use tonic::Status;

use crate::{failure::Failure, proto::v1, services::asked::Asked};

/// Bytes of a message at most, well below what every client takes.
const CHUNK: usize = 1 << 20;

pub(super) async fn export(hub: &Hub, asked: Asked<UserScope, v1::ExportProfileRequest>) -> Result<Pieces, Failure> {
    let pieces = hub.export_profile(&asked.scope).await?;
    Ok(Pieces { pieces, rest: Bytes::new(), media_type: "application/zip" })
}

/// The archive in messages; the first one says what it is.
pub(in crate::services) struct Pieces {
    pieces: ExportedPieces,
    rest: Bytes,
    media_type: &'static str,
}

impl Stream for Pieces {
    type Item = Result<v1::ExportProfileResponse, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        while self.rest.is_empty() {
            match ready!(self.pieces.poll_recv(context)) {
                Some(Ok(bytes)) => self.rest = bytes,
                Some(Err(failure)) => return Poll::Ready(Some(Err(Failure::from(failure).into()))),
                None => return Poll::Ready(None),
            }
        }
        let length = CHUNK.min(self.rest.len());
        let chunk = self.rest.split_to(length);
        let media_type = std::mem::take(&mut self.media_type).to_owned();
        Poll::Ready(Some(Ok(v1::ExportProfileResponse { chunk, media_type })))
    }
}
