//! The day from which a provider's customers register anew.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use komunala_demo::{Customer, Inbox, Newcomer, Region, WorldSettings, newcomer};
use komunala_grpc::proto::v1::{LinkState, ListAccountsRequest, ListInvoicesRequest};
use komunala_server::Configuration;
use komunala_tests::{TurnedClock, on_both_databases, worlds};
use tonic_types::StatusExt;

async fn link_state(customer: &Customer) -> anyhow::Result<LinkState> {
    let listed = customer.accounts().list_accounts(ListAccountsRequest::default()).await?.into_inner();
    Ok(listed.accounts.first().context("no account")?.link_state())
}

on_both_databases! {
    async fn from_the_cut_over_on_nobodys_link_counts_until_they_prove_their_account_anew(database) {
        let dir = tempfile::tempdir()?;
        let belgrade = TimeZone::get("Europe/Belgrade")?;
        let today = Timestamp::now().to_zoned(belgrade).date();
        let cut_over = today.tomorrow()?.tomorrow()?;
        let settings = WorldSettings {
            changes: format!("[gas-ruma.provider]\ncut_over = '{cut_over}'").parse()?,
            ..worlds::settings(&dir, database.create().await?, toml::Table::new())
        };
        let region = Region::start(&settings).await?;
        let configuration = Configuration::read(&region.configure(&settings)?)?;
        let clock = Arc::new(TurnedClock::default());
        let hub = komunala_server::start_at(configuration, clock.clone()).await?;

        let vera = Newcomer::at(&region, 0)?;
        let (customer, _) = vera.settle(hub.api, &region).await?;
        ensure!(link_state(&customer).await? == LinkState::Active, "the link counts before the day");
        // one that is yet to be confirmed when the day comes
        let late = Newcomer::at(&region, 1)?;
        let visitor = Customer::open(hub.api, &region.portal_key).await?;

        // the day after tomorrow began
        clock.turn_to(SignedDuration::from_hours(49));
        let inbox = Inbox::of(&region, &vera.email);
        inbox.about("ponovo registrujte").await?;
        let session = visitor.accounts().sign_in(vera.sign_in()).await?.into_inner();
        let customer = visitor.signed_in(&session.access_token)?;
        ensure!(link_state(&customer).await? == LinkState::Suspended, "the link still counts");
        let list = ListInvoicesRequest { parent: "providers/-/accounts/-".into(), ..Default::default() };
        let bills = customer.invoices().list_invoices(list).await?.into_inner().invoices;
        ensure!(bills.is_empty(), "bills are shown");

        let again = newcomer::link_by(&customer, "gas-ruma", vera.bill.clone()).await?;
        ensure!(again.link_state() == LinkState::Active, "{again:?}");
        let list = ListInvoicesRequest { parent: again.name, ..Default::default() };
        let bills = customer.invoices().list_invoices(list).await?.into_inner().invoices;
        ensure!(!bills.is_empty(), "no bills are shown");
        visitor.accounts().register(late.registration()).await?;
        let (newcomer, _) = late.confirm(&visitor, &region).await?;

        // what was proved since stays, round after round
        let rounds = Instant::now();
        while rounds.elapsed() < Duration::from_secs(6) {
            ensure!(link_state(&customer).await? == LinkState::Active, "the link was suspended again");
            ensure!(link_state(&newcomer).await? == LinkState::Active, "a new link was suspended");
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        hub.stop().await;
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_for_households_takes_no_business_and_tells_nobody_without_its_pin() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let settings = WorldSettings {
        changes: "[portals]\nhouseholds_only = true".parse()?,
        ..worlds::settings(&dir, komunala_tests::Database::Sqlite.create().await?, toml::Table::new())
    };
    let world = komunala_tests::TestWorld::in_folder(dir, settings).await?;
    let provider = world.region.named("gas-ruma")?;
    let billing = world.region.gas();
    let business = billing
        .ordinary(250)
        .into_iter()
        .find(|customer| customer.category() == komunala_simulators::gas::Category::Business)
        .context("the billing system has no business")?;
    let bill = komunala_demo::PaperBill { customer_number: business.number(), pin: business.pin() };
    let company = Newcomer::with(provider, bill, "company");
    let visitor = Customer::open(world.api, &world.region.portal_key).await?;
    let mut guess = company.clone();
    guess.bill.pin = if guess.bill.pin == "0000" { "0001".into() } else { "0000".into() };
    let mut nobody = guess.clone();
    nobody.bill.customer_number = "0600000".into();
    let refused = visitor.accounts().register(guess.registration()).await.unwrap_err();
    let unknown = visitor.accounts().register(nobody.registration()).await.unwrap_err();
    ensure!(refused.details() == unknown.details() && refused.message() == unknown.message(), "{refused} {unknown}");

    let reason = |status: &tonic::Status| status.get_details_error_info().map(|info| info.reason).unwrap_or_default();
    let refused = visitor.accounts().register(company.registration()).await.unwrap_err();
    ensure!(reason(&refused) == "HOUSEHOLDS_ONLY", "{refused}");
    let place = billing
        .ordinary(250)
        .iter()
        .position(|customer| customer.category() == komunala_simulators::gas::Category::Household)
        .context("the billing system has no household")?;
    let (vera, _) = Newcomer::at(&world.region, place)?.settle(world.api, &world.region).await?;
    let refused = newcomer::link_by(&vera, "gas-ruma", company.bill).await.unwrap_err();
    let status = refused.downcast_ref::<tonic::Status>().context("it is no status")?;
    ensure!(reason(status) == "HOUSEHOLDS_ONLY", "{status}");
    world.stop().await;
    Ok(())
}
