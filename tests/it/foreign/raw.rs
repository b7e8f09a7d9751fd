//! A call of any method by its path, with the bytes of its request.

use std::net::SocketAddr;

use bytes::{Buf, BufMut, Bytes};
use tonic::{
    Request, Status,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
    transport::Endpoint,
};
use tonic_types::StatusExt;

/// Who calls, and whom.
#[derive(Debug, Clone)]
pub(super) struct Credentials {
    pub(super) address: SocketAddr,
    pub(super) portal_key: String,
    pub(super) token: Option<String>,
}

/// Calls a method; answers its first message, or the reason why not.
pub(super) async fn call(by: &Credentials, path: &str, request: Vec<u8>) -> Result<Bytes, String> {
    let reason = |status: Status| match status.get_details_error_info() {
        Some(info) => info.reason,
        None => format!("{status:?}"),
    };
    answer(by, path, request).await.map_err(reason)
}

async fn answer(by: &Credentials, path: &str, message: Vec<u8>) -> Result<Bytes, Status> {
    let wrong = |error: &dyn std::fmt::Display| Status::internal(error.to_string());
    let endpoint = Endpoint::from_shared(format!("http://{}", by.address)).map_err(|error| wrong(&error))?;
    let channel = endpoint.connect().await.map_err(|error| wrong(&error))?;
    let mut request = Request::new(message);
    request.metadata_mut().insert("x-portal-key", by.portal_key.parse().map_err(|_| wrong(&"a key"))?);
    if let Some(token) = &by.token {
        let value = format!("Bearer {token}").parse().map_err(|_| wrong(&"a token"))?;
        request.metadata_mut().insert("authorization", value);
    }
    let mut client = tonic::client::Grpc::new(channel);
    client.ready().await.map_err(|error| wrong(&error))?;
    let path = path.parse().map_err(|_| wrong(&"a path"))?;
    // one message of a stream, or the only one
    let mut answers = client.server_streaming(request, path, Raw).await?.into_inner();
    answers.message().await?.ok_or_else(|| Status::internal("no message came"))
}

/// Messages as they are.
#[derive(Debug, Clone, Copy, Default)]
struct Raw;

impl Codec for Raw {
    type Encode = Vec<u8>;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, message: Vec<u8>, into: &mut EncodeBuf<'_>) -> Result<(), Status> {
        into.put_slice(&message);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(from.copy_to_bytes(from.remaining())))
    }
}
