//! Mail that comes back: to its own return path, into a Maildir, and from there into the books.

use std::{path::Path, sync::Arc, time::Duration};

use komunala_app::{
    ports::{
        SystemClock,
        bounces::{BounceKind, EnhancedStatus, Noted, Returned},
    },
    scope::testing,
};
use komunala_delivery::{
    ReturnPaths,
    bounces::{BounceBox, BounceReader},
};
use tempfile::TempDir;

use crate::{
    queue::{Step, message},
    relay::{AMPLE, House, house, work},
};

fn paths() -> ReturnPaths {
    ReturnPaths { address: "bounce@bounces.example.rs".parse().unwrap(), key: "a key".into() }
}

fn maildir() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for part in ["new", "cur", "tmp"] {
        std::fs::create_dir(folder.path().join(part)).unwrap();
    }
    folder
}

fn bounces(house: &House, folder: &Path) -> BounceBox {
    let reader = BounceReader::new(paths(), house.office.clone(), Arc::new(SystemClock), testing::system());
    BounceBox::new(folder.to_owned(), Duration::from_secs(60), Arc::new(reader))
}

/// A report as a mail server writes it, to a return path.
fn report(to: &str, action: &str, status: &str) -> String {
    format!(
        "Return-Path: <>\nDelivered-To: {to}\nFrom: MAILER-DAEMON@mx.example.rs\nTo: {to}\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"x\"\n\n\
         --x\nContent-Type: text/plain\n\nIt could not be delivered.\n\
         --x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.rs\n\n\
         Final-Recipient: rfc822; ana@example.rs\nAction: {action}\nStatus: {status}\n\n--x--\n"
    )
}

fn files(folder: &Path) -> Vec<String> {
    let mut files: Vec<String> = ["new", "cur"]
        .iter()
        .flat_map(|part| std::fs::read_dir(folder.join(part)).unwrap())
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    files
}

#[tokio::test]
async fn a_mail_that_comes_back_to_its_own_return_path_says_which_it_was() {
    let mut house = house(&[]).await;
    house.sender.return_path = Some(paths());
    let hub = house.hub(work());
    let id = hub.queue.enqueue(message("ana@example.rs"));
    hub.bell.notify_one();
    let mail = house.sink.wait_for(|_| true, AMPLE).await.unwrap();
    hub.stop().await;
    assert!(mail.envelope_from.starts_with("bounce+"), "{}", mail.envelope_from);
    assert!(mail.header("From").unwrap().ends_with("<hub@example.rs>"));

    let folder = maildir();
    let text = report(&mail.envelope_from, "failed", "5.1.1");
    std::fs::write(folder.path().join("new/1721635200.V1.mx"), text).unwrap();
    let letters = bounces(&house, folder.path()).look().await.unwrap();
    assert_eq!(letters, [Returned::Bounce(Noted::Suppressed)]);
    let noted = house.office.bounces.lock().unwrap().clone();
    assert_eq!((noted[0].message, noted[0].kind, noted[0].status), (id, BounceKind::Hard, EnhancedStatus(5, 1, 1)));
    assert_eq!(files(folder.path()), Vec::<String>::new(), "it names people");
}

#[tokio::test]
async fn what_is_no_bounce_of_the_hubs_own_mail_is_left_for_somebody_to_look_at() {
    let house = house(&[]).await;
    let folder = maildir();
    let forged = format!("bounce+{}@bounces.example.rs", "ab".repeat(24));
    for (name, text) in [
        ("1", report("bounce@bounces.example.rs", "failed", "5.1.1")),
        ("2", report(&forged, "failed", "5.1.1")),
        ("3", "From: ana@example.rs\nSubject: Away\n\nBack on Monday.\n".to_owned()),
    ] {
        std::fs::write(folder.path().join("new").join(name), text).unwrap();
    }
    let bounces = bounces(&house, folder.path());
    assert_eq!(bounces.look().await.unwrap(), [Returned::Other; 3]);
    assert_eq!(files(folder.path()), ["1:2,S", "2:2,S", "3:2,S"]);
    assert_eq!(bounces.look().await.unwrap(), []);
    assert!(house.office.bounces.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_file_that_a_dead_hub_took_is_read_by_another_after_a_while() {
    let house = house(&[]).await;
    let folder = maildir();
    let taken = folder.path().join("cur/1:2,T");
    std::fs::write(&taken, "Subject: Away\n\n").unwrap();
    let bounces = bounces(&house, folder.path());
    assert_eq!(bounces.look().await.unwrap(), [], "somebody has just taken it");
    let long_ago = std::time::SystemTime::now() - Duration::from_secs(3600);
    std::fs::File::options().write(true).open(&taken).unwrap().set_modified(long_ago).unwrap();
    assert_eq!(bounces.look().await.unwrap(), [Returned::Other]);
}

#[tokio::test]
async fn a_server_that_knows_nobody_says_at_once_what_a_bounce_would_say_later() {
    let house = house(&["rcpt:550/5.1.1:next=1", "rcpt:550/5.7.1:next=1"]).await;
    let hub = house.hub(work());
    let nobody = hub.queue.enqueue(message("nobody@example.rs"));
    hub.bell.notify_one();
    hub.queue.until(nobody, |steps| matches!(steps.last(), Some(Step::Failed(_)))).await;
    let unwanted = hub.queue.enqueue(message("ana@example.rs"));
    hub.bell.notify_one();
    hub.queue.until(unwanted, |steps| matches!(steps.last(), Some(Step::Failed(_)))).await;
    hub.stop().await;
    let noted: Vec<_> = house.office.bounces.lock().unwrap().iter().map(|bounce| bounce.message).collect();
    assert_eq!(noted, [nobody]);
}
