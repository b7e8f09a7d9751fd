//! A forgotten password, and another one in place of the present one.

use anyhow::ensure;
use komunala_demo::{Customer, Inbox, Newcomer};
use komunala_grpc::proto::v1::{
    ChangePasswordRequest, GetProfileRequest, RequestPasswordResetRequest, ResetPasswordRequest, SignInRequest,
};
use komunala_tests::{TestWorld, on_both_databases};

use super::{reason, refresh};

const NEW: &str = "another long and winding pipe";

fn forgot(email: &str) -> RequestPasswordResetRequest {
    RequestPasswordResetRequest { email: email.into(), ..Default::default() }
}

on_both_databases! {
    async fn a_forgotten_password_is_replaced_by_the_code_of_the_mail_once(database) {
        let world = TestWorld::start(database).await?;
        let vera = Newcomer::at(&world.region, 0)?;
        let (_, session) = vera.settle(world.api, &world.region).await?;
        let visitor = Customer::open(world.api, &world.region.portal_key).await?;
        visitor.accounts().request_password_reset(forgot(&vera.email)).await?;
        let inbox = Inbox::of(&world.region, &vera.email);
        let code = inbox.code_about("novu lozinku").await?;

        let right = ResetPasswordRequest {
            email: vera.email.clone(),
            code: code.clone(),
            new_password: NEW.into(),
            ..Default::default()
        };
        let wrong = ResetPasswordRequest { code: if code == "00000000" { "00000001" } else { "00000000" }.into(), ..right.clone() };
        let refused = visitor.accounts().reset_password(wrong).await.unwrap_err();
        ensure!(reason(&refused) == "CODE_INVALID", "{refused}");
        visitor.accounts().reset_password(right.clone()).await?;
        let refused = visitor.accounts().reset_password(right).await.unwrap_err();
        ensure!(reason(&refused) == "CODE_INVALID", "a code was used twice: {refused}");

        let refused = visitor.accounts().refresh_session(refresh(&session)).await.unwrap_err();
        ensure!(reason(&refused) == "REFRESH_TOKEN_INVALID", "a session goes on: {refused}");
        let refused = visitor.accounts().sign_in(vera.sign_in()).await.unwrap_err();
        ensure!(reason(&refused) == "CREDENTIALS_INVALID", "{refused}");
        visitor.accounts().sign_in(SignInRequest { password: NEW.into(), ..vera.sign_in() }).await?;
        inbox.about("lozinka je promenjena").await?;
        world.stop().await;
        Ok(())
    }

    async fn an_address_that_nobody_has_is_answered_alike_and_gets_no_mail(database) {
        let world = TestWorld::start(database).await?;
        let vera = Newcomer::at(&world.region, 0)?;
        vera.settle(world.api, &world.region).await?;
        let visitor = Customer::open(world.api, &world.region.portal_key).await?;
        for email in [vera.email.as_str(), "nobody@example.rs"] {
            let mut answers = Vec::new();
            for _ in 0..6 {
                answers.push(visitor.accounts().request_password_reset(forgot(email)).await.map(|_| ()).map_err(|no| reason(&no)));
            }
            ensure!(answers[..5].iter().all(Result::is_ok) && answers[5] == Err("TOO_MANY_ATTEMPTS".into()), "{answers:?}");
            for _ in 0..7 {
                let guess = ResetPasswordRequest {
                    email: email.into(),
                    code: "00000000".into(),
                    new_password: NEW.into(),
                    ..Default::default()
                };
                let refused = visitor.accounts().reset_password(guess).await.unwrap_err();
                ensure!(reason(&refused) == "CODE_INVALID", "{refused}");
            }
        }
        let inbox = Inbox::of(&world.region, &vera.email);
        inbox.about("novu lozinku").await?;
        ensure!(inbox.count() == 2 && world.region.sink.mails().len() == 2, "more than one mail came for a password");
        world.stop().await;
        Ok(())
    }

    async fn changing_a_password_takes_the_present_one_and_ends_the_other_sessions(database) {
        let world = TestWorld::start(database).await?;
        let vera = Newcomer::at(&world.region, 0)?;
        let (here, session) = vera.settle(world.api, &world.region).await?;
        let visitor = Customer::open(world.api, &world.region.portal_key).await?;
        let elsewhere = visitor.accounts().sign_in(vera.sign_in()).await?.into_inner();
        let right = ChangePasswordRequest { current_password: vera.password.clone(), new_password: NEW.into() };
        let wrong = ChangePasswordRequest { current_password: "a guess".into(), ..right.clone() };
        let refused = here.accounts().change_password(wrong.clone()).await.unwrap_err();
        ensure!(reason(&refused) == "PASSWORD_WRONG", "{refused}");
        here.accounts().change_password(right).await?;

        let refused = visitor.accounts().refresh_session(refresh(&elsewhere)).await.unwrap_err();
        ensure!(reason(&refused) == "REFRESH_TOKEN_INVALID", "{refused}");
        visitor.accounts().refresh_session(refresh(&session)).await?;
        visitor.accounts().sign_in(SignInRequest { password: NEW.into(), ..vera.sign_in() }).await?;
        for _ in 0..4 {
            let refused = here.accounts().change_password(wrong.clone()).await.unwrap_err();
            ensure!(reason(&refused) == "PASSWORD_WRONG", "{refused}");
        }
        let refused = here.accounts().change_password(wrong).await.unwrap_err();
        ensure!(reason(&refused) == "TOO_MANY_ATTEMPTS", "{refused}");
        here.accounts().get_profile(GetProfileRequest {}).await?;
        world.stop().await;
        Ok(())
    }
}
