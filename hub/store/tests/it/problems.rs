//! What was put aside.

use jiff::SignedDuration;
use komunala_app::ports::{Problems, problems::NewProblem};

use crate::place::Place;

fn problem(subject: &str) -> NewProblem {
    let text = |text: &str| text.to_owned();
    NewProblem { source: "changes", subject: text(subject), field: text("total"), detail: text("is too high") }
}

async fn the_same_problem_is_counted_and_the_latest_are_shown_first(place: Place) {
    let (tenant, provider) = (place.tenant(), "gas".parse().unwrap());
    place.store.record(&tenant, &provider, &[problem("24-1"), problem("24-2")], place.now).await.unwrap();
    let later = place.now + SignedDuration::from_hours(1);
    place.store.record(&tenant, &provider, &[problem("24-1")], later).await.unwrap();
    let shown = Problems::list(&place.store, &place.system(), Some(&provider), 10).await.unwrap();
    assert_eq!(shown.iter().map(|it| (it.subject.as_str(), it.count)).collect::<Vec<_>>(), [("24-1", 2), ("24-2", 1)]);
    assert_eq!((shown[0].first_seen, shown[0].last_seen), (place.now, later));

    let nobody = "water".parse().unwrap();
    assert!(Problems::list(&place.store, &place.system(), Some(&nobody), 10).await.unwrap().is_empty());
    assert_eq!(place.store.forget_problems(&place.system(), later).await.unwrap(), 1);
    assert_eq!(Problems::list(&place.store, &place.system(), None, 10).await.unwrap().len(), 1);
}

async fn problems_are_bounded_and_the_oldest_make_room(place: Place) {
    let (tenant, provider) = (place.tenant(), "gas".parse().unwrap());
    for round in 0..8 {
        let problems: Vec<_> = (0..160).map(|n| problem(&format!("{round}-{n}"))).collect();
        let now = place.now + SignedDuration::from_mins(round);
        place.store.record(&tenant, &provider, &problems, now).await.unwrap();
    }
    let shown = Problems::list(&place.store, &place.system(), None, 5_000).await.unwrap();
    assert_eq!(shown.len(), 1_000);
    assert!(shown.iter().all(|it| !it.subject.starts_with("0-")));

    let many: Vec<_> = (0..900).map(|n| problem(&format!("at-once-{n}"))).collect();
    place.store.record(&tenant, &provider, &many, place.now + SignedDuration::from_hours(1)).await.unwrap();
    let shown = Problems::list(&place.store, &place.system(), None, 5_000).await.unwrap();
    let rest = shown.iter().find(|it| it.subject.is_empty()).unwrap();
    assert_eq!((shown.len(), rest.count), (1_000, 700));
}

crate::on_both_databases!(
    the_same_problem_is_counted_and_the_latest_are_shown_first,
    problems_are_bounded_and_the_oldest_make_room,
);
