//! Whose turn it is in the outbox, however much waits there.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use komunala_app::ports::{
    Outbox,
    outbox::{Attempt, Room, Whose},
};
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};

use crate::place::{Place, room};

const LEASE: SignedDuration = SignedDuration::from_mins(5);

/// Puts messages into queues, so many of each.
async fn fill(place: &Place, queues: &[(&str, u32)]) {
    let owner = Database::connect(place.url.as_str()).await.unwrap();
    for (queue, count) in queues {
        for n in 0..*count {
            place.registered(&format!("{}-{n}", queue.replace(':', "-")), "A-1").await;
        }
        let sql = format!("UPDATE messages SET queue = '{queue}' WHERE queue = '0:gas' AND state = 'pending'");
        owner.execute_unprepared(&sql).await.unwrap();
    }
}

/// Of which queue the claimed messages are, counted.
async fn claimed(place: &Place, room: Room<'_>) -> BTreeMap<String, usize> {
    let claimed = place.store.claim(&place.system(), room, LEASE, place.now).await.unwrap();
    let mut queues = BTreeMap::new();
    for message in claimed {
        let name =
            message.message.recipient.email().unwrap().local_part().rsplit_once('-').unwrap().0.replace('-', ":");
        *queues.entry(name).or_default() += 1;
    }
    queues
}

fn expected(queues: &[(&str, usize)]) -> BTreeMap<String, usize> {
    queues.iter().map(|(queue, count)| ((*queue).to_owned(), *count)).collect()
}

async fn a_code_passes_whatever_waits_and_providers_share_alike(place: Place) {
    fill(&place, &[("2:water", 20), ("2:heat", 3), ("2:grid", 20), ("1:water", 2), ("0:grid", 1)]).await;
    // the code and the news first; of the rest, each provider as much as any other
    let first = claimed(&place, Room { bulk: 6, ..room(9) }).await;
    let all = [("0:grid", 1), ("1:water", 2), ("2:grid", 2), ("2:heat", 2), ("2:water", 2)];
    assert_eq!(first, expected(&all));
    // what one leaves goes to the others, and nobody gets more than there is room for
    let second = claimed(&place, Room { bulk: 7, ..room(20) }).await;
    assert_eq!(second.get("2:heat"), Some(&1));
    assert_eq!((second["2:grid"] + second["2:water"], second.len()), (6, 3));
    assert!(second["2:grid"].abs_diff(second["2:water"]) <= 1, "{second:?}");
    assert_eq!(claimed(&place, Room { bulk: 0, ..room(5) }).await, BTreeMap::new());
}

async fn a_worker_gets_messages_of_its_providers_and_nobody_elses(place: Place) {
    fill(&place, &[("2:water", 2), ("2:heat", 2), ("1:gas", 1), ("0:gas", 1)]).await;
    let gas = ["gas".parse().unwrap()];
    let only = claimed(&place, Room { whose: Whose::Only(&gas), ..room(1) }).await;
    assert_eq!(only, expected(&[("0:gas", 1)]));
    let others = claimed(&place, Room { whose: Whose::AllBut(&gas), ..room(9) }).await;
    assert_eq!(others, expected(&[("2:water", 2), ("2:heat", 2)]));
    assert_eq!(claimed(&place, room(9)).await, expected(&[("1:gas", 1)]));
}

/// How the database finds what a statement asks for, where very much waits.
async fn plan(place: &Place, sql: &str) -> String {
    let owner = Database::connect(place.url.as_str()).await.unwrap();
    let backend = owner.get_database_backend();
    let explain = if backend == DbBackend::Postgres { "EXPLAIN" } else { "EXPLAIN QUERY PLAN" };
    let rows = owner.query_all_raw(Statement::from_string(backend, format!("{explain} {sql}"))).await.unwrap();
    let column = if backend == DbBackend::Postgres { "QUERY PLAN" } else { "detail" };
    rows.iter().map(|row| row.try_get::<String>("", column).unwrap() + "\n").collect()
}

/// Messages that nobody could open, sealed for no row.
async fn very_many(place: &Place) {
    let owner = Database::connect(place.url.as_str()).await.unwrap();
    let postgres = owner.get_database_backend() == DbBackend::Postgres;
    let (numbers, id) = match postgres {
        true => ("generate_series(1, 50000) AS n(n)", "gen_random_uuid()"),
        false => (
            "(WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 50000) SELECT n FROM n) AS n",
            "randomblob(16)",
        ),
    };
    let sql = format!(
        "INSERT INTO messages (id, tenant, provider, purpose, subject, recipient_lookup, channel, language, sealed, state,
                               attempt, created_at, due_at, queue)
         SELECT {id}, 'ruma', 'gas', 'cut_over', CAST(n.n AS text), 'x', 'email', 'en', '', 'pending', 0, n.n, n.n, '2:gas'
         FROM {numbers}"
    );
    owner.execute_unprepared(&sql).await.unwrap();
    owner.execute_unprepared("ANALYZE messages").await.unwrap();
}

async fn looking_for_work_walks_an_index_however_much_waits(place: Place) {
    very_many(&place).await;
    for sql in [
        "SELECT id FROM messages WHERE state = 'pending' AND channel = 'email' AND queue = '2:gas'
           AND due_at <= 9000000000000000 ORDER BY due_at, id LIMIT 8",
        "SELECT MIN(queue) FROM messages WHERE state = 'pending' AND channel = 'email' AND queue > '1:gas'",
        "SELECT id FROM messages WHERE again_at <= 1 AND state = 'unknown'",
    ] {
        let plan = plan(&place, sql).await;
        assert!(plan.contains("USING") || plan.contains("Index"), "{plan}");
        assert!(!plan.contains("SCAN messages\n") && !plan.contains("Seq Scan") && !plan.contains("Sort"), "{plan}");
    }
}

async fn what_is_put_off_comes_back_at_its_time_and_counts_as_no_try(place: Place) {
    place.registered("ana", "A-1").await;
    let first = place.messages().await.remove(0);
    assert_eq!((first.attempt, first.tries), (1, 1));
    let until = place.now + SignedDuration::from_secs(7);
    let attempt = Attempt { id: first.message.id, attempt: 1 };
    assert!(place.store.put_off(&place.system(), attempt, until).await.unwrap());
    assert!(!place.store.put_off(&place.system(), attempt, until).await.unwrap());
    assert_eq!(place.messages().await, []);
    let second = place.messages_at(until).await.remove(0);
    assert_eq!((second.attempt, second.tries), (2, 1));
}

crate::on_both_databases!(
    a_code_passes_whatever_waits_and_providers_share_alike,
    a_worker_gets_messages_of_its_providers_and_nobody_elses,
    looking_for_work_walks_an_index_however_much_waits,
    what_is_put_off_comes_back_at_its_time_and_counts_as_no_try,
);
