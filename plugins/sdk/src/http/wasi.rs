//! Sending through `wasi:http/outgoing-handler`.

use std::io::{self, Read};

use wasip2::http::{
    outgoing_handler,
    types::{
        ErrorCode, Fields, IncomingBody, IncomingResponse, Method as WasiMethod, OutgoingBody, OutgoingRequest, Scheme,
    },
};
use wasip2::io::streams::{InputStream, StreamError};

use super::{Incoming, Method, Request, Response, SendError, Transport};

/// Most bytes that are read from a body at once: what a memory of ordinary size takes without growing.
const CHUNK: u64 = 64 * 1024;

/// Sends through `wasi:http`. Deadlines are the hub's.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wasi;

impl Transport for Wasi {
    fn send(&self, request: &Request<'_>) -> Result<Response, SendError> {
        read(&exchange(request)?, request.max_answer())
    }

    fn open(&self, request: &Request<'_>) -> Result<Incoming, SendError> {
        let response = exchange(request)?;
        let head = head(&response);
        let body = response.consume().map_err(|()| SendError::Lost("no body".to_owned()))?;
        let stream = body.stream().map_err(|()| SendError::Lost("no body".to_owned()))?;
        let (limit, left) = (request.max_answer(), request.max_answer());
        Ok(Incoming::new(head, Box::new(Arriving { stream, _body: body, limit, left })))
    }
}

/// A body as it arrives. The stream goes before the body that it is of.
struct Arriving {
    stream: InputStream,
    _body: IncomingBody,
    limit: usize,
    left: usize,
}

impl Read for Arriving {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        let chunk = match self.stream.blocking_read((into.len() as u64).min(CHUNK)) {
            Ok(chunk) => chunk,
            Err(StreamError::Closed) => return Ok(0),
            Err(StreamError::LastOperationFailed(error)) => {
                return Err(io::Error::other(SendError::Lost(error.to_debug_string())));
            }
        };
        self.left =
            self.left.checked_sub(chunk.len()).ok_or_else(|| io::Error::other(SendError::TooLarge(self.limit)))?;
        into[..chunk.len()].copy_from_slice(&chunk);
        // Nothing yet is not the end.
        if chunk.is_empty() { Err(io::ErrorKind::Interrupted.into()) } else { Ok(chunk.len()) }
    }
}

fn exchange(request: &Request<'_>) -> Result<IncomingResponse, SendError> {
    let outgoing = prepare(request)?;
    let body = outgoing.body().map_err(|()| denied("the body was taken"))?;
    let answer = outgoing_handler::handle(outgoing, None).map_err(|code| sort(&code))?;
    // A body that the other side does not want to read is no failure yet: its answer says why.
    let _ = write(body, request.body());
    answer.subscribe().block();
    match answer.get() {
        Some(Ok(Ok(response))) => Ok(response),
        Some(Ok(Err(code))) => Err(sort(&code)),
        Some(Err(())) | None => Err(SendError::Lost("no answer".to_owned())),
    }
}

fn prepare(request: &Request<'_>) -> Result<OutgoingRequest, SendError> {
    let mut fields = Vec::with_capacity(request.headers().len() + 1);
    fields.extend(request.headers().iter().map(|(name, value)| ((*name).to_owned(), value.clone().into_bytes())));
    if request.method() != Method::Get {
        fields.push(("content-length".to_owned(), request.body().len().to_string().into_bytes()));
    }
    let headers = Fields::from_list(&fields).map_err(|error| denied(&format!("header: {error:?}")))?;
    let outgoing = OutgoingRequest::new(headers);
    let method = match request.method() {
        Method::Get => WasiMethod::Get,
        Method::Post => WasiMethod::Post,
        Method::Put => WasiMethod::Put,
        Method::Delete => WasiMethod::Delete,
    };
    let scheme = if request.endpoint().tls { Scheme::Https } else { Scheme::Http };
    outgoing.set_method(&method).map_err(|()| denied("method"))?;
    outgoing.set_scheme(Some(&scheme)).map_err(|()| denied("scheme"))?;
    outgoing.set_authority(Some(&request.endpoint().authority)).map_err(|()| denied("authority"))?;
    outgoing.set_path_with_query(Some(request.path())).map_err(|()| denied("path"))?;
    Ok(outgoing)
}

