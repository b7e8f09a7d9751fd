//! Whatever comes in: no panic, no internal error, nothing stored.

use anyhow::{Context, ensure};
use komunala_demo::{Customer, Newcomer};
use komunala_grpc::proto::v1::RegisterRequest;
use komunala_tests::{Database, TestWorld};
use tonic::{Code, Status};
use tonic_types::StatusExt;

/// Makes one value of a request wrong.
type Spoil = fn(&mut RegisterRequest);

/// The fields that a refusal names.
fn fields(status: &Status) -> anyhow::Result<Vec<String>> {
    ensure!(status.code() == Code::InvalidArgument, "{status}");
    let details = status.get_details_bad_request().context("no field is named")?;
    Ok(details.field_violations.into_iter().map(|violation| violation.field).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_out_of_bounds_is_refused_by_its_fields_name_and_nothing_is_stored() -> anyhow::Result<()> {
    let world = TestWorld::start(Database::Sqlite).await?;
    let visitor = Customer::open(world.api, &world.region.portal_key).await?;
    let right = Newcomer::at(&world.region, 0)?.registration();
    let spoiled: [(&str, Spoil); 9] = [
        ("email", |it| it.email = "vera@example.rs\r\nRCPT TO:<all@example.rs>".into()),
        ("email", |it| it.email = "vera@example.rs\0".into()),
        ("email", |it| it.email = String::new()),
        ("password", |it| it.password = "short".into()),
        ("customer_number", |it| it.customer_number = "1".repeat(65)),
        ("pin", |it| it.pin = "12\u{0}4".into()),
        ("given_name", |it| it.given_name = "Vera\r\nBcc: all@example.rs".into()),
        ("language_code", |it| it.language_code = "x".repeat(300)),
        ("request_id", |it| it.request_id = "not a uuid".into()),
    ];
    for (field, spoil) in spoiled {
        let mut request = right.clone();
        spoil(&mut request);
        let status = visitor.accounts().register(request).await.err().with_context(|| format!("{field} passed"))?;
        let named = fields(&status)?;
        ensure!(named.iter().any(|name| name == field), "{named:?} is named instead of {field}");
    }
    for weak in ["password1", "Vera1980", &format!("{}!!", right.customer_number)] {
        let request = RegisterRequest { password: weak.into(), ..right.clone() };
        let status = visitor.accounts().register(request).await.err().with_context(|| format!("{weak} passed"))?;
        let reason = status.get_details_error_info().context("no reason is given")?.reason;
        ensure!(reason == "PASSWORD_TOO_COMMON", "{weak}: {status}");
        ensure!(fields(&status)? == ["password"], "{weak}: {status}");
    }
    ensure!(world.region.gas().counters.requests("POST /v1/customers/verify") == 0, "the billing system was asked");
    ensure!(world.region.sink.mails().is_empty(), "a mail was sent");
    // nothing of it is in the way of the right one
    visitor.accounts().register(right).await?;
    world.stop().await;
    Ok(())
}
