//! A late answer is DEADLINE_EXCEEDED, whoever set the deadline.

use std::time::{Duration, Instant};

use komunala_grpc::Settings;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::town::{Town, invoice, keyed, provider, signed_in};

fn reason(status: &Status) -> String {
    status.get_details_error_info().map(|info| info.reason).unwrap_or_default()
}

#[tokio::test]
async fn the_callers_deadline_ends_a_call() {
    let town = Town::start(Settings::default()).await;
    let mut request = keyed(provider("sleeps"));
    request.metadata_mut().insert("grpc-timeout", "200m".parse().unwrap());
    let begun = Instant::now();
    let late = town.patient_providers().get_provider(request).await.unwrap_err();
    assert_eq!((late.code(), reason(&late).as_str()), (Code::DeadlineExceeded, "DEADLINE_EXCEEDED"));
    assert!((200..2_000).contains(&begun.elapsed().as_millis()), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_call_without_a_deadline_gets_the_default_and_a_long_one_the_longest() {
    let settings = Settings {
        default_deadline: Duration::from_millis(100),
        longest_deadline: Duration::from_millis(200),
        ..Settings::default()
    };
    let town = Town::start(settings).await;
    let mut providers = town.patient_providers();
    for timeout in [None, Some("1H"), Some("nonsense")] {
        let mut request = keyed(provider("sleeps"));
        if let Some(timeout) = timeout {
            request.metadata_mut().insert("grpc-timeout", timeout.parse().unwrap());
        }
        let begun = Instant::now();
        let late = providers.get_provider(request).await.unwrap_err();
        assert_eq!(late.code(), Code::DeadlineExceeded);
        assert!(begun.elapsed() < Duration::from_secs(2), "{timeout:?}");
    }
}

#[tokio::test]
async fn a_stream_that_stalls_is_ended_with_a_status() {
    let town = Town::start(Settings { stream_idle: Duration::from_millis(200), ..Settings::default() }).await;
    let mut stream = town.invoices().await.download_invoice(signed_in(invoice("stalls"))).await.unwrap().into_inner();
    assert!(stream.message().await.unwrap().is_some());
    assert!(stream.message().await.unwrap().is_some());
    let late = stream.message().await.unwrap_err();
    assert_eq!((late.code(), reason(&late).as_str()), (Code::DeadlineExceeded, "DEADLINE_EXCEEDED"));
}

#[tokio::test]
async fn a_stream_may_take_longer_than_the_default_while_it_flows() {
    let settings = Settings {
        default_deadline: Duration::from_millis(150),
        stream_idle: Duration::from_millis(400),
        ..Settings::default()
    };
    let town = Town::start(settings).await;
    let mut stream = town.invoices().await.download_invoice(signed_in(invoice("flows"))).await.unwrap().into_inner();
    let mut chunks = 0;
    while stream.message().await.unwrap().is_some() {
        chunks += 1;
    }
    assert_eq!(chunks, 6);
}

#[tokio::test]
async fn a_stream_ends_at_the_callers_deadline_though_it_flows() {
    let town = Town::start(Settings::default()).await;
    let mut request = signed_in(invoice("flows"));
    request.metadata_mut().insert("grpc-timeout", "250m".parse().unwrap());
    let mut stream = town.invoices().await.download_invoice(request).await.unwrap().into_inner();
    let mut chunks = 0;
    let late = loop {
        match stream.message().await {
            Ok(Some(_)) => chunks += 1,
            Ok(None) => panic!("the stream went on to its end"),
            Err(status) => break status,
        }
    };
    assert_eq!(late.code(), Code::DeadlineExceeded);
    assert!((1..=3).contains(&chunks), "{chunks}");
}
