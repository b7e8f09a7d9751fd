//! Links in mails, in place of the code or beside it.

use anyhow::ensure;
use komunala_demo::{Customer, Inbox, Newcomer};
use komunala_grpc::proto::v1::{
    ChangeEmailRequest, ConfirmEmailChangeRequest, GetProfileRequest, RequestPasswordResetRequest,
    ResetPasswordRequest, SignInRequest, VerifyEmailRequest,
};
use komunala_tests::{Database, TestWorld, on_both_databases, worlds};

use super::reason;

const NEW: &str = "another long and winding pipe";

fn verify(token: &str) -> VerifyEmailRequest {
    VerifyEmailRequest { token: token.into(), ..Default::default() }
}

on_both_databases! {
    async fn each_link_does_what_its_mail_says_once_and_nothing_else(database) {
        let world = TestWorld::start(database).await?;
        let vera = Newcomer::at(&world.region, 0)?;
        let inbox = Inbox::of(&world.region, &vera.email);
        let visitor = Customer::open(world.api, &world.region.portal_key).await?;
        visitor.accounts().register(vera.registration()).await?;
        let token = inbox.link_about("potvrdite adresu", "http://127.0.0.1:3000/confirm#").await?;
        let as_password = ResetPasswordRequest { token: token.clone(), new_password: NEW.into(), ..Default::default() };
        let refused = visitor.accounts().reset_password(as_password).await.unwrap_err();
        ensure!(reason(&refused) == "CODE_INVALID", "{refused}");
        let mut forged = token.clone().into_bytes();
        forged[30] = if forged[30] == b'A' { b'B' } else { b'A' };
        let refused = visitor.accounts().verify_email(verify(std::str::from_utf8(&forged)?)).await.unwrap_err();
        ensure!(reason(&refused) == "CODE_INVALID", "{refused}");
        visitor.accounts().verify_email(verify(&token)).await?;
        let refused = visitor.accounts().verify_email(verify(&token)).await.unwrap_err();
        ensure!(reason(&refused) == "CODE_INVALID", "a link was used twice: {refused}");

        let forgot = RequestPasswordResetRequest { email: vera.email.clone(), ..Default::default() };
        visitor.accounts().request_password_reset(forgot).await?;
        let token = inbox.link_about("novu lozinku", "http://127.0.0.1:3000/password#").await?;
        let refused = visitor.accounts().verify_email(verify(&token)).await.unwrap_err();
        ensure!(reason(&refused) == "CODE_INVALID", "{refused}");
        let reset = ResetPasswordRequest { token, new_password: NEW.into(), ..Default::default() };
        visitor.accounts().reset_password(reset.clone()).await?;
        let refused = visitor.accounts().reset_password(reset).await.unwrap_err();
        ensure!(reason(&refused) == "CODE_INVALID", "a link was used twice: {refused}");

        let sign_in = SignInRequest { password: NEW.into(), ..vera.sign_in() };
        let session = visitor.accounts().sign_in(sign_in).await?.into_inner();
        let here = visitor.signed_in(&session.access_token)?;
        let address = "vera.nova@example.rs";
        let change = ChangeEmailRequest { new_email: address.into(), password: NEW.into() };
        here.accounts().change_email(change).await?;
        let inbox = Inbox::of(&world.region, address);
        let token = inbox.link_about("novu adresu", "http://127.0.0.1:3000/address#").await?;
        here.accounts().confirm_email_change(ConfirmEmailChangeRequest { token, ..Default::default() }).await?;
        let profile = here.accounts().get_profile(GetProfileRequest {}).await?.into_inner();
        ensure!(profile.email == address, "{profile:?}");
        world.stop().await;
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_says_whether_its_mails_offer_a_code_or_a_link() -> anyhow::Result<()> {
    for (confirmation, has_code, has_link) in [("code", true, false), ("link", false, true)] {
        let dir = tempfile::tempdir()?;
        let settings = worlds::settings(&dir, Database::Sqlite.create().await?, toml::Table::new());
        let changes = format!("[gas-ruma.provider]\nconfirmation = \"{confirmation}\"").parse()?;
        let world = TestWorld::in_folder(dir, komunala_demo::WorldSettings { changes, ..settings }).await?;
        let vera = Newcomer::at(&world.region, 0)?;
        let visitor = Customer::open(world.api, &world.region.portal_key).await?;
        visitor.accounts().register(vera.registration()).await?;
        let text = Inbox::of(&world.region, &vera.email).text_about("potvrdite adresu").await?;
        ensure!(text.starts_with("Vaš kod za potvrdu: ") == has_code, "{confirmation}: {text}");
        ensure!(text.contains("http://127.0.0.1:3000/confirm#") == has_link, "{confirmation}: {text}");
        world.stop().await;
    }
    Ok(())
}
