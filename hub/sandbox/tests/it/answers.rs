//! A guest that lies.

use std::time::Duration;

use komunala_app::ports::{BillingError, BillingSystem, Call};

use crate::{
    adapters::{Hostile, limit},
    server::Server,
};

const TIME: Duration = Duration::from_secs(10);

/// The field that a list of invoices is refused for.
async fn refused_field(verb: &str) -> String {
    let server = Server::start().await;
    let hostile = Hostile::new(&server, "");
    let error = hostile.adapter.invoices(Call::within(TIME), &verb.parse().unwrap(), None, None).await.unwrap_err();
    hostile.is_as_before().await;
    match error {
        BillingError::InvalidAnswer { field, .. } => field,
        other => panic!("{verb}: {other:?}"),
    }
}

#[tokio::test]
async fn honest_invoices_pass() {
    let server = Server::start().await;
    let hostile = Hostile::new(&server, "");
    let page = hostile.adapter.invoices(Call::within(TIME), &"answer".parse().unwrap(), None, None).await.unwrap();
    assert_eq!((page.items.len(), page.next), (2, None));
    assert_eq!(page.items[0].total.to_string(), "4312.07 RSD");
}

#[tokio::test]
async fn another_customers_data_is_refused() {
    assert_eq!(refused_field("other-customer").await, "items[0].account");
}

#[tokio::test]
async fn another_customers_account_is_refused() {
    let server = Server::start().await;
    let error = Hostile::new(&server, "").misbehaves("other-customer").await;
    assert!(matches!(error, BillingError::InvalidAnswer { field, .. } if field == "id"));
}

#[tokio::test]
async fn a_wrong_currency_is_refused() {
    assert_eq!(refused_field("wrong-currency").await, "items[0].currency");
}

#[tokio::test]
async fn a_total_below_zero_is_refused() {
    assert_eq!(refused_field("negative-total").await, "items[0].total");
}

#[tokio::test]
async fn the_year_9999_is_refused() {
    assert_eq!(refused_field("year-9999").await, "items[0].issued");
}

#[tokio::test]
async fn more_items_than_were_asked_for_are_refused() {
    assert_eq!(refused_field("too-many-items").await, "items");
}

#[tokio::test]
async fn control_characters_are_refused() {
    assert_eq!(refused_field("control-characters").await, "items[0].number");
}

#[tokio::test]
async fn a_million_rows_that_the_operator_has_room_for_are_refused_by_their_number() {
    let server = Server::start().await;
    let hostile = Hostile::new(&server, "limits.hostcall_fuel_bytes = 1000000000\nlimits.memory_bytes = 1000000000");
    let call = Call::within(TIME);
    let error = hostile.adapter.invoices(call, &"million-rows".parse().unwrap(), None, None).await.unwrap_err();
    assert_eq!(error, limit("rows"));
}

#[tokio::test]
async fn a_capability_that_is_not_exported_is_not_offered() {
    let server = Server::start().await;
    let hostile = Hostile::new(&server, "");
    let error = hostile.adapter.balance(Call::within(TIME), &"answer".parse().unwrap()).await.unwrap_err();
    assert_eq!(error, BillingError::NotOffered(komunala_domain::Capability::Balance));
    let names: Vec<_> = hostile.adapter.capabilities().iter().map(|capability| capability.name()).collect();
    assert_eq!(names, ["customers", "invoices"]);
}
