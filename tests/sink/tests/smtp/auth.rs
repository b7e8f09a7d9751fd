//! AUTH.

use komunala_sink::{Action, Fault, SmtpSink, Stage};

use crate::client::{Client, MESSAGE};
use crate::tls::secured;

/// NUL, hub, NUL, secret.
const PLAIN: &str = "AGh1YgBzZWNyZXQ=";

async fn sink() -> SmtpSink {
    SmtpSink::builder().without_tls().credentials("hub", "secret").start("127.0.0.1:0").await.unwrap()
}

#[tokio::test]
async fn plain_and_login_lead_in_with_the_right_password() {
    let sink = sink().await;
    let mut client = Client::greeted(sink.addr).await;
    assert_eq!(client.say(&format!("AUTH PLAIN {PLAIN}")).await, 235);
    assert_eq!(client.say(&format!("AUTH PLAIN {PLAIN}")).await, 503, "once is enough");

    let mut client = Client::greeted(sink.addr).await;
    assert_eq!(client.say("AUTH PLAIN").await, 334);
    assert_eq!(client.say(PLAIN).await, 235);

    let mut client = Client::greeted(sink.addr).await;
    assert_eq!(client.ask("AUTH LOGIN").await.unwrap().lines, ["VXNlcm5hbWU6"]);
    assert_eq!(client.ask("aHVi").await.unwrap().lines, ["UGFzc3dvcmQ6"]);
    assert_eq!(client.say("c2VjcmV0").await, 235);

    client.say("MAIL FROM:<a@b.c>").await;
    client.say("RCPT TO:<a@b.c>").await;
    client.say("DATA").await;
    client.send(MESSAGE.as_bytes()).await.unwrap();
    assert_eq!(client.say(".").await, 250);
    assert_eq!(sink.mails()[0].authenticated_as.as_deref(), Some("hub"));
}

#[tokio::test]
async fn wrong_passwords_nonsense_and_other_mechanisms_do_not() {
    let sink = sink().await;
    let mut client = Client::greeted(sink.addr).await;
    assert_eq!(client.say("AUTH PLAIN AGh1YgB3cm9uZw==").await, 535);
    assert_eq!(client.say("AUTH PLAIN %%%").await, 501);
    assert_eq!(client.say("AUTH PLAIN =").await, 501);
    assert_eq!(client.say("AUTH CRAM-MD5").await, 504);
    assert_eq!(client.say("AUTH LOGIN").await, 334);
    assert_eq!(client.say("*").await, 501);
    assert_eq!(client.say(&format!("AUTH PLAIN {PLAIN}")).await, 235, "and then the right one");
}

#[tokio::test]
async fn auth_can_be_required() {
    let sink = SmtpSink::builder().without_tls().credentials("hub", "secret").require_auth();
    let sink = sink.start("127.0.0.1:0").await.unwrap();
    let mut client = Client::greeted(sink.addr).await;
    assert_eq!(client.say("MAIL FROM:<a@b.c>").await, 530);
    assert_eq!(client.say(&format!("AUTH PLAIN {PLAIN}")).await, 235);
    assert_eq!(client.say("MAIL FROM:<a@b.c>").await, 250);
}

#[tokio::test]
async fn where_there_is_tls_passwords_are_taken_only_within() {
    let sink = SmtpSink::builder().credentials("hub", "secret").start("127.0.0.1:0").await.unwrap();
    let mut client = Client::greeted(sink.addr).await;
    assert!(!client.ask("EHLO test").await.unwrap().lines.contains(&"AUTH PLAIN LOGIN".to_owned()));
    assert_eq!(client.say(&format!("AUTH PLAIN {PLAIN}")).await, 503);
    assert_eq!(client.say("STARTTLS").await, 220);
    let mut client = secured(client, &sink, "localhost").await.unwrap();
    assert!(client.ask("EHLO test").await.unwrap().lines.contains(&"AUTH PLAIN LOGIN".to_owned()));
    assert_eq!(client.say(&format!("AUTH PLAIN {PLAIN}")).await, 235);
}

#[tokio::test]
async fn auth_can_fail_although_the_password_is_right() {
    let sink = sink().await;
    sink.faults.add(Fault::next(1, Stage::Auth, Action::Reply(454)));
    let mut client = Client::greeted(sink.addr).await;
    assert_eq!(client.say(&format!("AUTH PLAIN {PLAIN}")).await, 454);
    assert_eq!(client.say(&format!("AUTH PLAIN {PLAIN}")).await, 235);
}
