//! gRPC-Web, as a page of a portal calls it.

use bytes::Bytes;
use http::{Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use komunala_grpc::{
    Settings,
    proto::v1::{self, invoice_service_client::InvoiceServiceClient, provider_service_client::ProviderServiceClient},
};
use tonic::Code;
use tonic_types::StatusExt;
use tonic_web::GrpcWebClientLayer;
use tower::Layer;

use crate::town::{Town, invoice, keyed, provider, signed_in};

const PORTAL: &str = "https://portal.example";

async fn town() -> Town {
    Town::start(Settings { web_origins: [PORTAL].into(), ..Settings::default() }).await
}

async fn plain(town: &Town, request: http::request::Builder, body: &'static [u8]) -> Response<Incoming> {
    let client = Client::builder(TokioExecutor::new()).build_http();
    let path = "/komunala.v1.ProviderService/ListProviders";
    let request: Request<Full<Bytes>> =
        request.uri(format!("http://{}{path}", town.address)).body(Full::from(body)).unwrap();
    client.request(request).await.unwrap()
}

#[tokio::test]
async fn a_web_client_gets_answers_streams_and_error_details_over_http_1() {
    let town = town().await;
    let http = Client::builder(TokioExecutor::new()).build_http();
    let web = GrpcWebClientLayer::new().layer(http);
    let origin: http::Uri = format!("http://{}", town.address).parse().unwrap();

    let mut providers = ProviderServiceClient::with_origin(web.clone(), origin.clone());
    let answer = providers.get_provider(keyed(provider("gas"))).await.unwrap();
    assert_eq!(answer.get_ref().name, "providers/gas");
    let refused = providers.get_provider(tonic::Request::new(provider("gas"))).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unauthenticated);
    assert_eq!(refused.get_details_error_info().unwrap().reason, "PORTAL_KEY_MISSING");

    let mut invoices = InvoiceServiceClient::with_origin(web, origin);
    let mut stream = invoices.download_invoice(signed_in(invoice("any"))).await.unwrap().into_inner();
    let mut chunks = 0;
    while stream.message().await.unwrap().is_some() {
        chunks += 1;
    }
    assert_eq!(chunks, 3);
}

#[tokio::test]
async fn a_browser_may_ask_for_the_portals_origin_and_read_why_a_call_failed() {
    let town = town().await;
    let preflight = Request::options("/")
        .header(header::ORIGIN, PORTAL)
        .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
        .header(header::ACCESS_CONTROL_REQUEST_HEADERS, "authorization,content-type,x-grpc-web,x-portal-key");
    let allowed = plain(&town, preflight, b"").await;
    assert_eq!(allowed.status(), StatusCode::OK);
    assert_eq!(allowed.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN], PORTAL);
    let headers = allowed.headers()[header::ACCESS_CONTROL_ALLOW_HEADERS].to_str().unwrap();
    assert!(headers.contains("x-portal-key") && headers.contains("authorization"), "{headers}");

    let call = Request::post("/").header(header::ORIGIN, PORTAL).header(header::CONTENT_TYPE, "application/grpc-web");
    let refused = plain(&town, call, b"\0\0\0\0\0").await;
    let exposed = refused.headers()[header::ACCESS_CONTROL_EXPOSE_HEADERS].to_str().unwrap();
    for header in ["grpc-status", "grpc-message", "grpc-status-details-bin"] {
        assert!(exposed.contains(header), "{exposed}");
    }
    let _ = refused.into_body().collect().await.unwrap();
}

#[tokio::test]
async fn another_origin_is_not_let_in() {
    let town = town().await;
    let preflight = Request::options("/")
        .header(header::ORIGIN, "https://evil.example")
        .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST");
    let answer = plain(&town, preflight, b"").await;
    assert!(!answer.headers().contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN));
}

#[tokio::test]
async fn grpc_itself_works_on_the_same_listener() {
    let town = town().await;
    let answer = town.providers().await.list_providers(keyed(v1::ListProvidersRequest::default())).await;
    answer.expect("gRPC over HTTP/2 is not gRPC-Web's business");
}
