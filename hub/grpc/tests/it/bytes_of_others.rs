//! Bytes that no generated client sends: they are the caller's fault, never the hub's, and the server goes on.

use bytes::{Buf, BufMut, Bytes};
use http::uri::PathAndQuery;
use komunala_grpc::{Settings, proto::v1};
use proptest::prelude::*;
use prost::Message;
use tonic::{
    Code, Status,
    client::Grpc,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
    transport::Channel,
};
use tonic_types::StatusExt;

use crate::town::{Town, keyed, signed_in};

/// Sends bytes as they are.
#[derive(Default)]
struct AsTheyAre;

impl Codec for AsTheyAre {
    type Encode = Bytes;
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

impl Encoder for AsTheyAre {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put(item);
        Ok(())
    }
}

impl Decoder for AsTheyAre {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(buffer.copy_to_bytes(buffer.remaining())))
    }
}

async fn send(channel: &Channel, path: &'static str, bytes: Bytes) -> Result<Bytes, Status> {
    let mut client = Grpc::new(channel.clone()).max_encoding_message_size(usize::MAX);
    client.ready().await.unwrap();
    let request = signed_in(bytes);
    Ok(client.unary(request, PathAndQuery::from_static(path), AsTheyAre).await?.into_inner())
}

fn reason(status: &Status) -> String {
    status.get_details_error_info().map(|info| info.reason).unwrap_or_default()
}

const LIST: &str = "/komunala.v1.ProviderService/ListProviders";
const GET: &str = "/komunala.v1.ProviderService/GetProvider";

#[tokio::test]
async fn bytes_that_are_no_message_are_the_callers_fault() {
    let town = Town::start(Settings::default()).await;
    let channel = town.channel().await;
    for bytes in [
        &b"\xff\xff\xff\xff"[..],
        // a field of 127 bytes that ends after two
        b"\x0a\x7fab",
        // a name that is no UTF-8
        b"\x0a\x02\xc3\x28",
        // a group that is never closed
        b"\x0b",
        b"\x00\x00\x00",
    ] {
        let status = send(&channel, GET, Bytes::from_static(bytes)).await.unwrap_err();
        assert_eq!(
            (status.code(), reason(&status).as_str()),
            (Code::InvalidArgument, "MALFORMED_MESSAGE"),
            "{bytes:?}"
        );
    }
    send(&channel, GET, Bytes::new()).await.expect("the server goes on");
}

#[tokio::test]
async fn a_message_of_five_megabytes_is_refused_for_its_size() {
    let town = Town::start(Settings::default()).await;
    let channel = town.channel().await;
    let large = v1::GetProviderRequest { name: "x".repeat(5 * 1024 * 1024) }.encode_to_vec();
    for path in [GET, LIST] {
        let status = send(&channel, path, large.clone().into()).await.unwrap_err();
        assert_eq!((status.code(), reason(&status).as_str()), (Code::ResourceExhausted, "MESSAGE_TOO_LARGE"));
    }
    send(&channel, GET, Bytes::new()).await.expect("the server goes on");
}

#[tokio::test]
async fn a_method_that_does_not_exist_is_said_not_to() {
    let town = Town::start(Settings::default()).await;
    let channel = town.channel().await;
    for path in ["/komunala.v1.ProviderService/DropTables", "/komunala.v2.Anything/AtAll", "/"] {
        let status = send(&channel, path, Bytes::new()).await.unwrap_err();
        assert_eq!((status.code(), reason(&status).as_str()), (Code::Unimplemented, "METHOD_UNKNOWN"), "{path}");
    }
}

#[tokio::test]
async fn metadata_of_any_kind_is_survived() {
    let town = Town::start(Settings::default()).await;
    let mut providers = town.providers().await;
    for value in ["", " ", "Bearer", "\t", "Bearer \u{7f}", "ÄÖÜ", &"x".repeat(4000)] {
        for name in ["x-portal-key", "authorization", "accept-language", "grpc-timeout", "x-request-id", "traceparent"]
        {
            let mut request = keyed(v1::ListProvidersRequest::default());
            let Ok(value) = http::HeaderValue::from_str(value) else { continue };
            let mut headers = std::mem::take(request.metadata_mut()).into_headers();
            headers.insert(name, value);
            *request.metadata_mut() = tonic::metadata::MetadataMap::from_headers(headers);
            if let Err(status) = providers.list_providers(request).await {
                assert_eq!(status.code(), Code::Unauthenticated, "{name}: {status:?}");
            }
        }
    }
}

#[test]
fn random_bytes_never_make_an_internal_error() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let town = runtime.block_on(Town::start(Settings::default()));
    let channel = runtime.block_on(town.channel());
    proptest!(ProptestConfig::with_cases(400), |(bytes in prop::collection::vec(any::<u8>(), 0..200))| {
        for path in [GET, LIST] {
            if let Err(status) = runtime.block_on(send(&channel, path, bytes.clone().into())) {
                prop_assert_eq!(status.code(), Code::InvalidArgument, "{:?}", status);
            }
        }
    });
}
