//! Commands and their order.

use std::time::Duration;

use komunala_sink::SmtpSink;

use crate::client::{Client, MESSAGE, sink};

#[tokio::test]
async fn ehlo_offers_size_8bitmime_and_starttls_and_no_pipelining() {
    let sink = SmtpSink::builder().max_size(1_000).start("127.0.0.1:0").await.unwrap();
    let offered = Client::greeted(sink.addr).await.ask("EHLO again").await.unwrap().lines;
    assert_eq!(offered[1..], ["SIZE 1000", "8BITMIME", "ENHANCEDSTATUSCODES", "STARTTLS"]);
}

#[tokio::test]
async fn a_whole_conversation_brings_a_mail() {
    let sink = sink().await;
    let mut client = Client::in_data(sink.addr).await;
    client.send(MESSAGE.as_bytes()).await.unwrap();
    let accepted = client.ask(".").await.unwrap();
    assert_eq!(client.say("QUIT").await, 221);
    assert!(client.is_closed().await);
    let mails = sink.mails();
    let mail = &mails[0];
    assert_eq!((mails.len(), mail.data.as_slice()), (1, MESSAGE.as_bytes()));
    assert_eq!(
        (mail.envelope_from.as_str(), mail.recipients.as_slice()),
        ("hub@example.org", &["ana@example.org".to_owned()][..])
    );
    assert_eq!((mail.session, mail.tls, &mail.authenticated_as), (1, false, &None));
    assert_eq!(accepted.lines, [format!("2.0.0 Ok: queued as {}", mail.queue_id)]);
    assert_eq!(mail.header("subject").as_deref(), Some("one"));
}

#[tokio::test]
async fn commands_out_of_order_are_refused() {
    let sink = sink().await;
    let mut client = Client::connect(sink.addr).await;
    assert_eq!(client.reply().await.unwrap().code, 220);
    assert_eq!(client.say("MAIL FROM:<a@b.c>").await, 503);
    assert_eq!(client.say("EHLO test").await, 250);
    assert_eq!(client.say("RCPT TO:<a@b.c>").await, 503);
    assert_eq!(client.say("DATA").await, 503);
    assert_eq!(client.say("MAIL FROM:<a@b.c>").await, 250);
    assert_eq!(client.say("MAIL FROM:<a@b.c>").await, 503);
    assert_eq!(client.say("DATA").await, 554, "no recipient");
    assert_eq!(client.say("RSET").await, 250);
    assert_eq!(client.say("RCPT TO:<a@b.c>").await, 503);
}

#[tokio::test]
async fn helo_noop_and_vrfy_are_answered_and_nonsense_is_not_taken() {
    let sink = sink().await;
    let mut client = Client::greeted(sink.addr).await;
    assert_eq!(client.ask("HELO test").await.unwrap().lines.len(), 1);
    assert_eq!(client.say("noop").await, 250);
    assert_eq!(client.say("VRFY ana").await, 252);
    assert_eq!(client.say("EHLO").await, 501);
    assert_eq!(client.say("TURN").await, 500);
    assert_eq!(client.say("MAIL TO:<a@b.c>").await, 501);
    assert_eq!(client.say("MAIL FROM:<a@b.c> RET=FULL").await, 555);
}

#[tokio::test]
async fn one_session_can_bring_several_mails_to_several_recipients() {
    let sink = sink().await;
    let mut client = Client::greeted(sink.addr).await;
    for recipients in [vec!["a@x.y"], vec!["b@x.y", "c@x.y"]] {
        client.say("MAIL FROM:<>").await;
        for recipient in &recipients {
            client.say(&format!("RCPT TO:<{recipient}>")).await;
        }
        client.say("DATA").await;
        client.send(MESSAGE.as_bytes()).await.unwrap();
        assert_eq!(client.say(".").await, 250);
    }
    let mails = sink.mails();
    assert_eq!((mails[0].recipients.len(), mails[1].recipients.len()), (1, 2));
    assert_eq!(mails[0].envelope_from, "");
    assert!(mails[0].queue_id < mails[1].queue_id && mails[0].session == mails[1].session);
}

