//! Encryption as the operator wants it, and never less.

use std::sync::Arc;

use komunala_delivery::{
    TlsMode,
    smtp::{Cause, Relay, SetupError, Stage},
};
use komunala_sink::SmtpSink;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    },
};

use crate::relay::{House, house, house_of};

const BODY: &[u8] = b"Subject: x\r\n\r\nbody\r\n";

async fn sent_over_tls(house: &House) -> bool {
    house.send(BODY).await.unwrap();
    house.sink.mails()[0].tls
}

#[tokio::test]
async fn required_means_starttls_or_no_mail() {
    assert!(sent_over_tls(&house(&[]).await).await);

    let stripped = house(&["starttls:strip"]).await;
    let error = stripped.send(BODY).await.unwrap_err();
    assert_eq!((error.stage, error.cause), (Stage::StartTls, Cause::NoStartTls));
    let commands = stripped.sink.counters.counts().commands;
    assert_eq!((commands.get("MAIL"), stripped.sink.mails().len()), (None, 0));
}

#[tokio::test]
async fn opportunistic_takes_what_is_offered_and_trusts_nobody_for_it() {
    let mut offered = house(&[]).await;
    offered.settings.tls = TlsMode::Opportunistic;
    assert!(sent_over_tls(&offered).await);

    let mut stripped = house(&["starttls:strip"]).await;
    stripped.settings.tls = TlsMode::Opportunistic;
    assert!(!sent_over_tls(&stripped).await);

    let mut untrusted = house(&[]).await;
    untrusted.settings.tls = TlsMode::Opportunistic;
    untrusted.settings.roots = None;
    let error = untrusted.send(BODY).await.unwrap_err();
    assert!(matches!(error.cause, Cause::Tls(_)), "{error}");
    assert!(untrusted.sink.mails().is_empty());
}

#[tokio::test]
async fn off_means_off() {
    let mut house = house(&[]).await;
    house.settings.tls = TlsMode::Off;
    assert!(!sent_over_tls(&house).await);
}

#[tokio::test]
async fn a_certificate_that_is_not_trusted_or_for_another_name_is_refused() {
    let mut untrusted = house(&[]).await;
    untrusted.settings.roots = None;
    let other = house_of(SmtpSink::builder(), &[]).await;
    let mut wrong_root = house(&[]).await;
    wrong_root.settings.roots = other.settings.roots.clone();
    let mut wrong_name = house(&[]).await;
    // it is for 127.0.0.1 and localhost, not for this way to write the address
    wrong_name.settings.host = "::ffff:127.0.0.1".to_owned();
    for house in [untrusted, wrong_root, wrong_name] {
        let error = house.send(BODY).await.unwrap_err();
        assert_eq!(error.stage, Stage::Handshake, "{error}");
        assert!(matches!(error.cause, Cause::Tls(_)), "{error}");
        assert!(house.sink.mails().is_empty());
    }
}

/// A TLS listener in front of a sink that speaks in the clear.
async fn implicit() -> House {
    let mut house = house_of(SmtpSink::builder().without_tls(), &[]).await;
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let roots = tempfile::NamedTempFile::new().unwrap().into_temp_path().keep().unwrap();
    std::fs::write(&roots, certified.cert.pem()).unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(certified.signing_key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    (house.settings.port, house.settings.tls) = (listener.local_addr().unwrap().port(), TlsMode::Implicit);
    house.settings.roots = Some(roots);
    let behind = house.sink.addr;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut front) = acceptor.accept(stream).await else { continue };
            let mut back = TcpStream::connect(behind).await.unwrap();
            // however it ends
            let _ = tokio::io::copy_bidirectional(&mut front, &mut back).await;
        }
    });
    house
}

#[tokio::test]
async fn implicit_tls_speaks_no_word_in_the_clear() {
    let house = implicit().await;
    let session = house.open().await.unwrap();
    assert!(session.is_encrypted());
    session.quit().await;
    house.send(BODY).await.unwrap();
    assert_eq!(house.sink.mails().len(), 1);

    let mut plain = house;
    plain.settings.port = plain.sink.addr.port();
    let error = plain.send(BODY).await.unwrap_err();
    assert_eq!(error.stage, Stage::Handshake);
    std::fs::remove_file(plain.settings.roots.unwrap()).unwrap();
}

#[tokio::test]
async fn settings_that_cannot_work_are_refused_at_the_start() {
    let house = house(&[]).await;
    let refused = |change: &dyn Fn(&mut komunala_delivery::RelaySettings)| {
        let mut settings = house.settings.clone();
        change(&mut settings);
        Relay::new(&settings).err().expect("it is refused")
    };
    assert!(matches!(refused(&|s| s.host = "no host".to_owned()), SetupError::Host(_)));
    assert!(matches!(refused(&|s| s.roots = Some("nowhere.pem".into())), SetupError::Roots { .. }));
    assert!(matches!(refused(&|s| s.user = Some("hub".to_owned())), SetupError::HalfACredential));
    assert!(matches!(refused(&|s| s.hello_name = Some("a\r\nb".to_owned())), SetupError::HelloName(_)));
}
