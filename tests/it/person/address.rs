//! Another e-mail address.

use anyhow::ensure;
use komunala_demo::{Customer, Inbox, Newcomer};
use komunala_grpc::proto::v1::{ChangeEmailRequest, ConfirmEmailChangeRequest, GetProfileRequest, SignInRequest};
use komunala_tests::{TestWorld, on_both_databases};

use super::reason;

const NEW: &str = "vera.nova@example.rs";

on_both_databases! {
    async fn an_address_changes_by_the_code_that_went_to_the_new_one(database) {
        let world = TestWorld::start(database).await?;
        let vera = Newcomer::at(&world.region, 0)?;
        let (here, _) = vera.settle(world.api, &world.region).await?;
        let visitor = Customer::open(world.api, &world.region.portal_key).await?;
        let change = ChangeEmailRequest { new_email: NEW.into(), password: vera.password.clone() };
        let wrong = ChangeEmailRequest { password: "a guess".into(), ..change.clone() };
        let refused = here.accounts().change_email(wrong).await.unwrap_err();
        ensure!(reason(&refused) == "PASSWORD_WRONG", "{refused}");
        here.accounts().change_email(change).await?;
        Inbox::of(&world.region, &vera.email).about("adresa e-pošte će biti promenjena").await?;
        let code = Inbox::of(&world.region, NEW).code_about("novu adresu").await?;
        let early = SignInRequest { email: NEW.into(), ..vera.sign_in() };
        let refused = visitor.accounts().sign_in(early.clone()).await.unwrap_err();
        ensure!(reason(&refused) == "CREDENTIALS_INVALID", "{refused}");

        let confirm = ConfirmEmailChangeRequest { code, ..Default::default() };
        let (stranger, _) = Newcomer::at(&world.region, 1)?.settle(world.api, &world.region).await?;
        let refused = stranger.accounts().confirm_email_change(confirm.clone()).await.unwrap_err();
        ensure!(reason(&refused) == "CODE_INVALID", "{refused}");
        here.accounts().confirm_email_change(confirm.clone()).await?;
        let refused = here.accounts().confirm_email_change(confirm).await.unwrap_err();
        ensure!(reason(&refused) == "CODE_INVALID", "{refused}");
        let profile = here.accounts().get_profile(GetProfileRequest {}).await?.into_inner();
        ensure!(profile.email == NEW, "{profile:?}");
        visitor.accounts().sign_in(early).await?;
        let refused = visitor.accounts().sign_in(vera.sign_in()).await.unwrap_err();
        ensure!(reason(&refused) == "CREDENTIALS_INVALID", "{refused}");
        Inbox::of(&world.region, &vera.email).about("adresa e-pošte je promenjena").await?;
        world.stop().await;
        Ok(())
    }

    async fn a_taken_address_is_answered_like_a_free_one_and_its_owner_is_told(database) {
        let world = TestWorld::start(database).await?;
        let (vera, mira) = (Newcomer::at(&world.region, 0)?, Newcomer::at(&world.region, 1)?);
        let (here, _) = vera.settle(world.api, &world.region).await?;
        mira.settle(world.api, &world.region).await?;
        let change = ChangeEmailRequest { new_email: mira.email.to_uppercase(), password: vera.password.clone() };
        let taken = here.accounts().change_email(change.clone()).await?.into_inner();
        let free = ChangeEmailRequest { new_email: NEW.into(), ..change };
        ensure!(taken == here.accounts().change_email(free).await?.into_inner(), "the answers differ");
        Inbox::of(&world.region, &mira.email).about("neko je uneo Vašu adresu").await?;
        ensure!(Inbox::of(&world.region, &mira.email).count() == 2, "a code went to the owner of the address");
        world.stop().await;
        Ok(())
    }
}
