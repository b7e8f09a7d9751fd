//! What somebody takes along: all of theirs, and nothing of anybody else's.

use std::{collections::BTreeMap, io::Read, sync::Arc};

use komunala_app::{
    Freshness, Hub,
    ports::{
        AddressChanges, Audit, Exports, Sessions, Users,
        audit::{Action, Actor, NewEvent},
        exports::{Held, Piece},
        sessions::NewSession,
        users::ProfileChange,
    },
    scope::UserScope,
};
use komunala_domain::ids::SessionId;

use crate::{
    addresses::wish,
    office::ports,
    place::{Place, root},
};

async fn held(place: &Place, who: &UserScope, what: Held) -> Vec<Piece> {
    place.store.held(who, what, None, 100).await.unwrap()
}

async fn sign_in(place: &Place, who: &UserScope) {
    let new = NewSession {
        id: SessionId::new(),
        user: who.user(),
        token_hash: [1; 32],
        expires: place.now,
        remember: false,
        device: Some("Firefox, Windows".to_owned()),
        now: place.now,
    };
    place.store.open(who.tenant(), new).await.unwrap();
}

async fn everybody_gets_what_is_theirs_and_nothing_else(place: Place) {
    let (ana, vesna) = (place.user("ana", "A-1").await, place.user("vesna", "A-2").await);
    sign_in(&place, &ana).await;
    sign_in(&place, &vesna).await;
    for (who, name, account) in [(&ana, "ana", "A-1"), (&vesna, "vesna", "A-2")] {
        for what in [Held::Links, Held::Consents, Held::Sessions, Held::Messages] {
            assert_eq!(held(&place, who, what).await.len(), 1, "{what:?}");
        }
        assert_eq!(held(&place, who, Held::Links).await[0].json["account"], account);
        let message = &held(&place, who, Held::Messages).await[0].json;
        assert_eq!(message["recipient"], format!("{name}@example.rs"));
        assert_eq!(held(&place, who, Held::Sessions).await[0].json["device_name"], "Firefox, Windows");
        let events = held(&place, who, Held::Events).await;
        let actions: Vec<_> = events.iter().map(|event| event.json["action"].as_str().unwrap()).collect();
        assert_eq!(actions, ["registered", "consent_given", "signed_in"]);
    }
}

async fn pages_go_on_behind_the_last_one(place: Place) {
    let ana = place.user("ana", "A-1").await;
    for _ in 0..5 {
        sign_in(&place, &ana).await;
    }
    let (mut pieces, mut after) = (Vec::new(), None);
    loop {
        let page = place.store.held(&ana, Held::Sessions, after, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        pieces.extend(page);
    }
    assert_eq!(pieces, held(&place, &ana, Held::Sessions).await);
    assert_eq!(pieces.len(), 5);
}

/// The pieces of somebody's archive.
async fn archive(place: &Place, who: &UserScope) -> Vec<bytes::Bytes> {
    let hub = Hub::new(ports(&Arc::new(place.store.clone())), &root(), Freshness::default());
    let (mut coming, mut pieces) = (hub.export_profile(who).await.unwrap(), Vec::new());
    while let Some(piece) = coming.recv().await {
        pieces.push(piece.unwrap());
    }
    pieces
}

/// The files of an archive, each checked against its length and its checksum.
fn opened(archive: &[u8]) -> BTreeMap<String, String> {
    let archive = rawzip::ZipArchive::from_slice(archive).unwrap();
    let (mut entries, mut files) = (archive.entries(), BTreeMap::new());
    while let Some(entry) = entries.next_entry().unwrap() {
        let path = entry.file_path().try_normalize().unwrap();
        let name: &str = path.as_ref();
        let file = archive.get_entry(entry.wayfinder()).unwrap();
        let mut text = String::new();
        file.verifying_reader(file.data()).read_to_string(&mut text).unwrap();
        assert!(files.insert(name.to_owned(), text).is_none());
    }
    files
}

async fn an_archive_holds_all_of_ones_own_and_no_secret(place: Place) {
    let (ana, vesna) = (place.user("ana", "A-1").await, place.user("vesna", "A-2").await);
    for who in [&ana, &vesna] {
        sign_in(&place, who).await;
    }
    let phone = Some(Some("+381601234567".parse().unwrap()));
    place.store.update_profile(&ana, ProfileChange { phone, ..Default::default() }, place.now).await.unwrap();
    place.store.open_address_change(&ana, wish(&place, &ana, "new")).await.unwrap();
    let looked = NewEvent {
        actor: Actor::Operator("clerk".to_owned()),
        action: Action::AuditRead,
        subject: Some(ana.user()),
        target: "ruma".to_owned(),
        details: Some("a question of hers".to_owned()),
    };
    place.store.note(ana.tenant(), looked, place.now).await.unwrap();

    let archive = archive(&place, &ana).await.concat();
    let files = opened(&archive);
    let mut names: Vec<_> = Held::ALL.iter().map(|what| format!("{}.jsonl", what.name())).collect();
    names.extend(["profile.json", "attachments.jsonl"].map(str::to_owned));
    names.sort();
    assert_eq!(files.keys().cloned().collect::<Vec<_>>(), names);
    let profile: serde_json::Value = serde_json::from_str(&files["profile.json"]).unwrap();
    assert_eq!((&profile["email"], &profile["phone_number"]), (&"ana@example.rs".into(), &"+381601234567".into()));
    let rows = |what: Held| -> Vec<serde_json::Value> {
        let lines = files[&format!("{}.jsonl", what.name())].lines();
        lines.map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    assert_eq!(rows(Held::AddressChanges)[0]["email"], "new@example.rs");
    assert_eq!(rows(Held::Messages).len(), 3, "the confirmation, and what was asked of both addresses");
    let events = rows(Held::Events);
    let told: Vec<_> = events.iter().map(|event| event["action"].as_str().unwrap()).collect();
    assert_eq!(told, ["registered", "consent_given", "signed_in", "profile_changed", "audit_read", "exported"]);
    assert_eq!((&events[4]["actor"], &events[4]["details"]), (&"operator:clerk".into(), &"a question of hers".into()));
    // nothing of anybody else, and nothing that opens anything
    let text = String::from_utf8_lossy(&archive);
    let vesnas = vesna.user().to_string();
    for other in ["vesna", "A-2", &vesnas, "argon2id", "password", "token", "sealed", &"01".repeat(32)] {
        assert!(!text.contains(other), "{other} stands in the archive");
    }
}

async fn a_long_archive_comes_in_short_pieces(place: Place) {
    let ana = place.user("ana", "A-1").await;
    for _ in 0..500 {
        sign_in(&place, &ana).await;
    }
    let pieces = archive(&place, &ana).await;
    assert_eq!(opened(&pieces.concat())["sessions.jsonl"].lines().count(), 500);
    let longest = pieces.iter().map(bytes::Bytes::len).max().unwrap();
    assert!(longest < 200 * 400, "a piece of {longest} bytes is more than a page");
    assert!(pieces.len() >= 5);
}

crate::on_both_databases!(
    everybody_gets_what_is_theirs_and_nothing_else,
    pages_go_on_behind_the_last_one,
    an_archive_holds_all_of_ones_own_and_no_secret,
    a_long_archive_comes_in_short_pieces,
);
