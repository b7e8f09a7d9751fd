//! A device that signed in before is no stranger.

use anyhow::ensure;
use komunala_demo::{Customer, Newcomer};
use komunala_grpc::proto::v1::{RequestPasswordResetRequest, SignInRequest};
use komunala_tests::{TestWorld, on_both_databases};

use super::reason;

on_both_databases! {
    async fn whoever_guesses_passwords_locks_nobody_out_of_a_device_that_signed_in_before(database) {
        let world = TestWorld::start(database).await?;
        let (vera, mira) = (Newcomer::at(&world.region, 0)?, Newcomer::at(&world.region, 1)?);
        let (_, session) = vera.settle(world.api, &world.region).await?;
        let (_, other) = mira.settle(world.api, &world.region).await?;
        ensure!(!session.device_token.is_empty(), "a device that signs in gets no token");
        let visitor = Customer::open(world.api, &world.region.portal_key).await?;
        let at = |device_token: &str, password: &str| SignInRequest {
            device_token: device_token.into(),
            password: password.into(),
            ..vera.sign_in()
        };
        for n in 0..11 {
            let refused = visitor.accounts().sign_in(at("", "a guess")).await.unwrap_err();
            let expected = if n < 10 { "CREDENTIALS_INVALID" } else { "TOO_MANY_ATTEMPTS" };
            ensure!(reason(&refused) == expected, "{n}: {refused}");
        }
        // nobody gets in with a stranger's budget, nor with another one's device or a made-up one
        for token in ["", &other.device_token, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
            let refused = visitor.accounts().sign_in(at(token, &vera.password)).await.unwrap_err();
            ensure!(reason(&refused) == "TOO_MANY_ATTEMPTS", "{token}: {refused}");
        }
        visitor.accounts().sign_in(at(&session.device_token, &vera.password)).await?;
        // a device that was stolen can be guessed from no better
        for n in 0..11 {
            let refused = visitor.accounts().sign_in(at(&session.device_token, "a guess")).await.unwrap_err();
            let expected = if n < 10 { "CREDENTIALS_INVALID" } else { "TOO_MANY_ATTEMPTS" };
            ensure!(reason(&refused) == expected, "{n}: {refused}");
        }
        world.stop().await;
        Ok(())
    }

    async fn whoever_asks_for_mails_keeps_none_from_a_device_that_signed_in_before(database) {
        let world = TestWorld::start(database).await?;
        let vera = Newcomer::at(&world.region, 0)?;
        let (_, session) = vera.settle(world.api, &world.region).await?;
        let visitor = Customer::open(world.api, &world.region.portal_key).await?;
        let forgot = RequestPasswordResetRequest { email: vera.email.clone(), device_token: String::new() };
        for _ in 0..5 {
            visitor.accounts().request_password_reset(forgot.clone()).await?;
        }
        let refused = visitor.accounts().request_password_reset(forgot.clone()).await.unwrap_err();
        ensure!(reason(&refused) == "TOO_MANY_ATTEMPTS", "{refused}");
        let known = RequestPasswordResetRequest { device_token: session.device_token, ..forgot };
        visitor.accounts().request_password_reset(known).await?;
        world.stop().await;
        Ok(())
    }
}
