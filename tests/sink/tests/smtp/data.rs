//! The message itself, byte for byte.

use komunala_sink::SmtpSink;

use crate::client::{Client, sink};

#[tokio::test]
async fn dots_that_the_protocol_added_are_taken_out_again() {
    let sink = sink().await;
    let mut client = Client::in_data(sink.addr).await;
    client.send(b"Subject: dots\r\n\r\n..\r\n..hidden\r\nplain.\r\n.\r\n").await.unwrap();
    assert_eq!(client.reply().await.unwrap().code, 250);
    assert_eq!(sink.mails()[0].data, b"Subject: dots\r\n\r\n.\r\n.hidden\r\nplain.\r\n");
}

#[tokio::test]
async fn a_mail_smuggled_behind_a_bare_line_feed_stays_inside_the_first() {
    let sink = sink().await;
    for end in ["\n.\n", "\n.\r\n", "\r.\r", "\r\n.\n"] {
        let mut client = Client::in_data(sink.addr).await;
        let smuggled =
            format!("Subject: one{end}MAIL FROM:<evil@x.y>\r\nRCPT TO:<victim@x.y>\r\nDATA\r\nSubject: two\r\n.\r\n");
        client.send(smuggled.as_bytes()).await.unwrap();
        assert_eq!(client.reply().await.unwrap().code, 250, "{end:?}");
        assert_eq!(client.say("NOOP").await, 250, "{end:?}");
    }
    let mails = sink.mails();
    assert_eq!(mails.len(), 4);
    assert!(
        mails
            .iter()
            .all(|mail| mail.text().contains("MAIL FROM:<evil@x.y>") && mail.envelope_from == "hub@example.org")
    );
}

#[tokio::test]
async fn bytes_above_127_and_long_lines_arrive_unchanged() {
    let sink = sink().await;
    let mut message = b"Subject: \xd0\xb6\r\n\r\n".to_vec();
    message.extend((0..=255_u8).filter(|byte| !b"\r\n".contains(byte)));
    message.extend(vec![b'x'; 300_000]);
    message.extend(b"\r\n");
    let mut client = Client::in_data(sink.addr).await;
    client.send(&message).await.unwrap();
    assert_eq!(client.say(".").await, 250);
    assert_eq!(sink.mails()[0].data, message);
}

#[tokio::test]
async fn a_message_above_the_limit_is_refused_and_the_next_one_taken() {
    let sink = SmtpSink::builder().max_size(1_000).start("127.0.0.1:0").await.unwrap();
    let mut client = Client::in_data(sink.addr).await;
    client.send(format!("{}\r\n", "x".repeat(2_000)).as_bytes()).await.unwrap();
    assert_eq!(client.say(".").await, 552);
    assert_eq!(client.say("MAIL FROM:<a@b.c>").await, 250);
    assert!(sink.mails().is_empty());
}

#[tokio::test]
async fn a_message_that_is_cut_before_its_dot_is_not_recorded() {
    let sink = sink().await;
    let mut client = Client::in_data(sink.addr).await;
    client.send(b"Subject: half\r\n\r\nhal").await.unwrap();
    drop(client);
    let mut other = Client::in_data(sink.addr).await;
    other.send(b"Subject: whole\r\n").await.unwrap();
    assert_eq!(other.say(".").await, 250);
    assert_eq!(sink.mails().len(), 1);
    assert_eq!(sink.mails()[0].header("Subject").as_deref(), Some("whole"));
}