#[tokio::test]
async fn a_command_ends_in_crlf_and_nothing_else() {
    let sink = sink().await;
    let mut client = Client::greeted(sink.addr).await;
    client.send(b"NOOP\nNOOP\r\n").await.unwrap();
    assert_eq!(client.reply().await.unwrap().code, 500, "one line with an LF in it");
    assert_eq!(client.say("NOOP").await, 250);
}

#[tokio::test]
async fn a_line_that_is_too_long_is_refused_and_the_session_goes_on() {
    let sink = sink().await;
    let mut client = Client::greeted(sink.addr).await;
    assert_eq!(client.say(&format!("NOOP {}", "x".repeat(20_000))).await, 500);
    assert_eq!(client.say("NOOP").await, 250);
}

#[tokio::test]
async fn addresses_outside_ascii_need_smtputf8() {
    let plain = sink().await;
    assert_eq!(Client::greeted(plain.addr).await.say("MAIL FROM:<жарко@example.org>").await, 500);
    assert_eq!(Client::greeted(plain.addr).await.say("MAIL FROM:<a@b.c> SMTPUTF8").await, 555);
    let extended = SmtpSink::builder().smtputf8().start("127.0.0.1:0").await.unwrap();
    let mut client = Client::greeted(extended.addr).await;
    assert!(client.ask("EHLO x").await.unwrap().lines.contains(&"SMTPUTF8".to_owned()));
    assert_eq!(client.say("MAIL FROM:<жарко@example.org> SMTPUTF8").await, 250);
}

#[tokio::test]
async fn too_many_recipients_and_too_large_an_announcement_are_refused() {
    let sink = SmtpSink::builder().max_size(100).start("127.0.0.1:0").await.unwrap();
    let mut client = Client::greeted(sink.addr).await;
    assert_eq!(client.say("MAIL FROM:<a@b.c> SIZE=101").await, 552);
    assert_eq!(client.say("MAIL FROM:<a@b.c> SIZE=100").await, 250);
    for _ in 0..100 {
        assert_eq!(client.say("RCPT TO:<a@b.c>").await, 250);
    }
    assert_eq!(client.say("RCPT TO:<a@b.c>").await, 452);
}

#[tokio::test]
async fn a_silent_client_is_sent_away() {
    let sink = SmtpSink::builder().idle(Duration::from_millis(100)).start("127.0.0.1:0").await.unwrap();
    let mut client = Client::greeted(sink.addr).await;
    assert_eq!(client.reply().await.unwrap().code, 421);
    assert!(client.is_closed().await);
}

#[tokio::test]
async fn sessions_and_commands_are_counted_and_pipelining_is_noticed() {
    let sink = sink().await;
    let mut client = Client::greeted(sink.addr).await;
    let other = Client::greeted(sink.addr).await;
    client.send(b"NOOP\r\nNOOP\r\nRSET\r\n").await.unwrap();
    for _ in 0..3 {
        assert_eq!(client.reply().await.unwrap().code, 250);
    }
    let counts = sink.counters.counts();
    assert_eq!((counts.sessions, counts.open, counts.max_open), (2, 2, 2));
    assert_eq!((counts.commands["EHLO"], counts.commands["NOOP"], counts.commands["RSET"]), (2, 2, 1));
    assert_eq!(counts.pipelined, 2);
    drop(other);
}

#[tokio::test]
async fn a_stopped_sink_closes_its_sessions() {
    let sink = sink().await;
    let addr = sink.addr;
    let mut client = Client::greeted(addr).await;
    sink.stop().await;
    assert!(client.is_closed().await);
    tokio::net::TcpStream::connect(addr).await.expect_err("nobody listens");
}
