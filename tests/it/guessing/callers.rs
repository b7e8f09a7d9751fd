//! Failures are counted by whoever calls, too; and a user who is signed in is no stranger.

use anyhow::ensure;
use komunala_demo::{Customer, Newcomer, WorldSettings};
use komunala_grpc::proto::v1::{ResendVerificationRequest, VerifyEmailRequest};
use komunala_tests::{Database, TestWorld};
use tonic::Request;

use super::{reason, settings};

/// A request with what the portal's server says of who calls.
fn from<T>(address: &str, message: T) -> anyhow::Result<Request<T>> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("x-caller-address", address.parse()?);
    Ok(request)
}

async fn world(portal: &str, budgets: &str) -> anyhow::Result<TestWorld> {
    let dir = tempfile::tempdir()?;
    let settings = settings(&dir, Database::Sqlite, &format!("[guessing]\n{budgets}")).await?;
    let changes = format!("[portals]\n{portal}").parse()?;
    TestWorld::in_folder(dir, WorldSettings { changes, ..settings }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_guesses_pins_waits_whatever_number_comes_next_and_another_does_not() -> anyhow::Result<()> {
    let world = world("callers = 'metadata'", "pin_per_caller = { failures = 3, window = '1h' }").await?;
    let visitor = Customer::open(world.api, &world.region.portal_key).await?;
    let mut guesses = Vec::new();
    for place in 0..5 {
        let mut wrong = Newcomer::at(&world.region, place)?;
        wrong.bill.pin = if wrong.bill.pin == "0000" { "0001".into() } else { "0000".into() };
        guesses.push(wrong.registration());
    }
    for (n, guess) in guesses.iter().take(4).enumerate() {
        let refused = visitor.accounts().register(from("203.0.113.7", guess.clone())?).await.unwrap_err();
        let expected = if n < 3 { "CUSTOMER_NOT_PROVEN" } else { "TOO_MANY_ATTEMPTS" };
        ensure!(reason(&refused) == expected, "{n}: {refused}");
    }
    let refused = visitor.accounts().register(from("203.0.113.8", guesses[3].clone())?).await.unwrap_err();
    ensure!(reason(&refused) == "CUSTOMER_NOT_PROVEN", "{refused}");
    let asked = world.region.gas().counters.requests("POST /v1/customers/verify");
    ensure!(asked == 4, "the billing system was asked {asked} times");
    world.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_browser_says_of_its_address_changes_nothing() -> anyhow::Result<()> {
    let world = world("callers = 'connection'", "code_per_caller = { failures = 2, window = '1h' }").await?;
    let visitor = Customer::open(world.api, &world.region.portal_key).await?;
    for n in 0..3 {
        let verify = VerifyEmailRequest {
            email: format!("nobody{n}@example.rs"),
            code: "00000000".into(),
            ..Default::default()
        };
        let refused = visitor.accounts().verify_email(from(&format!("203.0.113.{n}"), verify)?).await.unwrap_err();
        let expected = if n < 2 { "CODE_INVALID" } else { "TOO_MANY_ATTEMPTS" };
        ensure!(reason(&refused) == expected, "{n}: {refused}");
    }
    world.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_gets_five_mails_an_hour_and_one_that_nobody_has_is_refused_alike() -> anyhow::Result<()> {
    let world = world("callers = 'unknown'", "").await?;
    let visitor = Customer::open(world.api, &world.region.portal_key).await?;
    let vera = Newcomer::at(&world.region, 0)?;
    visitor.accounts().register(vera.registration()).await?;
    let mut answers = Vec::new();
    for email in [&vera.email, "nobody@example.rs"] {
        let mut of_one = Vec::new();
        for _ in 0..6 {
            let again = ResendVerificationRequest { email: email.to_owned() };
            of_one.push(visitor.accounts().resend_verification(again).await.map(|_| ()).map_err(|no| reason(&no)));
        }
        ensure!(of_one[..5].iter().all(Result::is_ok), "{of_one:?}");
        ensure!(of_one[5] == Err("TOO_MANY_ATTEMPTS".to_owned()), "{of_one:?}");
        answers.push(of_one);
    }
    ensure!(answers[0] == answers[1], "{answers:?}");
    world.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_who_use_up_a_numbers_tries_keep_no_signed_in_user_from_linking_it() -> anyhow::Result<()> {
    // below what the billing system itself locks a customer at
    let world = world("callers = 'unknown'", "pin_per_number = { failures = 3, window = '1h' }").await?;
    let (here, _) = Newcomer::at(&world.region, 0)?.settle(world.api, &world.region).await?;
    let visitor = Customer::open(world.api, &world.region.portal_key).await?;
    let second = Newcomer::at(&world.region, 1)?;
    let mut wrong = second.clone();
    wrong.bill.pin = if wrong.bill.pin == "0000" { "0001".into() } else { "0000".into() };
    for n in 0..4 {
        let refused = visitor.accounts().register(wrong.registration()).await.unwrap_err();
        let expected = if n < 3 { "CUSTOMER_NOT_PROVEN" } else { "TOO_MANY_ATTEMPTS" };
        ensure!(reason(&refused) == expected, "{n}: {refused}");
    }
    let refused = visitor.accounts().register(second.registration()).await.unwrap_err();
    ensure!(reason(&refused) == "TOO_MANY_ATTEMPTS", "{refused}");
    komunala_demo::newcomer::link_by(&here, "gas-ruma", second.bill).await?;
    world.stop().await;
    Ok(())
}
