//! Bodies with a limit.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::{Bytes, BytesMut};
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use wasmtime_wasi_http::{Error as WasiError, WasiBody};

use super::transport::{ResponseBody, TransportError};
use crate::{Limit, call::CallState};

/// Takes in the body of a request. The hub holds it whole: a placeholder may have to be filled in, and a request that
/// meets an expired token is sent twice.
pub(super) async fn take_in(mut body: WasiBody, call: &CallState) -> Result<Bytes, WasiError> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let allowed = call.limits.request_body_bytes;
    let mut taken = BytesMut::new();
    let mut first = None;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else { continue };
        let size = (first.as_ref().map_or(0, Bytes::len) + taken.len() + data.len()) as u64;
        if size > allowed || !call.transfers(data.len()) {
            let limit = if size > allowed { Limit::RequestBody } else { Limit::Transfer };
            call.refuse(limit);
            return Err(WasiError::HttpRequestBodySize(Some(size)));
        }
        // a body of one piece is not copied
        match first.take() {
            None if taken.is_empty() => first = Some(data),
            None => taken.extend_from_slice(&data),
            Some(earlier) => {
                taken.extend_from_slice(&earlier);
                taken.extend_from_slice(&data);
            }
        }
    }
    Ok(first.unwrap_or_else(|| taken.freeze()))
}

/// Reads what a guest still writes before it is told no, and throws it away: some languages report a refusal in
/// mid-body as a broken connection. Ends at the limit of a body.
pub(super) async fn drain(mut body: WasiBody, call: &CallState) {
    let mut left = call.limits.request_body_bytes;
    while let Some(Ok(frame)) = body.frame().await {
        let size = frame.data_ref().map_or(0, Bytes::len) as u64;
        match left.checked_sub(size) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}

/// The body of a response, counted while the guest reads it.
pub(super) struct Metered {
    body: ResponseBody,
    left: u64,
    call: Arc<CallState>,
}

impl Metered {
    /// Fails at once if the head already announces too much.
    pub(super) fn new(
        head: &http::response::Parts,
        body: ResponseBody,
        call: Arc<CallState>,
    ) -> Result<Self, WasiError> {
        let allowed = call.limits.response_body_bytes;
        let announced =
            head.headers.get(http::header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
        match announced {
            Some(announced) if announced > allowed => {
                call.refuse(Limit::ResponseBody);
                Err(WasiError::HttpResponseBodySize(Some(announced)))
            }
            _ => Ok(Self { body, left: allowed, call }),
        }
    }
}

impl Body for Metered {
    type Data = Bytes;
    type Error = WasiError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, WasiError>>> {
        let frame = match ready!(Pin::new(&mut self.body).poll_frame(context)) {
            Some(Ok(frame)) => frame,
            Some(Err(error)) => return Poll::Ready(Some(Err(of_transport(&error)))),
            None => return Poll::Ready(None),
        };
        let size = frame.data_ref().map_or(0, Bytes::len);
        let limit = match self.left.checked_sub(size as u64) {
            None => Limit::ResponseBody,
            Some(_) if !self.call.transfers(size) => Limit::Transfer,
            Some(left) => {
                self.left = left;
                return Poll::Ready(Some(Ok(frame)));
            }
        };
        self.call.cut_short(limit);
        Poll::Ready(Some(Err(WasiError::HttpResponseBodySize(Some(self.call.limits.of(limit))))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// What a guest is told. Texts of the network stay in the hub's log.
pub(super) fn of_transport(error: &TransportError) -> WasiError {
    match error {
        TransportError::AddressNotGranted => WasiError::DestinationIpProhibited,
        TransportError::Lookup => WasiError::DnsError { rcode: None, info_code: None },
        TransportError::Connect(_) => WasiError::ConnectionRefused,
        TransportError::HeadTooLong => WasiError::HttpResponseHeaderSectionSize(None),
        TransportError::Late => WasiError::HttpResponseTimeout,
        TransportError::Protocol(_) => WasiError::HttpProtocolError,
    }
}
