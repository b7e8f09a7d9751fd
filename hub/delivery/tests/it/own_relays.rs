//! Providers with a relay of their own.

use std::time::Duration;

use komunala_app::ports::outbox::{Content, NewMessage};

use crate::{
    queue::{Step, message},
    relay::{AMPLE, House, house, work},
};

/// Mail of the waterworks to very many.
fn of_water(recipient: &str) -> NewMessage {
    NewMessage { provider: "water".parse().unwrap(), content: Content::CutOver {}, ..message(recipient) }
}

/// The common relay, and that of the waterworks.
async fn two_relays(faults: &[&str]) -> (House, House) {
    let (mut common, own) = (house(faults).await, house(&[]).await);
    common.relays.insert("water".parse().unwrap(), own.settings.clone());
    (common, own)
}

async fn until_accepted(house: &House, mails: u64) {
    let all = async {
        while house.sink.counters.counts().accepted < mails {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(AMPLE, all).await.unwrap();
}

#[tokio::test]
async fn a_providers_mail_goes_over_its_own_relay_and_nobody_elses_does() {
    let (common, own) = two_relays(&[]).await;
    let hub = common.hub(work());
    for n in 0..20 {
        hub.queue.enqueue(message(&format!("gas-{n}@example.rs")));
        hub.queue.enqueue(of_water(&format!("water-{n}@example.rs")));
    }
    // one ring is heard by all
    hub.bell.notify_one();
    until_accepted(&common, 20).await;
    until_accepted(&own, 20).await;
    hub.stop().await;
    for (house, whose) in [(&common, "gas-"), (&own, "water-")] {
        let mails = house.sink.mails();
        assert_eq!(mails.len(), 20);
        assert!(mails.iter().all(|mail| mail.recipients[0].starts_with(whose)), "{whose}");
    }
}

#[tokio::test]
async fn a_relay_that_hangs_keeps_back_nobodys_mail_but_what_goes_over_it() {
    let (common, own) = two_relays(&["mail:hang"]).await;
    let hub = common.hub(work());
    let hung: Vec<_> = (0..40).map(|n| hub.queue.enqueue(message(&format!("gas-{n}@example.rs")))).collect();
    hub.bell.notify_one();
    let stuck = async {
        // every session of the common relay
        while common.sink.counters.counts().faults.get("mail").is_none_or(|struck| *struck < 8) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(AMPLE, stuck).await.unwrap();
    for n in 0..200 {
        hub.queue.enqueue(of_water(&format!("water-{n}@example.rs")));
    }
    hub.bell.notify_one();
    until_accepted(&own, 200).await;
    assert_eq!(common.sink.counters.counts().recorded, 0);
    assert!(hung.iter().all(|id| hub.queue.steps(*id).iter().all(|step| matches!(step, Step::Claimed(1)))));
    hub.running.abort();
}
