//! STARTTLS.

use std::sync::Arc;

use komunala_sink::{Action, Fault, SmtpSink, Stage};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio_rustls::TlsConnector;

use crate::client::{Client, sink};

/// Negotiates TLS after STARTTLS was answered, trusting the sink's authority only.
pub(crate) async fn secured(client: Client, sink: &SmtpSink, name: &'static str) -> std::io::Result<Client> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(sink.authority_pem().unwrap().as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let connector = TlsConnector::from(Arc::new(config));
    let stream = connector.connect(ServerName::try_from(name).unwrap(), client.into_stream()).await?;
    Ok(Client::over(stream))
}

#[tokio::test]
async fn starttls_leads_to_a_session_that_trusts_the_handed_out_authority() {
    let sink = sink().await;
    for name in ["localhost", "127.0.0.1"] {
        let mut client = Client::greeted(sink.addr).await;
        assert_eq!(client.say("STARTTLS").await, 220);
        let mut client = secured(client, &sink, name).await.unwrap();
        assert_eq!(client.say("MAIL FROM:<a@b.c>").await, 503, "what was said before TLS is forgotten");
        let offered = client.ask("EHLO test").await.unwrap().lines;
        assert!(!offered.contains(&"STARTTLS".to_owned()));
        client.say("MAIL FROM:<a@b.c>").await;
        client.say("RCPT TO:<a@b.c>").await;
        client.say("DATA").await;
        assert_eq!(client.say("Subject: safe\r\n.").await, 250);
        assert!(sink.mails().last().unwrap().tls);
        assert_eq!(client.say("STARTTLS").await, 503);
    }
}

#[tokio::test]
async fn another_name_is_not_certified() {
    let sink = sink().await;
    let mut client = Client::greeted(sink.addr).await;
    assert_eq!(client.say("STARTTLS").await, 220);
    assert!(secured(client, &sink, "mail.example.org").await.is_err());
}

#[tokio::test]
async fn what_is_sent_before_tls_is_not_taken_as_said_within() {
    let sink = sink().await;
    let mut client = Client::greeted(sink.addr).await;
    client.send(b"STARTTLS\r\nEHLO injected\r\n").await.unwrap();
    assert_eq!(client.reply().await.unwrap().code, 220);
    let mut client = secured(client, &sink, "localhost").await.unwrap();
    assert_eq!(client.say("MAIL FROM:<a@b.c>").await, 503, "the injected EHLO does not count");
    assert_eq!(sink.counters.counts().commands["EHLO"], 1);
}

#[tokio::test]
async fn starttls_can_be_stripped_or_refused_or_break_in_the_handshake() {
    let sink = sink().await;
    sink.faults.add(Fault::next(1, Stage::StartTls, Action::Strip));
    let mut client = Client::connect(sink.addr).await;
    client.reply().await.unwrap();
    assert!(!client.ask("EHLO test").await.unwrap().lines.contains(&"STARTTLS".to_owned()));
    assert_eq!(sink.counters.counts().faults["starttls"], 1);

    sink.faults.add(Fault::next(1, Stage::StartTls, Action::Reply(454)));
    assert_eq!(Client::greeted(sink.addr).await.say("STARTTLS").await, 454);

    sink.faults.add(Fault::next(1, Stage::Handshake, Action::Drop));
    let mut client = Client::greeted(sink.addr).await;
    assert_eq!(client.say("STARTTLS").await, 220);
    assert!(secured(client, &sink, "localhost").await.is_err());
}

#[tokio::test]
async fn tls_can_be_required_or_left_out() {
    let strict = SmtpSink::builder().require_tls().start("127.0.0.1:0").await.unwrap();
    assert_eq!(Client::greeted(strict.addr).await.say("MAIL FROM:<a@b.c>").await, 530);
    let plain = SmtpSink::builder().without_tls().start("127.0.0.1:0").await.unwrap();
    assert_eq!(Client::greeted(plain.addr).await.say("STARTTLS").await, 503);
    assert!(plain.authority_pem().is_none());
}
