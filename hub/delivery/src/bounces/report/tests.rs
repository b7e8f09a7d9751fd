//! Reports as mail servers write them, and what nobody should write.

use super::*;

/// The structure of Postfix's own.
const POSTFIX: &str = "Return-Path: <>\r\n\
X-Original-To: bounce+0123@bounces.example.rs\r\n\
Delivered-To: bounce+0123@bounces.example.rs\r\n\
Received: by mx.example.rs (Postfix)\r\n\
\tid 4F1B2C0D; Mon, 22 Jul 2024 10:00:00 +0200 (CEST)\r\n\
Date: Mon, 22 Jul 2024 10:00:00 +0200 (CEST)\r\n\
From: MAILER-DAEMON@mx.example.rs (Mail Delivery System)\r\n\
Subject: Undelivered Mail Returned to Sender\r\n\
To: bounce+0123@bounces.example.rs\r\n\
Auto-Submitted: auto-replied\r\n\
MIME-Version: 1.0\r\n\
Content-Type: multipart/report; report-type=delivery-status;\r\n\
\tboundary=\"AB12.1721635200/mx.example.rs\"\r\n\
Message-Id: <20240722080000.AB12@mx.example.rs>\r\n\
\r\n\
This is a MIME-encapsulated message.\r\n\
\r\n\
--AB12.1721635200/mx.example.rs\r\n\
Content-Description: Notification\r\n\
Content-Type: text/plain; charset=us-ascii\r\n\
\r\n\
The mail system could not deliver this message.\r\n\
\r\n\
--AB12.1721635200/mx.example.rs\r\n\
Content-Description: Delivery report\r\n\
Content-Type: message/delivery-status\r\n\
\r\n\
Reporting-MTA: dns; mx.example.rs\r\n\
X-Postfix-Queue-ID: 4F1B2C0D\r\n\
X-Postfix-Sender: rfc822; bounce+0123@bounces.example.rs\r\n\
Arrival-Date: Mon, 22 Jul 2024 09:59:58 +0200 (CEST)\r\n\
\r\n\
Final-Recipient: rfc822; ana@example.rs\r\n\
Original-Recipient: rfc822;ana@example.rs\r\n\
Action: failed\r\n\
Status: 5.1.1\r\n\
Remote-MTA: dns; mail.example.rs\r\n\
Diagnostic-Code: smtp; 550 5.1.1 <ana@example.rs>: Recipient address rejected:\r\n\
 User unknown in virtual mailbox table\r\n\
\r\n\
--AB12.1721635200/mx.example.rs\r\n\
Content-Description: Undelivered Message Headers\r\n\
Content-Type: text/rfc822-headers\r\n\
\r\n\
Return-Path: <bounce+0123@bounces.example.rs>\r\n\
From: Gas <hub@example.rs>\r\n\
To: ana@example.rs\r\n\
Subject: Bill\r\n\
\r\n\
--AB12.1721635200/mx.example.rs--\r\n";

fn one(action: Action, status: Option<(u8, u16, u16)>) -> Vec<Recipient> {
    vec![Recipient { action, status: status.map(|(class, subject, detail)| EnhancedStatus(class, subject, detail)) }]
}

#[test]
fn a_report_of_postfix_says_whom_it_is_for_and_what_became_of_the_mail() {
    let report = read(POSTFIX.as_bytes()).unwrap();
    assert!(report.addresses.contains(&"bounce+0123@bounces.example.rs".to_owned()), "{:?}", report.addresses);
    assert_eq!(report.recipients, one(Action::Failed, Some((5, 1, 1))));
}

#[test]
fn a_report_that_is_cut_off_behind_what_counts_is_read_as_well() {
    let end = POSTFIX.find("--AB12.1721635200/mx.example.rs\r\nContent-Description: Undelivered").unwrap();
    assert_eq!(read(&POSTFIX.as_bytes()[..end]).unwrap().recipients, one(Action::Failed, Some((5, 1, 1))));
}

#[test]
fn a_report_is_the_same_whenever_it_is_handed_in_and_another_one_is_not() {
    let identity = |mail: &str| read(mail.as_bytes()).unwrap().identity;
    let first = identity(POSTFIX);
    let piped =
        format!("From MAILER-DAEMON  Mon Jul 22 10:05:00 2024\r\nX-Original-To: elsewhere@example.rs\r\n{POSTFIX}");
    assert_eq!(identity(&piped), first, "what is put in front each time counts for nothing");
    let report = read(piped.as_bytes()).unwrap();
    assert!(report.addresses.contains(&"bounce+0123@bounces.example.rs".to_owned()), "{:?}", report.addresses);
    assert_ne!(identity(&POSTFIX.replace("20240722080000.AB12", "20240722140000.CD34")), first);
    assert_ne!(identity(&POSTFIX.replace("X-Postfix-Queue-ID: 4F1B2C0D", "X-Postfix-Queue-ID: 5A6B7C8D")), first);
}

#[test]
fn what_a_vague_server_quotes_counts_more_than_what_it_says() {
    let text = "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@b\nAction: Failed (gone)\nStatus: 5.0.0\n\
                Diagnostic-Code: smtp; 550-5.1.1 unknown\n\t5.1.10 (null MX)\n";
    assert_eq!(recipients(text), one(Action::Failed, Some((5, 1, 10))));
    let text = "Reporting-MTA: dns; x\n\nAction: delayed\nStatus: 4.4.1\nDiagnostic-Code: smtp; 5.1.1\n";
    assert_eq!(recipients(text), one(Action::Delayed, Some((4, 4, 1))));
}

#[test]
fn a_holiday_notice_and_plain_text_are_no_reports() {
    assert_eq!(read(b"From: ana@example.rs\r\nSubject: Away\r\n\r\nBack on Monday.\r\n"), None);
    assert_eq!(read(b""), None);
}

#[test]
fn no_report_is_too_much() {
    let many = "Action: failed\nStatus: 5.1.1\n\n".repeat(10_000);
    assert_eq!(recipients(&format!("Reporting-MTA: dns; x\n\n{many}")).len(), RECIPIENTS);
    let nested = "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n".repeat(5000);
    let _ = read(nested.as_bytes());
}

proptest::proptest! {
    #[test]
    fn nothing_that_comes_can_upset_it(bytes in proptest::collection::vec(proptest::arbitrary::any::<u8>(), 0..600), at in 0_usize..2000) {
        let mut mail = POSTFIX.as_bytes().to_vec();
        let at = at.min(mail.len());
        mail.splice(at..at, bytes);
        let _ = read(&mail);
    }
}
