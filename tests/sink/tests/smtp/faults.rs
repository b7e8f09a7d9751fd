//! What goes wrong at each stage.

use std::time::{Duration, Instant};

use komunala_sink::{Action, Fault, SmtpSink, Stage};

use crate::client::{Client, MESSAGE, sink};

/// A client that has come to the point where a stage is next, and what it says then.
async fn at(sink: &SmtpSink, stage: Stage) -> (Client, &'static str) {
    match stage {
        Stage::Ehlo => {
            let mut client = Client::connect(sink.addr).await;
            client.reply().await.unwrap();
            (client, "EHLO test")
        }
        Stage::StartTls => (Client::greeted(sink.addr).await, "STARTTLS"),
        Stage::Mail => (Client::greeted(sink.addr).await, "MAIL FROM:<a@b.c>"),
        Stage::Rcpt => (Client::ready(sink.addr).await, "RCPT TO:<b@b.c>"),
        Stage::Data => (Client::ready(sink.addr).await, "DATA"),
        Stage::Received | Stage::Recorded => (Client::in_data(sink.addr).await, "Subject: x\r\n."),
        Stage::Rset => (Client::ready(sink.addr).await, "RSET"),
        Stage::Noop => (Client::ready(sink.addr).await, "NOOP"),
        Stage::Quit => (Client::ready(sink.addr).await, "QUIT"),
        other => unreachable!("{other} has tests of its own"),
    }
}

const STAGES: [Stage; 10] = [
    Stage::Ehlo,
    Stage::StartTls,
    Stage::Mail,
    Stage::Rcpt,
    Stage::Data,
    Stage::Received,
    Stage::Recorded,
    Stage::Rset,
    Stage::Noop,
    Stage::Quit,
];

#[tokio::test]
async fn every_stage_can_drop_the_connection() {
    let sink = sink().await;
    for stage in STAGES {
        let (mut client, line) = at(&sink, stage).await;
        sink.faults.add(Fault::next(1, stage, Action::Drop));
        client.ask(line).await.expect_err("no answer");
        assert_eq!(sink.counters.counts().faults[&stage.to_string()], 1);
    }
}

#[tokio::test]
async fn every_stage_can_refuse_for_now_or_for_good_and_421_closes() {
    let sink = sink().await;
    for stage in STAGES {
        for code in [450, 550] {
            let (mut client, line) = at(&sink, stage).await;
            sink.faults.add(Fault::next(1, stage, Action::Reply(code)));
            assert_eq!(client.say(line).await, code, "{stage}");
            if stage != Stage::Quit {
                assert_eq!(client.say("NOOP").await, 250, "{stage}: the session goes on");
            }
        }
        let (mut client, line) = at(&sink, stage).await;
        sink.faults.add(Fault::next(1, stage, Action::Reply(421)));
        assert_eq!(client.say(line).await, 421, "{stage}");
        assert!(client.is_closed().await, "{stage}");
    }
}

#[tokio::test]
async fn every_stage_can_hang_and_close_in_the_end() {
    let sink = sink().await;
    for stage in STAGES {
        let (mut client, line) = at(&sink, stage).await;
        sink.faults.add(Fault::next(1, stage, Action::Hang(Some(Duration::from_millis(60)))));
        client.send(format!("{line}\r\n").as_bytes()).await.unwrap();
        assert!(client.is_silent(Duration::from_millis(30)).await, "{stage}");
        assert!(client.is_closed().await, "{stage}");
    }
}

#[tokio::test]
async fn every_stage_can_answer_late_and_byte_by_byte() {
    let sink = sink().await;
    for stage in STAGES {
        for action in [Action::Delay(Duration::from_millis(40)), Action::ByteByByte(Duration::from_millis(2))] {
            let (mut client, line) = at(&sink, stage).await;
            sink.faults.add(Fault::next(1, stage, action.clone()));
            let start = Instant::now();
            let code = client.say(line).await;
            assert!((200..400).contains(&code), "{stage} {action:?}: {code}");
            assert!(start.elapsed() >= Duration::from_millis(40), "{stage} {action:?}");
        }
    }
}

#[tokio::test]
async fn every_stage_can_answer_without_end() {
    let sink = sink().await;
    for stage in STAGES {
        let (mut client, line) = at(&sink, stage).await;
        sink.faults.add(Fault::next(1, stage, Action::EndlessReply));
        client.send(format!("{line}\r\n").as_bytes()).await.unwrap();
        let reply = String::from_utf8(client.read_at_least(200_000).await).unwrap();
        assert!(
            reply.lines().count() > 1_000
                && reply.lines().all(|line| line.as_bytes().get(3).is_none_or(|mark| *mark == b'-')),
            "{stage}"
        );

        let (mut client, line) = at(&sink, stage).await;
        sink.faults.add(Fault::next(1, stage, Action::EndlessLine));
        client.send(format!("{line}\r\n").as_bytes()).await.unwrap();
        assert!(!client.read_at_least(200_000).await.contains(&b'\n'), "{stage}");
    }
}

