//! What goes wrong at each stage: the error names the stage and the cause, and the verdict follows.

use std::time::{Duration, Instant};

use komunala_delivery::smtp::{
    Cause::{self, HungUp, LineTooLong, ReplyTooLong, TimedOut},
    Reply, SmtpError,
    Stage::{self, Authenticate, Data, FinalDot, Greeting, Hello, Mail, Rcpt, StartTls},
    Verdict::{self, Deferred, Failed, Unknown},
};
use komunala_sink::SmtpSink;

use crate::relay::{House, house_of, long_body};

const BODY: &[u8] = b"Subject: x\r\n\r\nbody\r\n";

async fn failing(fault: &str) -> House {
    let builder = SmtpSink::builder().credentials("hub", "secret");
    let mut house = house_of(builder, &[fault]).await;
    house.settings.user = Some("hub".to_owned());
    house.settings.password = Some("secret".into());
    house
}

fn refused(code: u16) -> Cause {
    let class = u8::try_from(code / 100).unwrap();
    Cause::Refused(Reply { code, enhanced: Some((class, 0, 0)) })
}

fn seen(error: &SmtpError) -> (Stage, Cause, Verdict) {
    (error.stage, error.cause.clone(), error.verdict())
}

#[tokio::test]
async fn a_refusal_at_each_stage() {
    for (fault, stage, code, verdict) in [
        ("connect:421", Greeting, 421, Deferred),
        ("connect:554", Greeting, 554, Deferred),
        ("ehlo:502", Hello, 502, Deferred),
        ("starttls:454", StartTls, 454, Deferred),
        ("starttls:501", StartTls, 501, Deferred),
        ("auth:535", Authenticate, 535, Deferred),
        ("mail:451", Mail, 451, Deferred),
        ("mail:530", Mail, 530, Deferred),
        ("mail:553", Mail, 553, Failed),
        ("rcpt:421", Rcpt, 421, Deferred),
        ("rcpt:450", Rcpt, 450, Deferred),
        ("rcpt:550", Rcpt, 550, Failed),
        ("data:451", Data, 451, Deferred),
        ("data:554", Data, 554, Failed),
        ("received:451", FinalDot, 451, Deferred),
        ("received:552", FinalDot, 552, Failed),
    ] {
        let house = failing(fault).await;
        let error = house.send(BODY).await.unwrap_err();
        assert_eq!(seen(&error), (stage, refused(code), verdict), "{fault}");
        assert!(house.sink.mails().is_empty(), "{fault}");
    }
}

#[tokio::test]
async fn a_relay_that_hangs_up_at_each_stage() {
    for (fault, stage, verdict) in [
        ("connect:drop", Greeting, Deferred),
        ("ehlo:drop", Hello, Deferred),
        ("starttls:drop", StartTls, Deferred),
        ("auth:drop", Authenticate, Deferred),
        ("mail:drop", Mail, Deferred),
        ("rcpt:drop", Rcpt, Deferred),
        ("data:drop", Data, Deferred),
        ("received:drop", FinalDot, Unknown),
        ("recorded:drop", FinalDot, Unknown),
    ] {
        let error = failing(fault).await.send(BODY).await.unwrap_err();
        let (at, cause, means) = seen(&error);
        assert_eq!((at, means), (stage, verdict), "{fault}");
        assert!(matches!(cause, HungUp | Cause::Io(_)), "{fault}: {cause}");
    }
    let error = failing("handshake:drop").await.send(BODY).await.unwrap_err();
    assert_eq!((error.stage, error.verdict()), (Stage::Handshake, Deferred));
}

#[tokio::test]
async fn a_relay_that_hangs_up_in_the_middle_of_a_body_does_not_have_the_mail() {
    let house = failing("body@100000:drop").await;
    let error = house.send(&long_body()).await.unwrap_err();
    assert_eq!((error.stage, error.verdict()), (Stage::Body, Deferred), "{error}");
    assert!(house.sink.mails().is_empty());
}

#[tokio::test]
async fn a_relay_that_falls_silent_at_each_stage() {
    for (fault, stage, verdict) in [
        ("connect:hang", Greeting, Deferred),
        ("ehlo:hang", Hello, Deferred),
        ("starttls:hang", StartTls, Deferred),
        ("handshake:hang", Stage::Handshake, Deferred),
        ("auth:hang", Authenticate, Deferred),
        ("mail:hang", Mail, Deferred),
        ("rcpt:hang", Rcpt, Deferred),
        ("data:hang", Data, Deferred),
        ("received:hang", FinalDot, Unknown),
        ("recorded:hang", FinalDot, Unknown),
    ] {
        let house = failing(fault).await.hurry(Duration::from_millis(400));
        let began = Instant::now();
        let error = house.send(BODY).await.unwrap_err();
        assert_eq!(seen(&error), (stage, TimedOut, verdict), "{fault}");
        assert!(began.elapsed() < Duration::from_secs(4), "{fault}");
    }
}

#[tokio::test]
async fn a_reply_without_an_end_is_cut_at_each_stage() {
    for (fault, stage, verdict) in [
        ("connect", Greeting, Deferred),
        ("ehlo", Hello, Deferred),
        ("starttls", StartTls, Deferred),
        ("auth", Authenticate, Deferred),
        ("mail", Mail, Deferred),
        ("rcpt", Rcpt, Deferred),
        ("data", Data, Deferred),
        ("received", FinalDot, Unknown),
        ("recorded", FinalDot, Unknown),
    ] {
        for (kind, cause) in [("endless-reply", ReplyTooLong), ("endless-line", LineTooLong)] {
            let began = Instant::now();
            let error = failing(&format!("{fault}:{kind}")).await.send(BODY).await.unwrap_err();
            assert_eq!(seen(&error), (stage, cause, verdict), "{fault}:{kind}");
            assert!(began.elapsed() < Duration::from_secs(4), "{fault}:{kind}");
        }
    }
}

#[tokio::test]
async fn answers_byte_by_byte_are_answers() {
    let slow = ["connect", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "received", "recorded", "quit"];
    let house = failing("connect:slow=1").await;
    for stage in &slow[1..] {
        house.sink.faults.add(format!("{stage}:slow=1").parse().unwrap());
    }
    let accepted = house.send(BODY).await.unwrap();
    assert_eq!(accepted.queue_id.as_deref(), Some(house.sink.mails()[0].queue_id.as_str()));
}

#[tokio::test]
async fn answers_byte_by_byte_gain_no_time() {
    let house = failing("rcpt:slow=100").await.hurry(Duration::from_millis(500));
    let error = house.send(BODY).await.unwrap_err();
    assert_eq!(seen(&error), (Rcpt, TimedOut, Deferred));
}

#[tokio::test]
async fn nothing_of_the_address_stands_in_an_error() {
    let error = failing("rcpt:550").await.send(BODY).await.unwrap_err();
    assert_eq!(error.to_string(), "rcpt: the relay answered 550 5.0.0");
}
