//! What networks announce, and whom it concerns.

use jiff::SignedDuration;
use komunala_app::ports::{
    Outages,
    outages::{Announced, ConcernedPoints, OutageCopy, OutageCursor, OutageFeed},
};
use komunala_domain::{Outage, outage::OutageState};

use crate::place::Place;

pub(crate) fn outage(place: &Place, id: &str, revision: u32, points: &[&str]) -> Outage {
    let start = place.now + SignedDuration::from_hours(i64::from(id.as_bytes()[0]));
    Outage {
        external_id: id.parse().unwrap(),
        revision,
        state: if revision == 1 { OutageState::Announced } else { OutageState::Changed },
        start,
        end: Some(start + SignedDuration::from_hours(2)),
        reason: Some(format!("Vzdrževanje {revision}")),
        point_numbers: points.iter().map(ToString::to_string).collect(),
        changed: place.now,
    }
}

fn concerned(numbers: &[&str]) -> ConcernedPoints {
    ConcernedPoints { provider: "gas".parse().unwrap(), numbers: numbers.iter().map(ToString::to_string).collect() }
}

async fn keep(place: &Place, outages: &[Outage], cursor: &str) {
    let announced: Vec<_> = outages.iter().map(|outage| Announced { outage: outage.clone(), schedule: None }).collect();
    let feed = OutageFeed { cursor: Some(cursor.to_owned()), as_of: Some(place.now) };
    let provider = "gas".parse().unwrap();
    place.store.keep_outages(&place.tenant(), &provider, &announced, &feed, place.now).await.unwrap();
}

async fn at(place: &Place, numbers: &[&str]) -> Vec<OutageCopy> {
    place.store.outages_at(&place.tenant(), &[concerned(numbers)], None, 10).await.unwrap()
}

async fn a_later_revision_counts_and_keeps_its_id_whichever_comes_last(place: Place) {
    keep(&place, &[outage(&place, "a", 1, &["6-1", "6-2"])], "1").await;
    let first = at(&place, &["6-1"]).await;
    assert_eq!((first.len(), first[0].outage.revision), (1, 1));
    assert_eq!(first[0].outage.point_numbers, ["6-1"], "the others' points are nobody's business");
    keep(&place, &[outage(&place, "a", 3, &["6-2", "6-3"]), outage(&place, "a", 2, &["6-1"])], "2").await;
    assert_eq!(at(&place, &["6-1"]).await, []);
    let last = at(&place, &["6-3", "6-2", "6-9"]).await;
    assert_eq!((last.len(), last[0].id, last[0].outage.state), (1, first[0].id, OutageState::Changed));
    assert_eq!(last[0].outage, outage(&place, "a", 3, &["6-2", "6-3"]));
    let feed = place.store.feed(&place.tenant(), &"gas".parse().unwrap()).await.unwrap();
    assert_eq!((feed.cursor.as_deref(), feed.as_of), (Some("2"), Some(place.now)));
}

async fn a_page_of_outages_begins_behind_the_last_one(place: Place) {
    let all: Vec<Outage> = ["a", "b", "c"].iter().map(|id| outage(&place, id, 1, &["6-1", "6-2"])).collect();
    keep(&place, &all, "1").await;
    let listed = at(&place, &["6-1", "6-2"]).await;
    let ids: Vec<_> = listed.iter().map(|copy| copy.outage.external_id.as_str()).collect();
    assert_eq!(ids, ["c", "b", "a"]);
    let after = OutageCursor { start: listed[1].outage.start, id: listed[1].id };
    let points = [concerned(&["6-1"]), ConcernedPoints { provider: "water".parse().unwrap(), numbers: vec![] }];
    let rest = place.store.outages_at(&place.tenant(), &points, Some(after), 10).await.unwrap();
    assert_eq!(rest.len(), 1);
    assert_eq!(rest[0].outage.external_id.as_str(), "a");
    assert_eq!(place.store.outages_at(&place.tenant(), &[], None, 10).await.unwrap(), []);
}

async fn an_outage_of_ten_thousand_points_is_found_by_each(place: Place) {
    let numbers: Vec<String> = (0..10_000).map(|n| format!("6-{n:06}")).collect();
    let mut large = outage(&place, "a", 1, &[]);
    large.point_numbers = numbers.clone();
    keep(&place, &[large], "1").await;
    for number in ["6-000000", "6-004711", "6-009999"] {
        assert_eq!(at(&place, &[number]).await.len(), 1, "{number}");
    }
    assert_eq!(at(&place, &["6-010000"]).await, []);
}

crate::on_both_databases!(
    a_later_revision_counts_and_keeps_its_id_whichever_comes_last,
    a_page_of_outages_begins_behind_the_last_one,
    an_outage_of_ten_thousand_points_is_found_by_each,
);
