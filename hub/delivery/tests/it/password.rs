//! The password goes over TLS, or not at all.

use komunala_delivery::smtp::{Cause, Stage};
use komunala_sink::SmtpSink;

use crate::{
    peer::{Hear, HearBody, Say, peer},
    relay::{House, house_of},
};

const BODY: &[u8] = b"Subject: x\r\n\r\nbody\r\n";

fn known(mut house: House, password: &str) -> House {
    house.settings.user = Some("hub".to_owned());
    house.settings.password = Some(password.into());
    house
}

fn asking() -> komunala_sink::SmtpSinkBuilder {
    SmtpSink::builder().credentials("hub", "secret").require_auth()
}

#[tokio::test]
async fn it_is_given_over_tls() {
    let house = known(house_of(asking(), &[]).await, "secret");
    house.send(BODY).await.unwrap();
    assert_eq!(house.sink.mails()[0].authenticated_as.as_deref(), Some("hub"));
}

#[tokio::test]
async fn a_wrong_one_is_the_operators_trouble_and_no_mails() {
    let house = known(house_of(asking(), &[]).await, "wrong");
    let error = house.send(BODY).await.unwrap_err();
    assert_eq!(error.stage, Stage::Authenticate);
    assert!(matches!(error.cause, Cause::Refused(reply) if reply.code == 535), "{error}");
    assert_eq!(error.verdict(), komunala_delivery::smtp::Verdict::Deferred);
}

#[tokio::test]
async fn it_is_not_given_in_the_clear_unless_the_operator_says_so() {
    let mut house = known(house_of(asking().without_tls(), &[]).await, "secret");
    let error = house.send(BODY).await.unwrap_err();
    assert_eq!((error.stage, error.cause), (Stage::Authenticate, Cause::PlaintextPassword));
    assert_eq!(house.sink.counters.counts().commands.get("AUTH"), None);

    house.settings.allow_plaintext_password = true;
    house.send(BODY).await.unwrap();
}

#[tokio::test]
async fn a_relay_that_offers_no_way_to_give_it_is_an_error() {
    let house = known(house_of(SmtpSink::builder(), &[]).await, "secret");
    let error = house.send(BODY).await.unwrap_err();
    assert_eq!((error.stage, error.cause), (Stage::Authenticate, Cause::NoMechanism));
}

#[tokio::test]
async fn login_is_spoken_where_plain_is_not() {
    let mut peer = peer(&[
        Say(b"220 peer\r\n"),
        Hear("EHLO"),
        Say(b"250-peer\r\n250 AUTH LOGIN\r\n"),
        Hear("AUTH LOGIN\r\n"),
        Say(b"334 VXNlcm5hbWU6\r\n"),
        Hear("aHVi\r\n"),
        Say(b"334 UGFzc3dvcmQ6\r\n"),
        Hear("c2VjcmV0\r\n"),
        Say(b"235 welcome\r\n"),
        Hear("MAIL"),
        Say(b"250 ok\r\n"),
        Hear("RCPT"),
        Say(b"250 ok\r\n"),
        Hear("DATA"),
        Say(b"354 go on\r\n"),
        HearBody,
        Say(b"250 ok\r\n"),
    ])
    .await;
    peer.settings.user = Some("hub".to_owned());
    peer.settings.password = Some("secret".into());
    peer.settings.allow_plaintext_password = true;
    peer.send(BODY).await.unwrap();
}

#[tokio::test]
async fn a_relay_that_keeps_asking_is_not_answered_for_ever() {
    let asking = [Hear(""), Say(b"334 UGFzc3dvcmQ6\r\n")];
    let mut script = vec![Say(b"220 peer\r\n"), Hear("EHLO"), Say(b"250-peer\r\n250 AUTH LOGIN\r\n")];
    script.extend(asking.into_iter().cycle().take(40));
    let mut peer = peer(&script).await;
    peer.settings.user = Some("hub".to_owned());
    peer.settings.password = Some("secret".into());
    peer.settings.allow_plaintext_password = true;
    let error = peer.send(BODY).await.unwrap_err();
    assert_eq!((error.stage, error.cause), (Stage::Authenticate, Cause::Malformed));
}
