//! The delivery epoch: what an older database beside today's documents is told by.

use jiff::SignedDuration;
use komunala_app::ports::{
    DeliveryEpoch,
    epoch::{EpochMove, EpochStanding},
};
use sea_orm::{ConnectionTrait, Database};

use crate::place::Place;

async fn compare(place: &Place, minutes: i64) -> EpochStanding {
    let now = place.now + SignedDuration::from_mins(minutes);
    place.store.compare(&place.system(), EpochMove::WhenDue, now).await.unwrap()
}

/// Puts the number in the database to another one, as a backup would that is put back.
async fn put_back(place: &Place, number: i64) {
    let owner = Database::connect(place.url.as_str()).await.unwrap();
    let sql = format!("UPDATE delivery_epoch SET number = {number}, next = NULL");
    owner.execute_unprepared(&sql).await.unwrap();
}

async fn a_database_and_its_documents_move_on_together(place: Place) {
    for minutes in 0..5 {
        assert_eq!(compare(&place, minutes).await, EpochStanding::Same);
    }
    put_back(&place, 3).await;
    let EpochStanding::Held { database, documents } = compare(&place, 5).await else { panic!("it is an older one") };
    assert_eq!((database, documents), (3, Some(5)));
}

async fn a_copy_from_before_a_start_is_known_as_one_at_once(place: Place) {
    compare(&place, 0).await;
    let begin = place.store.compare(&place.system(), EpochMove::Now, place.now).await.unwrap();
    assert_eq!(begin, EpochStanding::Same);
    put_back(&place, 1).await;
    assert!(matches!(compare(&place, 0).await, EpochStanding::Held { .. }));
}

async fn an_older_database_is_held_until_an_operator_says_go(place: Place) {
    compare(&place, 0).await;
    compare(&place, 1).await;
    put_back(&place, 1).await;
    for minutes in 2..4 {
        assert!(matches!(compare(&place, minutes).await, EpochStanding::Held { .. }), "time alone changes nothing");
    }
    place.store.release(&place.system(), place.now).await.unwrap();
    assert_eq!(compare(&place, 4).await, EpochStanding::Same);
}

async fn a_new_database_beside_todays_documents_is_held_as_well(place: Place) {
    compare(&place, 0).await;
    let owner = Database::connect(place.url.as_str()).await.unwrap();
    owner.execute_unprepared("DELETE FROM delivery_epoch").await.unwrap();
    assert_eq!(compare(&place, 1).await, EpochStanding::Held { database: 0, documents: Some(1) });
    place.store.release(&place.system(), place.now).await.unwrap();
    assert_eq!(compare(&place, 2).await, EpochStanding::Same);
}

async fn todays_database_beside_lost_documents_is_held(place: Place) {
    compare(&place, 0).await;
    std::fs::remove_file(place.settings.documents_dir.join("_delivery_epoch")).unwrap();
    assert_eq!(compare(&place, 1).await, EpochStanding::Held { database: 1, documents: None });
    place.store.release(&place.system(), place.now).await.unwrap();
    assert_eq!(compare(&place, 2).await, EpochStanding::Same);
}

async fn a_hub_that_dies_while_it_moves_on_holds_nobody(place: Place) {
    compare(&place, 0).await;
    let owner = Database::connect(place.url.as_str()).await.unwrap();
    // before the documents say it, and after
    owner.execute_unprepared("UPDATE delivery_epoch SET next = 2").await.unwrap();
    assert_eq!(compare(&place, 0).await, EpochStanding::Same);
    std::fs::write(place.settings.documents_dir.join("_delivery_epoch"), "2").unwrap();
    assert_eq!(compare(&place, 0).await, EpochStanding::Same);
    assert_eq!(compare(&place, 5).await, EpochStanding::Same);
}

async fn replicas_that_move_on_at_once_do_not_take_one_another_for_older(place: Place) {
    compare(&place, 0).await;
    for minute in 1..10 {
        let replicas = (0..4).map(|_| compare(&place, minute));
        for standing in futures::future::join_all(replicas).await {
            assert_eq!(standing, EpochStanding::Same);
        }
    }
}

async fn workers_that_begin_at_once_do_not_undo_one_another(place: Place) {
    let scope = place.system();
    let begin = || place.store.compare(&scope, EpochMove::Now, place.now);
    for round in 0..20 {
        let _ = tokio::join!(begin(), begin(), begin(), begin());
        assert_eq!(compare(&place, 0).await, EpochStanding::Same, "{round}");
    }
}

crate::on_both_databases!(
    a_database_and_its_documents_move_on_together,
    a_copy_from_before_a_start_is_known_as_one_at_once,
    an_older_database_is_held_until_an_operator_says_go,
    a_new_database_beside_todays_documents_is_held_as_well,
    todays_database_beside_lost_documents_is_held,
    a_hub_that_dies_while_it_moves_on_holds_nobody,
    replicas_that_move_on_at_once_do_not_take_one_another_for_older,
    workers_that_begin_at_once_do_not_undo_one_another,
);
