//! Who gets in, and how far.

use anyhow::{Context, ensure};
use komunala_demo::{Customer, Newcomer};
use komunala_grpc::proto::v1::{
    GetAccountRequest, GetProfileRequest, ListAccountsRequest, ListInvoicesRequest, RefreshSessionRequest,
};
use komunala_tests::{Database, TestWorld, on_both_databases};
use tonic::{Code, Status};
use tonic_types::StatusExt;

fn reason(status: &Status) -> String {
    status.get_details_error_info().map(|info| info.reason).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_in_without_the_portals_key_and_a_users_token() -> anyhow::Result<()> {
    let world = TestWorld::start(Database::Sqlite).await?;
    let stranger = Customer::open(world.api, "kp_0000").await?;
    let refused = stranger.accounts().get_profile(GetProfileRequest {}).await.unwrap_err();
    ensure!(refused.code() == Code::Unauthenticated, "{refused}");

    let visitor = Customer::open(world.api, &world.region.portal_key).await?;
    let refused = visitor.accounts().get_profile(GetProfileRequest {}).await.unwrap_err();
    ensure!(reason(&refused) == "SIGN_IN_REQUIRED", "{refused}");
    let forger = visitor.signed_in("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c3JfMSJ9.")?;
    let refused = forger.accounts().get_profile(GetProfileRequest {}).await.unwrap_err();
    ensure!(reason(&refused) == "ACCESS_TOKEN_INVALID", "{refused}");
    world.stop().await;
    Ok(())
}

on_both_databases! {
    async fn another_users_account_and_page_token_open_nothing(database) {
        let world = TestWorld::start(database).await?;
        let (ana, _) = Newcomer::at(&world.region, 0)?.settle(world.api, &world.region).await?;
        let (bojan, _) = Newcomer::at(&world.region, 1)?.settle(world.api, &world.region).await?;
        let accounts = ana.accounts().list_accounts(ListAccountsRequest::default()).await?.into_inner().accounts;
        let name = accounts.first().context("no account")?.name.clone();

        let refused = bojan.accounts().get_account(GetAccountRequest { name: name.clone() }).await.unwrap_err();
        ensure!(refused.code() == Code::NotFound, "{refused}");
        let list = ListInvoicesRequest { parent: name, page_size: 5, ..Default::default() };
        let refused = bojan.invoices().list_invoices(list.clone()).await.unwrap_err();
        ensure!(refused.code() == Code::NotFound, "{refused}");

        let page_token = ana.invoices().list_invoices(list).await?.into_inner().next_page_token;
        let stolen = ListInvoicesRequest {
            parent: "providers/-/accounts/-".into(),
            page_token,
            page_size: 5,
            ..Default::default()
        };
        let refused = bojan.invoices().list_invoices(stolen).await.unwrap_err();
        ensure!(reason(&refused) == "PAGE_TOKEN_INVALID", "{refused}");
        world.stop().await;
        Ok(())
    }

    async fn a_refresh_token_that_is_shown_twice_ends_its_session(database) {
        let world = TestWorld::start(database).await?;
        let (_, session) = Newcomer::at(&world.region, 0)?.settle(world.api, &world.region).await?;
        let visitor = Customer::open(world.api, &world.region.portal_key).await?;
        let first = RefreshSessionRequest { refresh_token: session.refresh_token };
        let second = visitor.accounts().refresh_session(first.clone()).await?.into_inner();
        let refused = visitor.accounts().refresh_session(first).await.unwrap_err();
        ensure!(reason(&refused) == "REFRESH_TOKEN_INVALID", "{refused}");
        let heir = RefreshSessionRequest { refresh_token: second.refresh_token };
        let refused = visitor.accounts().refresh_session(heir).await.unwrap_err();
        ensure!(reason(&refused) == "REFRESH_TOKEN_INVALID", "the thief's session goes on: {refused}");
        world.stop().await;
        Ok(())
    }
}
