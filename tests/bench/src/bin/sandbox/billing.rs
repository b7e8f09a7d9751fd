//! Billing systems that answer in this process.

use std::{sync::LazyLock, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use http_body::Frame;
use http_body_util::{BodyExt, Full, StreamBody};
use komunala_sandbox::{ResponseBody, Transport, TransportError};

/// A page of 24 invoices, as a gas utility's billing system sends it.
pub(crate) static INVOICES: LazyLock<Bytes> = LazyLock::new(|| {
    let invoices: Vec<_> = (0..24).map(invoice).collect();
    Bytes::from(format!(r#"{{"items":[{}],"page":1,"pages":1}}"#, invoices.join(",")))
});

/// Whose they are.
pub(crate) const ACCOUNT: &str = "a-7f31";

fn invoice(index: u32) -> String {
    let (year, month) = (2022 + index / 12, index % 12 + 1);
    format!(
        r#"{{"invoiceNo":"{year}-{month:02}-0012345","accountId":"{ACCOUNT}","kind":"INVOICE","period":"{year}-{month:02}",
        "issued":"{year}-{month:02}-03","points":["R-0012345"],
        "reads":[{{"pointId":"R-0012345","serial":"G4-118822","from":"10432","to":"10498","m3":"66","k":"1.0187",
        "gcvKwhM3":"10.512","kwh":"706.77"}}],
        "lines":[{{"code":"ENERGY","text":"Prirodni gas","qty":"706.77","unit":"kWh","net":"3920.06","vatRate":"10",
        "gross":"4312.07"}}],"total":"4312.07","currency":"RSD",
        "due":[{{"part":1,"amount":"2587.24","date":"{year}-{month:02}-20"}},
        {{"part":2,"amount":"1724.83","date":"2025-01-20"}}],
        "payment":{{"account":"160-123456789-56","payee":"JP GAS - RUMA","model":"97","ref":"28-0012345202407",
        "code":"189","purpose":"PRIRODNI GAS 07/2024"}}}}"#
    )
}

/// Answers every request with the page.
#[derive(Debug)]
pub(crate) struct Honest;

#[async_trait]
impl Transport for Honest {
    async fn send(&self, _: Request<Full<Bytes>>) -> Result<Response<ResponseBody>, TransportError> {
        let response = Response::builder().header("content-type", "application/json");
        Ok(response.body(page(INVOICES.clone())).expect("a constant header"))
    }
}

/// Answers the hostile guest as badly as it asks.
#[derive(Debug)]
pub(crate) struct Hostile;

#[async_trait]
impl Transport for Hostile {
    async fn send(&self, request: Request<Full<Bytes>>) -> Result<Response<ResponseBody>, TransportError> {
        Ok(Response::new(match request.uri().path() {
            "/silence" => std::future::pending().await,
            "/endless-body" => endless(),
            "/huge-body" => page(Bytes::from(vec![b'x'; 30_000_000])),
            _ => {
                // as far as the next room
                tokio::time::sleep(Duration::from_micros(200)).await;
                page(Bytes::from_static(b"{}"))
            }
        }))
    }
}

fn page(bytes: Bytes) -> ResponseBody {
    Full::new(bytes).map_err(|never| match never {}).boxed_unsync()
}

fn endless() -> ResponseBody {
    let chunk = Bytes::from(vec![b'x'; 64 * 1024]);
    StreamBody::new(futures::stream::repeat_with(move || Ok(Frame::data(chunk.clone())))).boxed_unsync()
}
