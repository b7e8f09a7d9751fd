//! One trace from the portal to the billing system and the database; and what no log line ever holds.

mod collector;

use std::time::Duration;

use anyhow::{Context, ensure};
use komunala_demo::{Customer, Inbox, Newcomer, Region};
use komunala_grpc::proto::v1::{
    ListInvoicesRequest, Profile, RequestPasswordResetRequest, ResetPasswordRequest, UpdateProfileRequest,
    VerifyEmailRequest,
};
use komunala_tests::{Database, HubProcess, worlds};
use tonic::Request;

use collector::Collector;

const HUB: &str = env!("CARGO_BIN_EXE_hub");
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

#[tokio::test(flavor = "multi_thread")]
async fn one_trace_leads_from_the_portal_to_the_billing_system_and_the_database() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let collector = Collector::start().await?;
    let configuration = format!("[telemetry]\notlp = \"http://{}\"", collector.address).parse()?;
    let settings = worlds::settings(&dir, Database::Sqlite.create().await?, configuration);
    let region = Region::start(&settings).await?;
    let hub = HubProcess::start(HUB, &region.configure(&settings)?, "", &dir.path().join("log")).await?;
    let (customer, _) = Newcomer::at(&region, 0)?.settle(hub.api, &region).await?;

    let list = ListInvoicesRequest { parent: "providers/-/accounts/-".into(), ..Default::default() };
    let mut request = Request::new(list);
    request.metadata_mut().insert("traceparent", format!("00-{TRACE}-00f067aa0ba902b7-01").parse()?);
    customer.invoices().list_invoices(request).await?;

    let traces = region.gas().counters.counts().traces;
    ensure!(
        traces.iter().any(|seen| seen.traceparent.contains(TRACE)),
        "the billing system saw no trace of ours: {traces:?}"
    );
    let is_whole = |names: &[String]| {
        names.iter().any(|name| name.contains("ListInvoices"))
            && names.iter().any(|name| name.starts_with("adapter"))
            && names.iter().any(|name| name.starts_with("store"))
    };
    let names = collector.wait_for(TRACE, is_whole, Duration::from_secs(20)).await;
    ensure!(is_whole(&names), "the trace holds only {names:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_collector_costs_nothing() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let configuration = "[telemetry]\notlp = \"http://127.0.0.1:9\"".parse()?;
    let settings = worlds::settings(&dir, Database::Sqlite.create().await?, configuration);
    let region = Region::start(&settings).await?;
    let hub = HubProcess::start(HUB, &region.configure(&settings)?, "", &dir.path().join("log")).await?;
    Newcomer::at(&region, 0)?.settle(hub.api, &region).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_log_line_holds_a_secret_or_an_address_even_at_trace_level() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let log = dir.path().join("hub.log");
    let configuration = "[telemetry]\nlog = \"trace\"".parse()?;
    let settings = worlds::settings(&dir, Database::Sqlite.create().await?, configuration);
    let region = Region::start(&settings).await?;
    let mut hub = HubProcess::start(HUB, &region.configure(&settings)?, "", &log).await?;
    let newcomer = Newcomer { email: "secret.address@example.rs".into(), ..Newcomer::at(&region, 0)? };
    let visitor = Customer::open(hub.api, &region.portal_key).await?;
    visitor.accounts().register(newcomer.registration()).await?;
    let code = newcomer.code(&region).await?;
    let verify = VerifyEmailRequest { email: newcomer.email.clone(), code: code.clone(), token: String::new() };
    visitor.accounts().verify_email(verify).await?;
    let session = visitor.accounts().sign_in(newcomer.sign_in()).await?.into_inner();
    let customer = visitor.signed_in(&session.access_token)?;
    let list = ListInvoicesRequest { parent: "providers/-/accounts/-".into(), ..Default::default() };
    customer.invoices().list_invoices(list).await?;
    let phone_number = "+381601234567";
    let profile = Profile { phone_number: phone_number.into(), ..Default::default() };
    let update = UpdateProfileRequest { profile: Some(profile), update_mask: None };
    customer.accounts().update_profile(update).await?;
    let forgot = RequestPasswordResetRequest { email: newcomer.email.clone(), ..Default::default() };
    visitor.accounts().request_password_reset(forgot).await?;
    let inbox = Inbox::of(&region, &newcomer.email);
    let link = inbox.link_about("novu lozinku", "http://127.0.0.1:3000/password#").await?;
    let reset_code = inbox.code_about("novu lozinku").await?;
    let new_password = "thirty thin pipes";
    let reset = ResetPasswordRequest {
        email: newcomer.email.clone(),
        code: reset_code.clone(),
        new_password: new_password.into(),
        ..Default::default()
    };
    visitor.accounts().reset_password(reset).await?;
    hub.kill()?;

    let written = std::fs::read_to_string(&log)?;
    ensure!(written.lines().count() > 10, "nothing was logged");
    let line = written.lines().next().context("nothing was logged")?;
    ensure!(serde_json::from_str::<serde_json::Value>(line).is_ok(), "a log line is no JSON: {line}");
    let grouped = format!("{} {}", &code[..4], &code[4..]);
    let secrets = [
        ("the code", code.as_str()),
        ("the grouped code", &grouped),
        ("the password", &newcomer.password),
        ("the code for a new password", &reset_code),
        ("the token of the link", &link),
        ("the new password", new_password),
        ("the phone number", phone_number),
        ("the address", &newcomer.email),
        ("the PIN in a body", &format!("\"pin\":\"{}\"", newcomer.bill.pin)),
        ("the customer number", &newcomer.bill.customer_number),
        ("the access token", &session.access_token),
        ("the refresh token", &session.refresh_token),
        ("the portal key", &region.portal_key),
        ("the adapter's secret", &region.gas().client().secret),
    ];
    for (what, secret) in secrets {
        let line = written.lines().find(|line| line.contains(secret));
        ensure!(line.is_none(), "{what} stands in the log: {}", line.unwrap_or_default());
    }
    Ok(())
}
