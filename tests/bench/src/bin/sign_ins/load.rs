//! Who calls: a flood that waits for nothing, and others at their own pace.

use std::{
    fmt,
    time::{Duration, Instant},
};

use komunala_demo::Customer;
use komunala_grpc::proto::v1::{ListInvoicesRequest, SignInRequest};
use tokio::{
    task::JoinSet,
    time::{MissedTickBehavior, interval},
};
use tonic::Code;
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};

use crate::{Others, hub::Hub};

/// How often somebody lists invoices.
const INVOICES_EVERY: Duration = Duration::from_millis(10);
/// How often somebody asks for health.
const HEALTH_EVERY: Duration = Duration::from_millis(20);

/// What became of the sign-ins.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    served: u64,
    shed: u64,
    late: u64,
    other: u64,
}

impl fmt::Display for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { served, shed, late, other } = self;
        write!(f, "{served} served, {shed} turned away, {late} past their deadline, {other} otherwise")
    }
}

/// Calls that need no password, for so long.
pub(crate) async fn others(hub: &Hub, signed_in: &[Customer], time: Duration) -> anyhow::Result<Others> {
    let mut others = Others::default();
    let channel = tonic::transport::Endpoint::from_shared(format!("http://{}", hub.api))?.connect().await?;
    let health = async {
        let (started, mut ticks) = (Instant::now(), ticks(HEALTH_EVERY));
        let mut client = HealthClient::new(channel);
        let mut sample = Vec::new();
        while started.elapsed() < time {
            ticks.tick().await;
            let asked = Instant::now();
            client.check(HealthCheckRequest::default()).await?;
            sample.push(asked.elapsed());
        }
        anyhow::Ok(sample)
    };
    let invoices = async {
        let (started, mut ticks, mut calls) = (Instant::now(), ticks(INVOICES_EVERY), JoinSet::new());
        for customer in signed_in.iter().cycle() {
            if started.elapsed() >= time {
                break;
            }
            ticks.tick().await;
            let mut client = customer.invoices();
            let list =
                ListInvoicesRequest { parent: "providers/-/accounts/-".into(), page_size: 50, ..Default::default() };
            calls.spawn(async move {
                let asked = Instant::now();
                client.list_invoices(list).await.map(|_| asked.elapsed())
            });
        }
        let answers: Result<Vec<_>, _> = calls.join_all().await.into_iter().collect();
        anyhow::Ok(answers?)
    };
    let (health, invoices) = tokio::try_join!(health, invoices)?;
    health.into_iter().for_each(|time| others.health.add(time));
    invoices.into_iter().for_each(|time| others.invoices.add(time));
    Ok(others)
}

/// So many sign-ins a second, whether the earlier ones were answered or not.
pub(crate) async fn storm(
    visitor: &Customer,
    sign_ins: Vec<SignInRequest>,
    rate: u32,
    time: Duration,
) -> anyhow::Result<Answers> {
    let mut ticks = ticks(Duration::from_secs(1) / rate);
    let (started, mut calls, mut answers) = (Instant::now(), JoinSet::new(), Answers::default());
    for sign_in in sign_ins.into_iter().cycle() {
        if started.elapsed() >= time {
            break;
        }
        ticks.tick().await;
        let mut client = visitor.accounts();
        calls.spawn(async move { client.sign_in(sign_in).await.map(|_| ()).map_err(|status| status.code()) });
        while let Some(answer) = calls.try_join_next() {
            answers.add(answer?);
        }
    }
    while let Some(answer) = calls.join_next().await {
        answers.add(answer?);
    }
    Ok(answers)
}

impl Answers {
    fn add(&mut self, answer: Result<(), Code>) {
        match answer {
            Ok(()) => self.served += 1,
            Err(Code::ResourceExhausted) => self.shed += 1,
            Err(Code::DeadlineExceeded) => self.late += 1,
            Err(_) => self.other += 1,
        }
    }
}

/// A clock that catches up: whoever calls does not wait because the last one had to.
fn ticks(every: Duration) -> tokio::time::Interval {
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    ticks
}
