//! Calls as fast as they are answered.

use std::{
    sync::Arc,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use komunala_demo::Customer;
use komunala_grpc::proto::v1::ListInvoicesRequest;
use tokio::task::JoinSet;

/// Answers a second, with `concurrency` calls under way for `time`.
#[allow(clippy::float_arithmetic, reason = "a rate for people")]
pub(crate) async fn rate(
    customer: &Customer,
    request: &ListInvoicesRequest,
    concurrency: usize,
    time: Duration,
) -> anyhow::Result<f64> {
    let answers = Arc::new(AtomicU64::new(0));
    let started = Instant::now();
    let mut callers = JoinSet::new();
    for _ in 0..concurrency {
        let (mut invoices, request, answers) = (customer.invoices(), request.clone(), answers.clone());
        callers.spawn(async move {
            while started.elapsed() < time {
                invoices.list_invoices(request.clone()).await?;
                answers.fetch_add(1, Ordering::Relaxed);
            }
            Ok::<_, tonic::Status>(())
        });
    }
    while let Some(caller) = callers.join_next().await {
        caller??;
    }
    Ok(answers.load(Ordering::Relaxed) as f64 / started.elapsed().as_secs_f64())
}
