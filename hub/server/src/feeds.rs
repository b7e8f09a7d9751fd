//! Workers that take providers' data in, and what operators see of them.
//!
//! Each provider has a worker of its own: one whose billing system takes its time keeps no other waiting. Every replica
//! runs all of them; whose turn it is stands in the database.

use std::{collections::BTreeSet, future::Future, sync::Arc, time::Duration};

use komunala_app::{FeedReport, FeedSettings, Hub, operator::FOLLOW_EVERY, ports::StoreError, scope::SystemScope};
use komunala_domain::ProviderId;
use opentelemetry::{
    KeyValue,
    metrics::{Counter, Gauge},
};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// The longest and the shortest pause between two looks at whether a turn is due.
const PAUSE: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(15));

/// How often what is of no use any more is forgotten.
const SWEEP_EVERY: Duration = Duration::from_secs(60 * 60);

/// Starts a worker per provider; they end when `stop` is cancelled.
pub(crate) fn start(hub: &Hub, settings: FeedSettings, stop: &CancellationToken, workers: &mut JoinSet<()>) {
    let instruments = Arc::new(Instruments::new());
    workers.spawn(until_stopped(stop.clone(), with_each_provider(hub.clone(), instruments, settings)));
    let hub = hub.clone();
    workers.spawn(until_stopped(stop.clone(), async move {
        loop {
            if let Err(error) = hub.sweep_feeds(&hub.system_scope()).await {
                tracing::error!(%error, "what is of no use any more could not be forgotten");
            }
            tokio::time::sleep(jittered(SWEEP_EVERY)).await;
        }
    }));
}

/// Keeps a worker for each provider, those included that come while the hub runs. They end with this.
async fn with_each_provider(hub: Hub, instruments: Arc<Instruments>, settings: FeedSettings) {
    let (mut known, mut running) = (BTreeSet::new(), JoinSet::new());
    loop {
        for provider in hub.roster().directory.providers() {
            if known.insert(provider.id.clone()) {
                let worker = Worker { hub: hub.clone(), id: provider.id.clone(), instruments: instruments.clone() };
                running.spawn(async move {
                    loop {
                        let every = worker.round(settings).await;
                        // turns that are short are looked at more often
                        tokio::time::sleep(jittered((every / 4).clamp(PAUSE.0, PAUSE.1))).await;
                    }
                });
            }
        }
        tokio::time::sleep(FOLLOW_EVERY).await;
    }
}

/// A page or portion under way is left where it is: what was kept of it is as good as what is kept of the next.
async fn until_stopped(stop: CancellationToken, work: impl Future<Output = ()>) {
    tokio::select! {
        () = stop.cancelled() => {}
        () = work => {}
    }
}

/// A little more or less, so that replicas do not keep step.
fn jittered(pause: Duration) -> Duration {
    let nanoseconds =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |now| now.subsec_nanos());
    pause * 3 / 4 + pause * (nanoseconds % 512) / 1024
}

struct Worker {
    hub: Hub,
    id: ProviderId,
    instruments: Arc<Instruments>,
}

impl Worker {
    /// Does what is due; answers how often that is.
    async fn round(&self, settings: FeedSettings) -> Duration {
        let (hub, scope) = (&self.hub, self.hub.system_scope());
        let scope: &SystemScope = &scope;
        // as its settings are now
        let Some(provider) = hub.roster().directory.provider(&self.id).cloned() else { return settings.every };
        self.tell("changes", hub.follow_changes(scope, &provider).await);
        self.tell("files", hub.take_in_files(scope, &provider).await);
        self.tell("hand_over", hub.hand_over_writes(scope, &provider).await);
        self.tell("outages", hub.follow_outages(scope, &provider).await);
        self.tell("accounts", hub.renew_accounts(scope, &provider).await.map(Some));
        settings.of(&provider).every
    }

    fn tell(&self, work: &'static str, done: Result<Option<FeedReport>, StoreError>) {
        let provider = &self.id;
        match done {
            Ok(None) => {}
            Ok(Some(report)) => {
                self.instruments.record(provider, work, &report);
                if report.records + report.problems + report.files + report.refused + report.handed_over > 0 {
                    let FeedReport { records, problems, files, refused, handed_over, .. } = report;
                    tracing::info!(%provider, work, records, problems, files, refused, handed_over, "data were taken in");
                }
                if let Some(error) = report.ended_by {
                    tracing::warn!(%provider, work, %error, "taking in ended early; it goes on where it was left");
                }
            }
            Err(error) => tracing::error!(%provider, work, %error, "a feed's worker could not reach the store"),
        }
    }
}

/// What operators see. No label holds anything of a customer.
struct Instruments {
    records: Counter<u64>,
    problems: Counter<u64>,
    files: Counter<u64>,
    lag: Gauge<f64>,
}

impl Instruments {
    fn new() -> Self {
        let meter = opentelemetry::global::meter("komunala_server");
        Self {
            records: meter
                .u64_counter("komunala.feed.records")
                .with_description("records and rows taken in or handed over, by provider and work")
                .build(),
            problems: meter
                .u64_counter("komunala.feed.problems")
                .with_description("records, pages and files that were put aside, by provider and work")
                .build(),
            files: meter
                .u64_counter("komunala.feed.files")
                .with_description("files that count or were refused, by provider and outcome")
                .build(),
            lag: meter
                .f64_gauge("komunala.feed.lag")
                .with_description("the age of what is known: since the end of the feed, or since the newest file")
                .with_unit("s")
                .build(),
        }
    }

    fn record(&self, provider: &ProviderId, work: &'static str, report: &FeedReport) {
        let provider = KeyValue::new("provider", provider.to_string());
        let labels = [provider.clone(), KeyValue::new("work", work)];
        self.records.add(report.records + report.handed_over, &labels);
        self.problems.add(report.problems, &labels);
        for (files, outcome) in [(report.files, "done"), (report.refused, "refused")] {
            if files > 0 {
                self.files.add(files, &[provider.clone(), KeyValue::new("outcome", outcome)]);
            }
        }
        if let Some(as_of) = report.as_of {
            let age = jiff::Timestamp::now().duration_since(as_of);
            self.lag.record(age.as_secs_f64(), &labels);
        }
    }
}
