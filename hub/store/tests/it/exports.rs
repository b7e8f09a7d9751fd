//! What somebody takes along: all of theirs, and nothing of anybody else's.

use komunala_app::{
    ports::{
        Exports, Sessions,
        exports::{Held, Piece},
        sessions::NewSession,
    },
    scope::UserScope,
};
use komunala_domain::ids::SessionId;

use crate::place::Place;

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
        assert_eq!(actions, ["registered", "signed_in"]);
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

crate::on_both_databases!(everybody_gets_what_is_theirs_and_nothing_else, pages_go_on_behind_the_last_one);
