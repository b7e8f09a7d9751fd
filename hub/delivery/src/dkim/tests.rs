//! Signatures against those that the standards publish, and against what a reader may do to a mail.

use std::sync::Arc;

use aws_lc_rs::signature::{self, UnparsedPublicKey};

use super::*;

/// RFC 8463, appendix A.2, as PKCS#8.
const BRISBANE: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
-----END PRIVATE KEY-----
";

/// RFC 8463, appendix A.3.
const FOOTBALL: &str = "From: Joe SixPack <joe@football.example.com>\r\n\
To: Suzie Q <suzie@shopping.example.net>\r\n\
Subject: Is dinner ready?\r\n\
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n\
Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n\
\r\n\
Hi.\r\n\
\r\n\
We lost the game.  Are you hungry yet?\r\n\
\r\n\
Joe.\r\n";

const SIGNATURE: &str = "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n \
d=football.example.com; i=@football.example.com;\r\n \
q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n \
subject : date : message-id : from : subject : date;\r\n \
bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n b=";

fn brisbane() -> Signer {
    let key = Arc::new(SigningKey::from_pem(BRISBANE).unwrap());
    Signer { domain: "football.example.com".to_owned(), selector: "brisbane".to_owned(), key, signs: true }
}

#[test]
fn the_signature_is_the_one_that_the_standard_publishes() {
    let (head, body) = canonical::split(FOOTBALL.as_bytes());
    let hash = STANDARD.encode(Sha256::digest(canonical::body(body)));
    assert_eq!(hash, "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=");
    let names = ["from", "to", "subject", "date", "message-id", "from", "subject", "date"];
    let signature = STANDARD.encode(brisbane().key.sign(&Head::of(head).signed(&names, SIGNATURE)));
    let published = "/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11BusFa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==";
    assert_eq!(signature, published);
}

#[test]
fn the_record_is_the_one_that_the_standard_publishes() {
    let record = brisbane().record();
    assert_eq!(record.name, "brisbane._domainkey.football.example.com");
    assert_eq!(record.text, "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
}

/// Checks the first signature of a mail as its reader would, with the key alone.
fn holds(mail: &str) -> bool {
    let (head, body) = canonical::split(mail.as_bytes());
    let whole = std::str::from_utf8(head).unwrap();
    let end = whole.match_indices("\r\n").find(|(at, _)| !whole[at + 2..].starts_with(' ')).unwrap().0;
    let (field, rest) = (&whole[..end], &whole[end + 2..]);
    let tag = |name: &str| {
        let value = field.split(';').find_map(|tag| tag.trim().strip_prefix(&format!("{name}="))).unwrap();
        value.split_whitespace().collect::<String>()
    };
    let (names, signature) = (tag("h"), STANDARD.decode(tag("b")).unwrap());
    let names: Vec<&str> = names.split(':').collect();
    let unsigned = &field[..field.rfind(" b=").unwrap() + 3];
    let signed = Head::of(rest.as_bytes()).signed(&names, unsigned);
    let public = STANDARD.decode("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=").unwrap();
    let key = UnparsedPublicKey::new(&signature::ED25519, public);
    STANDARD.encode(Sha256::digest(canonical::body(body))) == tag("bh")
        && key.verify(&Sha256::digest(signed), &signature).is_ok()
}

fn signed() -> String {
    let mail = FOOTBALL.replace("Subject:", "List-Unsubscribe: <https://x.example/u>\r\nSubject:");
    let at = jiff::Timestamp::from_second(1_528_637_909).unwrap();
    String::from_utf8(sign(mail.into_bytes(), "Football.example.com", &[brisbane()], at)).unwrap()
}

#[test]
fn what_servers_do_to_a_mail_on_the_way_leaves_its_signature_alone() {
    let mail = signed();
    assert!(holds(&mail), "{mail}");
    assert!(holds(&mail.replace("Subject: Is dinner", "SUBJECT:  Is\r\n  dinner")));
    assert!(holds(&format!("{mail}\r\n\r\n")));
}

#[test]
fn nothing_that_a_reader_sees_can_be_changed_or_added() {
    let mail = signed();
    for (was, is) in [
        ("We lost", "We won"),
        ("Is dinner ready?", "Pay at once"),
        ("joe@football", "eve@football"),
        ("x.example/u", "x.example/v"),
        ("To: Suzie", "Subject: Pay at once\r\nTo: Suzie"),
        ("To: Suzie", "From: Eve <eve@example.org>\r\nTo: Suzie"),
        ("t=1528637909", "t=1528637910"),
    ] {
        let other = mail.replacen(was, is, 1);
        assert_ne!(mail, other);
        assert!(!holds(&other), "{is}");
    }
}

#[test]
fn only_keys_of_the_senders_domain_that_sign_do() {
    let at = jiff::Timestamp::UNIX_EPOCH;
    let mail = FOOTBALL.as_bytes().to_vec();
    assert_eq!(sign(mail.clone(), "elsewhere.example", &[brisbane()], at), mail);
    assert_eq!(sign(mail.clone(), "football.example.com", &[Signer { signs: false, ..brisbane() }], at), mail);
    let second = Signer { selector: "sydney".to_owned(), ..brisbane() };
    let twice = String::from_utf8(sign(mail, "football.example.com", &[brisbane(), second], at)).unwrap();
    assert_eq!(twice.matches("DKIM-Signature: ").count(), 2);
    assert!(twice.contains("s=brisbane") && twice.contains("s=sydney"));
}

#[test]
fn what_is_no_key_is_refused_without_being_repeated() {
    assert_eq!(SigningKey::from_pem("hunter2").unwrap_err(), KeyError::NoPem);
    let public = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n";
    assert_eq!(SigningKey::from_pem(public).unwrap_err(), KeyError::NoPem);
}
