//! What the hub does without being called: mail goes out, readings and payments are settled, billing systems are
//! told how to deliver, bills are taken up by their runs, what customers ask and what they paid, whoever subscribed is told
//! of outages, what is over is swept away, keys are looked after, and what operators changed at another replica is done
//! here too.
//!
//! Every replica runs all of them: work is claimed in the database, so none is done twice.

use std::time::Duration;

use komunala_app::{Hub, Operations, Retention, operator::FOLLOW_EVERY, ports::StoreError, scope::SystemScope};
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
    let here = Here { hub: hub.clone(), operations: operations.clone(), scope: hub.system_scope() };
    let mut crew = Crew { here, stop: stop.clone(), workers: JoinSet::new() };
    crew.add("follow_settings", FOLLOW_EVERY, |at| async move { at.operations.follow(&at.scope).await });
    crew.add("settle_readings", ROUND, |at| async move { at.hub.settle_readings(&at.scope).await.map(drop) });
    crew.add("tell_deliveries", ROUND, |at| async move { at.hub.tell_deliveries(&at.scope).await.map(drop) });
    crew.add("cut_over", ROUND, |at| async move { at.hub.cut_over(&at.scope).await.map(drop) });
    crew.add("send_requests", ROUND, |at| async move { at.hub.send_requests(&at.scope).await.map(drop) });
    crew.add("settle_payments", ROUND, |at| async move { at.hub.settle_payments(&at.scope).await.map(drop) });
    crew.add("tell_outages", ROUND, |at| async move { at.hub.tell_outages(&at.scope).await.map(drop) });
    // two, so that a run that waits for its billing system keeps no other waiting
    for _ in 0..2 {
        crew.add("work_on_bill_runs", BILL_RUNS_EVERY, |at| async move {
            while at.hub.work_on_bill_run(&at.scope).await? {}
            Ok(())
        });
    }
    crew.add("start_due_bill_runs", CALENDARS_EVERY, |at| async move {
        at.hub.start_due_bill_runs(&at.scope).await.map(drop)
    });
    crew.add("read_texts", TEXTS_EVERY, |at| async move { at.hub.read_texts(&at.scope).await.map(drop) });
    crew.add("look_after_keys", KEYS_EVERY, |at| async move {
        at.hub.finish_erasures(&at.scope).await?;
        at.hub.rewrap_keys(&at.scope, |_| {}).await.map(drop)
    });
    crew.add("note_key_uses", KEY_USES_EVERY, |at| async move { at.hub.note_key_uses(&at.scope).await });
    crew.add("refresh_issuer_keys", ISSUER_KEYS_EVERY, |at| async move {
        at.operations.refresh_issuer_keys(&at.scope).await
    });
    crew.add("tell_watchers", WATCH_EVERY, |at| async move { at.hub.tell_watchers(&at.scope).await });
    crew.add("sweep", SWEEP_EVERY, move |at| async move {
        at.hub.sweep(&at.scope, &retention).await?;
        at.hub.sweep_attachments(&at.scope).await.map(drop)
    });
    crew.end_watches();
    crew.workers
}

/// What every round of every worker is done with.
#[derive(Clone)]
struct Here {
    hub: Hub,
    operations: Operations,
    scope: SystemScope,
}

struct Crew {
    here: Here,
    stop: CancellationToken,
    workers: JoinSet<()>,
}

impl Crew {
    /// One more worker, that does `round` every now and then.
    fn add<R>(&mut self, name: &'static str, every: Duration, round: impl Fn(Here) -> R + Send + 'static)
    where
        R: Future<Output = Result<(), StoreError>> + Send + 'static,
    {
        let (here, stop) = (self.here.clone(), self.stop.clone());
        self.workers.spawn(rounds(name, stop, every, move || round(here.clone())));
    }

    /// At the end nobody waits for a stream that nobody feeds any more.
    fn end_watches(&mut self) {
        let (hub, stop) = (self.here.hub.clone(), self.stop.clone());
        self.workers.spawn(async move {
            stop.cancelled().await;
            hub.end_watches();
        });
    }
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
