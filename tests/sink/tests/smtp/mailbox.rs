//! Mails that were accepted: in memory and as files.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use komunala_sink::{Reader, SmtpSink};

use crate::client::{Client, MESSAGE, sink};

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn each_mail_is_a_file_named_by_arrival_and_recipient() {
    let folder = tempfile::tempdir().unwrap();
    let mails = folder.path().join("made/when/needed");
    let sink = SmtpSink::builder().folder(&mails).start("127.0.0.1:0").await.unwrap();
    for recipient in ["ana@example.org", "../etc/passwd@example.org"] {
        assert_eq!(Client::deliver(sink.addr, recipient, MESSAGE).await.unwrap().code, 250);
    }
    assert_eq!(files(&mails), ["00000001-ana@example.org.eml", "00000002-.._etc_passwd@example.org.eml"]);
    assert_eq!(std::fs::read(mails.join("00000001-ana@example.org.eml")).unwrap(), MESSAGE.as_bytes());
}

#[tokio::test]
async fn a_mail_that_cannot_be_written_is_not_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let mails = folder.path().join("mails");
    let sink = SmtpSink::builder().folder(&mails).start("127.0.0.1:0").await.unwrap();
    std::fs::remove_dir(&mails).unwrap();
    assert_eq!(Client::deliver(sink.addr, "ana@example.org", MESSAGE).await.unwrap().code, 451);
    assert!(sink.mails().is_empty());
}

#[tokio::test]
async fn only_the_newest_mails_are_kept_in_memory() {
    let sink = SmtpSink::builder().kept(2).start("127.0.0.1:0").await.unwrap();
    for number in 1..=3 {
        Client::deliver(sink.addr, "ana@example.org", &format!("Subject: {number}\r\n")).await.unwrap();
    }
    let subjects: Vec<_> = sink.mails().iter().map(|mail| mail.header("Subject").unwrap()).collect();
    assert_eq!(subjects, ["2", "3"]);
    assert_eq!(sink.counters.counts().accepted, 3);
}

#[tokio::test]
async fn a_mail_can_be_waited_for_before_and_after_it_came() {
    let sink = sink().await;
    let wait = async |subject: &str, timeout| {
        sink.wait_for(|mail| mail.header("Subject").as_deref() == Some(subject), timeout).await
    };
    let second = Duration::from_secs(5);
    let (waited, _) = tokio::join!(wait("one", second), Client::deliver(sink.addr, "ana@example.org", MESSAGE));
    assert_eq!(waited.unwrap().header("Subject").as_deref(), Some("one"));
    assert!(wait("one", Duration::ZERO).await.is_ok(), "it is there already");
    let missing = wait("two", Duration::from_millis(50)).await.unwrap_err();
    assert_eq!(missing.seen, 1);
}

#[tokio::test]
async fn whoever_reads_each_mail_as_it_comes_needs_none_kept() {
    let read = Arc::new(Mutex::new(Vec::new()));
    let reader = {
        let read = read.clone();
        Reader::new(move |mail| read.lock().unwrap().push((mail.recipients.clone(), mail.data.clone())))
    };
    let sink = SmtpSink::builder().kept(0).reader(reader).start("127.0.0.1:0").await.unwrap();
    for recipient in ["ana@example.org", "ivo@example.org"] {
        assert_eq!(Client::deliver(sink.addr, recipient, MESSAGE).await.unwrap().code, 250);
    }
    let mail = |recipient: &str| (vec![recipient.to_owned()], MESSAGE.as_bytes().to_vec());
    assert_eq!(*read.lock().unwrap(), [mail("ana@example.org"), mail("ivo@example.org")]);
    assert!(sink.mails().is_empty());
}
