//! A guest that uses up what there is.

use std::time::{Duration, Instant};

use komunala_app::ports::BillingError;

use crate::{
    adapters::{Hostile, limit},
    server::Server,
};

async fn refusal(verb: &str, more: &str) -> BillingError {
    let server = Server::start().await;
    Hostile::new(&server, more).misbehaves(verb).await
}

#[tokio::test]
async fn an_endless_loop_ends_at_the_callers_deadline() {
    let server = Server::start().await;
    let hostile = Hostile::new(&server, "");
    let begin = Instant::now();
    let error = hostile.account("loop", Duration::from_millis(300)).await.unwrap_err();
    assert_eq!(error, BillingError::DeadlineExceeded);
    assert!(begin.elapsed() < Duration::from_secs(3), "{:?}", begin.elapsed());
    hostile.is_as_before().await;
}

#[tokio::test]
async fn an_endless_loop_ends_at_the_adapters_own_limit_before_a_distant_deadline() {
    assert_eq!(refusal("loop", "limits.call_ms = 300").await, limit("call_ms"));
}

#[tokio::test]
async fn a_host_call_that_never_returns_ends_at_the_deadline() {
    let server = Server::start().await;
    let hostile = Hostile::new(&server, "");
    let error = hostile.account("sleep", Duration::from_millis(200)).await.unwrap_err();
    assert_eq!(error, BillingError::DeadlineExceeded);
    hostile.is_as_before().await;
}

#[tokio::test]
async fn a_loop_leaves_time_for_others_on_the_same_thread() {
    let server = Server::start().await;
    let hostile = Hostile::new(&server, "");
    let mut turns = 0;
    let other = async {
        loop {
            tokio::time::sleep(Duration::from_millis(5)).await;
            turns += 1;
        }
    };
    let error = tokio::select! {
        error = hostile.account("loop", Duration::from_millis(600)) => error,
        () = other => unreachable!("it never ends"),
    };
    assert_eq!(error.unwrap_err(), BillingError::DeadlineExceeded);
    // a loop that kept the thread would have left it one
    assert!(turns >= 3, "another task had {turns} turns");
}

#[tokio::test]
async fn endless_recursion_uses_up_the_stack() {
    assert_eq!(refusal("recursion", "").await, limit("stack"));
}

#[tokio::test]
async fn growing_memory_ends_at_its_limit() {
    assert_eq!(refusal("memory", "").await, limit("memory_bytes"));
}

#[tokio::test]
async fn a_growing_table_ends_at_its_limit() {
    assert_eq!(refusal("table", "").await, limit("table_elements"));
}

#[tokio::test]
async fn tables_count_as_memory_too() {
    let more = "limits.memory_bytes = 2097152\nlimits.table_elements = 100000000";
    assert_eq!(refusal("table", more).await, limit("memory_bytes"));
}

#[tokio::test]
async fn all_guests_together_have_an_end_to_their_memory() {
    let server = Server::start().await;
    let settings =
        crate::adapters::settings(crate::adapters::policy(&server, ""), komunala_sandbox::Secrets::default());
    let engine = komunala_sandbox::Engine::new(komunala_sandbox::EngineSettings {
        concurrent_calls: Some(4),
        guest_memory_bytes: Some(16 * 1024 * 1024),
    });
    let engine = engine.unwrap();
    let bytes = crate::adapters::component();
    let pinned = crate::adapters::digest_of(bytes);
    let adapter = komunala_sandbox::Adapter::load(&engine, bytes, pinned, None, &settings).unwrap();
    assert_eq!(Hostile { engine, adapter }.misbehaves("memory").await, limit("total_memory"));
}

#[tokio::test]
async fn a_string_of_200_mb_ends_at_the_memory_limit() {
    assert_eq!(refusal("string", "").await, limit("memory_bytes"));
}

#[tokio::test]
async fn strings_that_share_their_bytes_end_at_the_fuel_for_host_calls() {
    assert_eq!(refusal_of_list("aliased-strings").await, limit("hostcall_fuel_bytes"));
}

#[tokio::test]
async fn a_million_rows_end_at_the_fuel_for_host_calls() {
    assert_eq!(refusal_of_list("million-rows").await, limit("hostcall_fuel_bytes"));
}

#[tokio::test]
async fn a_million_resources_end_at_the_size_of_the_table() {
    assert_eq!(refusal("resources", "").await, limit("resources"));
}

#[tokio::test]
async fn a_component_of_more_instances_than_are_allowed_does_not_start() {
    let server = Server::start().await;
    let hostile = Hostile::new(&server, "limits.instances = 1");
    assert_eq!(hostile.account("answer", Duration::from_secs(5)).await.unwrap_err(), limit("instances"));
}

#[tokio::test]
async fn a_flood_of_lines_is_cut_off_and_the_answer_stands() {
    let server = Server::start().await;
    let hostile = Hostile::new(&server, "");
    assert!(hostile.account("logs", Duration::from_secs(20)).await.is_ok());
    hostile.is_as_before().await;
}

#[tokio::test]
async fn a_crash_is_told_from_a_limit() {
    assert!(matches!(refusal("panic", "").await, BillingError::Trapped { .. }));
}

#[tokio::test]
async fn memory_is_back_after_many_guests_died_of_it() {
    let server = Server::start().await;
    let hostile = Hostile::new(&server, "");
    hostile.misbehaves("memory").await;
    let before = resident();
    for _ in 0..30 {
        hostile.misbehaves("memory").await;
    }
    // thirty times 64 MiB would be 1.9 GiB; other tests run beside this one
    let grown = resident().saturating_sub(before);
    assert!(grown < 600 << 20, "{} MiB stayed behind", grown >> 20);
}

async fn refusal_of_list(verb: &str) -> BillingError {
    use komunala_app::ports::{BillingSystem, Call};
    let server = Server::start().await;
    let hostile = Hostile::new(&server, "");
    let call = Call::within(Duration::from_secs(20));
    let error = hostile.adapter.invoices(call, &verb.parse().unwrap(), None, None).await.unwrap_err();
    hostile.is_as_before().await;
    error
}

/// Memory of this process that is really there, in bytes.
fn resident() -> u64 {
    let pages: u64 = std::fs::read_to_string("/proc/self/statm")
        .unwrap()
        .split(' ')
        .nth(1)
        .and_then(|pages| pages.parse().ok())
        .unwrap();
    pages * 4096
}
