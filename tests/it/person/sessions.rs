//! Where somebody is signed in, and signing out there from here.

use anyhow::ensure;
use komunala_demo::{Customer, Inbox, Newcomer};
use komunala_grpc::proto::v1::{ListSessionsRequest, RevokeSessionRequest, SignInRequest};
use komunala_tests::{TestWorld, on_both_databases};

use super::{reason, refresh};

on_both_databases! {
    async fn a_lost_phone_is_signed_out_from_another_device_and_its_owner_told(database) {
        let world = TestWorld::start(database).await?;
        let vera = Newcomer::at(&world.region, 0)?;
        let (here, _) = vera.settle(world.api, &world.region).await?;
        let visitor = Customer::open(world.api, &world.region.portal_key).await?;
        let on_phone = SignInRequest { device_name: "Phone".into(), remember_me: true, ..vera.sign_in() };
        let phone = visitor.accounts().sign_in(on_phone).await?.into_inner();

        let sessions = here.accounts().list_sessions(ListSessionsRequest::default()).await?.into_inner().sessions;
        let seen: Vec<_> =
            sessions.iter().map(|session| (session.device_name.as_str(), session.remembered, session.current)).collect();
        ensure!(seen == [("Phone", true, false), ("", false, true)], "{sessions:?}");
        let page = ListSessionsRequest { page_size: 1, ..Default::default() };
        let first = here.accounts().list_sessions(page.clone()).await?.into_inner();
        let page = ListSessionsRequest { page_token: first.next_page_token, ..page };
        let second = here.accounts().list_sessions(page).await?.into_inner();
        ensure!(second.sessions == sessions[1..] && second.next_page_token.is_empty(), "{second:?}");

        let lost = RevokeSessionRequest { name: sessions[0].name.clone() };
        let (stranger, _) = Newcomer::at(&world.region, 1)?.settle(world.api, &world.region).await?;
        let refused = stranger.accounts().revoke_session(lost.clone()).await.unwrap_err();
        ensure!(reason(&refused) == "NOT_FOUND", "{refused}");
        here.accounts().revoke_session(lost.clone()).await?;
        let refused = here.accounts().revoke_session(lost).await.unwrap_err();
        ensure!(reason(&refused) == "NOT_FOUND", "{refused}");
        let refused = visitor.accounts().refresh_session(refresh(&phone)).await.unwrap_err();
        ensure!(reason(&refused) == "REFRESH_TOKEN_INVALID", "{refused}");

        Inbox::of(&world.region, &vera.email).about("odjavljen").await?;
        let left = here.accounts().list_sessions(ListSessionsRequest::default()).await?.into_inner().sessions;
        ensure!(left == sessions[1..], "{left:?}");
        world.stop().await;
        Ok(())
    }
}
