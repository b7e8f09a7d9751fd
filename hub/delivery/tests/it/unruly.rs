//! Peers that do what no server does: words out of turn, replies that are none, a body that is not read.

use std::time::Duration;

use komunala_delivery::{
    StageTimeouts, TlsMode,
    smtp::{Cause, Reply, Stage, Verdict},
};

use crate::{
    peer::{Hear, HearBody, HearSome, Say, Stall, Turn, peer},
    relay::long_body,
};

const UP_TO_DATA: [Turn; 9] = [
    Say(b"220 peer\r\n"),
    Hear("EHLO [127.0.0.1]"),
    Say(b"250 peer\r\n"),
    Hear("MAIL FROM:<hub@example.rs>"),
    Say(b"250 ok\r\n"),
    Hear("RCPT TO:<ana@example.rs>"),
    Say(b"250 ok\r\n"),
    Hear("DATA"),
    Say(b"354 go on\r\n"),
];

async fn failure(script: &[Turn]) -> (Stage, Cause, Verdict) {
    let error = peer(script).await.send(b"Subject: x\r\n\r\nbody\r\n").await.unwrap_err();
    (error.stage, error.cause.clone(), error.verdict())
}

#[tokio::test]
async fn a_reply_nobody_asked_for_is_no_answer_to_what_is_asked_next() {
    let early = [Say(b"220 peer\r\n250 EHLO will do\r\n"), Hear("EHLO")];
    assert_eq!(failure(&early).await, (Stage::Greeting, Cause::OutOfTurn, Verdict::Deferred));

    let doubled = [&UP_TO_DATA[..6], &[Say(b"250 ok\r\n354 go on\r\n"), Hear("DATA")]].concat();
    assert_eq!(failure(&doubled).await, (Stage::Data, Cause::OutOfTurn, Verdict::Deferred));
}

#[tokio::test]
async fn words_slipped_in_before_the_handshake_are_not_taken_for_the_relays() {
    let mut peer = peer(&[
        Say(b"220 peer\r\n"),
        Hear("EHLO"),
        Say(b"250-peer\r\n250 STARTTLS\r\n"),
        Hear("STARTTLS"),
        Say(b"220 go ahead\r\n250-peer\r\n250 AUTH PLAIN\r\n"),
        Stall(Duration::from_millis(200)),
    ])
    .await;
    peer.settings.tls = TlsMode::Opportunistic;
    let error = peer.send(b"").await.unwrap_err();
    assert_eq!((error.stage, error.cause), (Stage::Handshake, Cause::OutOfTurn));
}

#[tokio::test]
async fn a_reply_that_is_none_is_malformed_and_no_panic() {
    for greeting in [
        &b"hello\r\n"[..],
        b"2\r\n",
        b"\r\n",
        b"220\r\n",
        b"120 wait\r\n",
        b"220-peer\r\n221 peer\r\n",
        b"220 \xff\xfe\r\n",
        b"\0\0\0\0\0\0\r\n",
    ] {
        let script = [Say(greeting), Stall(Duration::from_millis(50))];
        let (stage, cause, verdict) = failure(&script).await;
        assert_eq!((stage, verdict), (Stage::Greeting, Verdict::Deferred), "{}", greeting.escape_ascii());
        assert!(matches!(cause, Cause::Malformed | Cause::HungUp), "{}: {cause}", greeting.escape_ascii());
    }
    let blank = [Say(b"220 peer\r\n"), Hear("EHLO"), Say(b"250-peer\r\n250-   \r\n250 8BITMIME\r\n")];
    assert_eq!(failure(&blank).await, (Stage::Hello, Cause::Malformed, Verdict::Deferred));
}

#[tokio::test]
async fn an_answer_out_of_place_is_no_consent() {
    let ahead = [&UP_TO_DATA[..4], &[Say(b"354 go on\r\n")]].concat();
    let reply = Reply { code: 354, enhanced: None };
    assert_eq!(failure(&ahead).await, (Stage::Mail, Cause::OutOfPlace(reply), Verdict::Deferred));

    let no_data = [&UP_TO_DATA[..8], &[Say(b"250 ok\r\n")]].concat();
    let reply = Reply { code: 250, enhanced: None };
    assert_eq!(failure(&no_data).await, (Stage::Data, Cause::OutOfPlace(reply), Verdict::Deferred));
}

#[tokio::test]
async fn after_the_final_dot_only_an_answer_is_certain() {
    for (answer, verdict) in [
        (&b"250 ok\r\n"[..], None),
        (b"250-ok\r\n250 queued\r\n", None),
        (b"450 not now\r\n", Some(Verdict::Deferred)),
        (b"550 never\r\n", Some(Verdict::Failed)),
        (b"354 go on\r\n", Some(Verdict::Unknown)),
        (b"2", Some(Verdict::Unknown)),
        (b"250-ok\r\n", Some(Verdict::Unknown)),
        (b"gone\r\n", Some(Verdict::Unknown)),
        (b"250 \xff\r\n", Some(Verdict::Unknown)),
        (b"", Some(Verdict::Unknown)),
    ] {
        let script = [&UP_TO_DATA[..], &[HearBody, Say(answer)]].concat();
        let sent = peer(&script).await.send(b"Subject: x\r\n\r\nbody\r\n").await;
        assert_eq!(sent.err().map(|error| error.verdict()), verdict, "{}", answer.escape_ascii());
    }
}

#[tokio::test]
async fn a_body_that_is_not_read_is_given_up_and_was_not_sent() {
    let script = [&UP_TO_DATA[..], &[HearSome(1000), Stall(Duration::from_secs(20))]].concat();
    let mut peer = peer(&script).await;
    peer.settings.timeouts = StageTimeouts { block: Duration::from_millis(300), ..peer.settings.timeouts };
    let error = peer.send(&long_body()).await.unwrap_err();
    assert_eq!((error.stage, error.cause.clone(), error.verdict()), (Stage::Body, Cause::TimedOut, Verdict::Deferred));
    peer.playing.abort();
}

#[tokio::test]
async fn a_body_that_is_read_a_little_at_a_time_has_an_end_too() {
    let sips = [[HearSome(100_000), Stall(Duration::from_millis(50))]; 100].concat();
    let script = [&UP_TO_DATA[..], &sips].concat();
    let mut peer = peer(&script).await;
    peer.settings.timeouts = StageTimeouts { body: Duration::from_millis(500), ..peer.settings.timeouts };
    let began = std::time::Instant::now();
    let error = peer.send(&long_body()).await.unwrap_err();
    assert_eq!((error.stage, error.cause.clone(), error.verdict()), (Stage::Body, Cause::TimedOut, Verdict::Deferred));
    assert!(began.elapsed() < Duration::from_secs(3));
    peer.playing.abort();
}

#[tokio::test]
async fn a_relay_that_speaks_up_in_the_middle_of_a_body_gets_no_final_dot() {
    let script =
        [&UP_TO_DATA[..], &[HearSome(1000), Say(b"421 closing\r\n"), Stall(Duration::from_millis(300))]].concat();
    let error = peer(&script).await.send(&long_body()).await.unwrap_err();
    assert_eq!((error.stage, error.verdict()), (Stage::Body, Verdict::Deferred), "{error}");
}
