//! What the hub does without being called: mail goes out, readings and payments are settled, billing systems are
//! told how to deliver, bills are taken up by their runs, what customers ask and what they paid, whoever subscribed is told
//! of outages, what is over is swept away, keys are looked after, and what operators changed at another replica is done
//! here too.
//!
//! Every replica runs all of them: work is claimed in the database, so none is done twice.

use std::time::Duration;

use komunala_app::{Hub, Operations, Retention, operator::FOLLOW_EVERY, ports::StoreError};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// How often a worker looks for what has become due. The first attempt was made while its caller waited.
const ROUND: Duration = Duration::from_secs(5);
/// How often somebody looks whether there is something to do for a run of bills.
const BILL_RUNS_EVERY: Duration = Duration::from_secs(1);
/// How often bill calendars are looked at.
const CALENDARS_EVERY: Duration = Duration::from_secs(60);
/// How often somebody reads what came from phones: their owners look at them.
const TEXTS_EVERY: Duration = Duration::from_secs(1);
/// How long a worker rests after the store failed.
const AFTER_FAILURE: Duration = Duration::from_secs(10);
/// How often somebody looks for keys that an earlier master key wraps, and for erasures that were broken off.
const KEYS_EVERY: Duration = Duration::from_secs(60);
/// How often somebody writes down which keys portals used.
const KEY_USES_EVERY: Duration = Duration::from_secs(60);
/// How often somebody looks whether the keys of the identity provider are due to be fetched again.
const ISSUER_KEYS_EVERY: Duration = Duration::from_secs(15);
/// How often somebody looks whether those who watch were told something.
const WATCH_EVERY: Duration = Duration::from_millis(500);
/// How often what is over is swept away.
const SWEEP_EVERY: Duration = Duration::from_secs(60 * 60);

/// Starts the workers; they end when `stop` is cancelled.
pub(crate) fn start(hub: &Hub, operations: &Operations, retention: Retention, stop: &CancellationToken) -> JoinSet<()> {
    let mut workers = JoinSet::new();
    let system = hub.system_scope();
    let (following, scope) = (operations.clone(), system.clone());
    workers.spawn(rounds("follow_settings", stop.clone(), FOLLOW_EVERY, move || {
        let (operations, scope) = (following.clone(), scope.clone());
        async move { operations.follow(&scope).await }
    }));
    let (settling, scope) = (hub.clone(), system.clone());
    workers.spawn(rounds("settle_readings", stop.clone(), ROUND, move || {
        let (hub, scope) = (settling.clone(), scope.clone());
        async move { hub.settle_readings(&scope).await.map(|_| ()) }
    }));
    let (telling, scope) = (hub.clone(), system.clone());
    workers.spawn(rounds("tell_deliveries", stop.clone(), ROUND, move || {
        let (hub, scope) = (telling.clone(), scope.clone());
        async move { hub.tell_deliveries(&scope).await.map(|_| ()) }
    }));
    let (cutting, scope) = (hub.clone(), system.clone());
    workers.spawn(rounds("cut_over", stop.clone(), ROUND, move || {
        let (hub, scope) = (cutting.clone(), scope.clone());
        async move { hub.cut_over(&scope).await.map(|_| ()) }
    }));
    let (sending, scope) = (hub.clone(), system.clone());
    workers.spawn(rounds("send_requests", stop.clone(), ROUND, move || {
        let (hub, scope) = (sending.clone(), scope.clone());
        async move { hub.send_requests(&scope).await.map(|_| ()) }
    }));
    let (paying, scope) = (hub.clone(), system.clone());
    workers.spawn(rounds("settle_payments", stop.clone(), ROUND, move || {
        let (hub, scope) = (paying.clone(), scope.clone());
        async move { hub.settle_payments(&scope).await.map(|_| ()) }
    }));
    let (announcing, scope) = (hub.clone(), system.clone());
    workers.spawn(rounds("tell_outages", stop.clone(), ROUND, move || {
        let (hub, scope) = (announcing.clone(), scope.clone());
        async move { hub.tell_outages(&scope).await.map(|_| ()) }
    }));
    // two, so that a run that waits for its billing system keeps no other waiting
    for _ in 0..2 {
        let (running, scope) = (hub.clone(), system.clone());
        workers.spawn(rounds("work_on_bill_runs", stop.clone(), BILL_RUNS_EVERY, move || {
            let (hub, scope) = (running.clone(), scope.clone());
            async move {
                while hub.work_on_bill_run(&scope).await? {}
                Ok(())
            }
        }));
    }
    let (starting, scope) = (hub.clone(), system.clone());
    workers.spawn(rounds("start_due_bill_runs", stop.clone(), CALENDARS_EVERY, move || {
        let (hub, scope) = (starting.clone(), scope.clone());
        async move { hub.start_due_bill_runs(&scope).await.map(|_| ()) }
    }));
    let (reading, scope) = (hub.clone(), system.clone());
    workers.spawn(rounds("read_texts", stop.clone(), TEXTS_EVERY, move || {
        let (hub, scope) = (reading.clone(), scope.clone());
        async move { hub.read_texts(&scope).await.map(|_| ()) }
    }));
    let (keeping, scope) = (hub.clone(), system.clone());
    workers.spawn(rounds("look_after_keys", stop.clone(), KEYS_EVERY, move || {
        let (hub, scope) = (keeping.clone(), scope.clone());
        async move {
            hub.finish_erasures(&scope).await?;
            hub.rewrap_keys(&scope, |_| {}).await.map(|_| ())
        }
    }));
    let (noting, scope) = (hub.clone(), system.clone());
    workers.spawn(rounds("note_key_uses", stop.clone(), KEY_USES_EVERY, move || {
        let (hub, scope) = (noting.clone(), scope.clone());
        async move { hub.note_key_uses(&scope).await }
    }));
    let (fetching, scope) = (operations.clone(), system.clone());
    workers.spawn(rounds("refresh_issuer_keys", stop.clone(), ISSUER_KEYS_EVERY, move || {
        let (operations, scope) = (fetching.clone(), scope.clone());
        async move { operations.refresh_issuer_keys(&scope).await }
    }));
    let (watching, scope, until) = (hub.clone(), system.clone(), stop.clone());
    workers.spawn(async move {
        let telling = watching.clone();
        rounds("tell_watchers", until, WATCH_EVERY, move || {
            let (hub, scope) = (telling.clone(), scope.clone());
            async move { hub.tell_watchers(&scope).await }
        })
        .await;
        // nobody waits for a stream that nobody feeds
        watching.end_watches();
    });
    let sweeping = hub.clone();
    workers.spawn(rounds("sweep", stop.clone(), SWEEP_EVERY, move || {
        let (hub, scope) = (sweeping.clone(), system.clone());
        async move {
            hub.sweep(&scope, &retention).await?;
            hub.sweep_attachments(&scope).await.map(|_| ())
        }
    }));
    workers
}

async fn rounds<R>(name: &'static str, stop: CancellationToken, every: Duration, round: impl Fn() -> R)
where
    R: Future<Output = Result<(), StoreError>>,
{
    loop {
        let rest = match round().await {
            Ok(()) => every,
            Err(error) => {
                tracing::error!(worker = name, %error, "a background worker could not reach the store; it tries again");
                AFTER_FAILURE
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(rest) => {}
        }
    }
}