fn write(body: OutgoingBody, bytes: &[u8]) -> Result<(), ()> {
    if !bytes.is_empty() {
        let stream = body.write()?;
        // The most that one `blocking-write-and-flush` takes.
        for chunk in bytes.chunks(4096) {
            stream.blocking_write_and_flush(chunk).map_err(|_| ())?;
        }
    }
    OutgoingBody::finish(body, None).map_err(|_| ())
}

fn read(response: &IncomingResponse, limit: usize) -> Result<Response, SendError> {
    let head = head(response);
    let length = || text(response, "content-length").and_then(|length| length.parse().ok());
    let body = response.consume().map_err(|()| SendError::Lost("no body".to_owned()))?;
    let body = read_body(&body, limit, length)?;
    Ok(Response { body, ..head })
}

fn head(response: &IncomingResponse) -> Response {
    let status = response.status();
    // Only failures say when to ask again.
    let retry_after = if status >= 400 { text(response, "retry-after") } else { None };
    Response { status, content_type: text(response, "content-type"), retry_after, body: Vec::new() }
}

fn text(response: &IncomingResponse, name: &str) -> Option<String> {
    response.headers().get(name).into_iter().next().and_then(|value| String::from_utf8(value).ok())
}

/// Reads a body whole. Its announced length is looked at only if it comes in several pieces: most come in one.
fn read_body(body: &IncomingBody, limit: usize, length: impl Fn() -> Option<usize>) -> Result<Vec<u8>, SendError> {
    let stream = body.stream().map_err(|()| SendError::Lost("no body".to_owned()))?;
    let mut bytes = Vec::new();
    let mut pieces = 0;
    loop {
        let chunk = match stream.blocking_read(CHUNK) {
            Ok(chunk) => chunk,
            Err(StreamError::Closed) => return Ok(bytes),
            Err(StreamError::LastOperationFailed(error)) => return Err(SendError::Lost(error.to_debug_string())),
        };
        if bytes.len() + chunk.len() > limit {
            return Err(SendError::TooLarge(limit));
        }
        pieces += 1;
        match pieces {
            1 => bytes = chunk,
            2 => {
                // A document of 16 MiB that grew by doubling would pass through three times its memory.
                let announced = length().unwrap_or_default().min(limit);
                bytes.reserve_exact(announced.saturating_sub(bytes.len()).max(chunk.len()));
                bytes.extend_from_slice(&chunk);
            }
            _ => bytes.extend_from_slice(&chunk),
        }
    }
}

fn denied(what: &str) -> SendError {
    SendError::Denied(what.to_owned())
}

/// What an error says about whether the request may have arrived.
fn sort(code: &ErrorCode) -> SendError {
    use ErrorCode as E;
    let text = format!("{code:?}");
    match code {
        E::DnsTimeout
        | E::DnsError(_)
        | E::DestinationNotFound
        | E::DestinationUnavailable
        | E::DestinationIpUnroutable
        | E::ConnectionRefused
        | E::ConnectionTimeout
        | E::ConnectionLimitReached
        | E::TlsProtocolError
        | E::TlsCertificateError
        | E::TlsAlertReceived(_) => SendError::NotSent(text),
        E::DestinationIpProhibited
        | E::HttpRequestDenied
        | E::HttpRequestLengthRequired
        | E::HttpRequestBodySize(_)
        | E::HttpRequestMethodInvalid
        | E::HttpRequestUriInvalid
        | E::HttpRequestUriTooLong
        | E::HttpRequestHeaderSectionSize(_)
        | E::HttpRequestHeaderSize(_)
        | E::HttpRequestTrailerSectionSize(_)
        | E::HttpRequestTrailerSize(_)
        | E::LoopDetected
        | E::ConfigurationError => SendError::Denied(text),
        E::HttpResponseHeaderSectionSize(_)
        | E::HttpResponseHeaderSize(_)
        | E::HttpResponseBodySize(_)
        | E::HttpResponseTrailerSectionSize(_)
        | E::HttpResponseTrailerSize(_)
        | E::HttpResponseTransferCoding(_)
        | E::HttpResponseContentCoding(_)
        | E::HttpUpgradeFailed
        | E::HttpProtocolError => SendError::Garbled(text),
        E::ConnectionTerminated
        | E::ConnectionReadTimeout
        | E::ConnectionWriteTimeout
        | E::HttpResponseIncomplete
        | E::HttpResponseTimeout
        | E::InternalError(_) => SendError::Lost(text),
    }
}