#[tokio::test]
async fn the_greeting_can_fail_in_every_way() {
    let sink = sink().await;
    let connect = async |action| {
        sink.faults.add(Fault::next(1, Stage::Connect, action));
        Client::connect(sink.addr).await
    };
    assert!(connect(Action::Drop).await.is_closed().await);
    for code in [421, 450, 554] {
        let mut client = connect(Action::Reply(code)).await;
        assert_eq!(client.reply().await.unwrap().code, code);
        assert!(client.is_closed().await);
    }
    assert!(connect(Action::Hang(None)).await.is_silent(Duration::from_millis(60)).await);
    assert_eq!(connect(Action::ByteByByte(Duration::from_millis(1))).await.reply().await.unwrap().code, 220);
    let endless = connect(Action::EndlessReply).await.read_at_least(100_000).await;
    assert!(endless.starts_with(b"220-"));
}

#[tokio::test]
async fn every_nth_session_is_turned_away() {
    let sink = sink().await;
    sink.faults.add(Fault::every(3, Stage::Connect, Action::Reply(421)));
    let mut codes = Vec::new();
    for _ in 0..6 {
        codes.push(Client::connect(sink.addr).await.reply().await.unwrap().code);
    }
    assert_eq!(codes, [220, 220, 421, 220, 220, 421]);
}

#[tokio::test]
async fn a_message_can_be_cut_in_its_middle() {
    let sink = sink().await;
    sink.faults.add(Fault::next(1, Stage::Body { after: 1_000 }, Action::Drop));
    let mut client = Client::in_data(sink.addr).await;
    client.send(&[b'x'; 900]).await.unwrap();
    assert!(client.is_silent(Duration::from_millis(50)).await, "not yet");
    client.send(&[b'x'; 200]).await.unwrap();
    assert!(client.is_closed().await);
    assert!(sink.mails().is_empty());
}

#[tokio::test]
async fn a_delay_in_the_middle_of_a_message_loses_nothing() {
    let sink = sink().await;
    sink.faults.add(Fault::next(1, Stage::Body { after: 10 }, Action::Delay(Duration::from_millis(30))));
    assert_eq!(Client::deliver(sink.addr, "ana@example.org", MESSAGE).await.unwrap().code, 250);
    assert_eq!(sink.mails()[0].data, MESSAGE.as_bytes());
}

#[tokio::test]
async fn a_cut_before_recording_leaves_no_mail_and_one_after_it_leaves_one() {
    let sink = sink().await;
    sink.faults.add(Fault::next(1, Stage::Received, Action::Drop));
    Client::deliver(sink.addr, "ana@example.org", MESSAGE).await.expect_err("no answer");
    assert_eq!((sink.mails().len(), sink.counters.copies("<1@test>")), (0, 0));

    sink.faults.add(Fault::next(1, Stage::Recorded, Action::Drop));
    Client::deliver(sink.addr, "ana@example.org", MESSAGE).await.expect_err("no answer");
    let counts = sink.counters.counts();
    assert_eq!((sink.mails().len(), counts.recorded, counts.accepted), (1, 1, 0));

    assert_eq!(Client::deliver(sink.addr, "ana@example.org", MESSAGE).await.unwrap().code, 250);
    assert_eq!(sink.counters.copies("<1@test>"), 2);
    assert_eq!(sink.counters.duplicates().into_iter().collect::<Vec<_>>(), [("<1@test>".to_owned(), 2)]);
    assert_eq!(sink.counters.message_ids(), 1);
}

#[tokio::test]
async fn a_refusal_after_the_dot_keeps_the_mail_only_if_it_was_recorded() {
    let sink = sink().await;
    sink.faults.add(Fault::next(1, Stage::Received, Action::Reply(451)));
    assert_eq!(Client::deliver(sink.addr, "ana@example.org", MESSAGE).await.unwrap().code, 451);
    assert!(sink.mails().is_empty());
    sink.faults.add(Fault::next(1, Stage::Recorded, Action::Reply(451)));
    assert_eq!(Client::deliver(sink.addr, "ana@example.org", MESSAGE).await.unwrap().code, 451);
    assert_eq!(sink.mails().len(), 1);
}

#[tokio::test]
async fn a_recipient_brings_its_own_fault() {
    let sink = sink().await;
    let mut client = Client::ready(sink.addr).await;
    assert_eq!(client.say("RCPT TO:<ana+rcpt-450@example.org>").await, 450);
    assert_eq!(client.say("RCPT TO:<ana+rcpt-550@example.org>").await, 550);
    assert_eq!(client.say("RCPT TO:<ana+news@example.org>").await, 250);
    let deliver = async |recipient| Client::deliver(sink.addr, recipient, MESSAGE).await;
    assert_eq!(deliver("ana+data-451@example.org").await.unwrap().code, 500, "the message is taken for commands");
    deliver("ana+recorded-drop-once@example.org").await.expect_err("no answer");
    assert_eq!(deliver("ana+recorded-drop-once@example.org").await.unwrap().code, 250);
    assert_eq!(sink.counters.copies("<1@test>"), 2);
}

#[tokio::test]
async fn cleared_faults_happen_no_more() {
    let sink = sink().await;
    sink.faults.add(Fault::always(Stage::Mail, Action::Reply(451)));
    for _ in 0..3 {
        assert_eq!(Client::greeted(sink.addr).await.say("MAIL FROM:<a@b.c>").await, 451);
    }
    sink.faults.clear();
    assert_eq!(Client::greeted(sink.addr).await.say("MAIL FROM:<a@b.c>").await, 250);
}
