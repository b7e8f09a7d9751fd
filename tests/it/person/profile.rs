//! What a person says of themselves.

use anyhow::ensure;
use komunala_demo::{Inbox, Newcomer};
use komunala_grpc::proto::v1::{ChangePasswordRequest, Profile, UpdateProfileRequest};
use komunala_tests::{TestWorld, on_both_databases};
use prost_types::FieldMask;

use super::reason;

fn update(profile: Profile, paths: &[&str]) -> UpdateProfileRequest {
    let update_mask = Some(FieldMask { paths: paths.iter().map(|&path| path.to_owned()).collect() });
    UpdateProfileRequest { profile: Some(profile), update_mask }
}

on_both_databases! {
    async fn a_profile_changes_by_its_mask_and_mails_follow_the_language(database) {
        let world = TestWorld::start(database).await?;
        let vera = Newcomer::at(&world.region, 0)?;
        let (here, _) = vera.settle(world.api, &world.region).await?;
        let wanted = Profile {
            given_name: "Верица".into(),
            family_name: "left out of the mask".into(),
            phone_number: "+381601234567".into(),
            language_code: "sr-Cyrl".into(),
            email: "ignored@example.rs".into(),
            ..Default::default()
        };
        let mask = ["given_name", "phone_number", "language_code", "email"];
        let changed = here.accounts().update_profile(update(wanted.clone(), &mask)).await?.into_inner();
        ensure!((changed.given_name.as_str(), changed.family_name.as_str()) == ("Верица", "Verić"), "{changed:?}");
        ensure!(changed.phone_number == wanted.phone_number && changed.language_code == "sr-Cyrl", "{changed:?}");
        ensure!(changed.email == vera.email, "{changed:?}");

        for (profile, paths) in [
            (wanted.clone(), ["password_hash"]),
            (Profile { phone_number: "060 123".into(), ..wanted.clone() }, ["phone_number"]),
            (Profile { language_code: "de".into(), ..wanted.clone() }, ["language_code"]),
            (Profile { given_name: "x".repeat(129), ..wanted.clone() }, ["given_name"]),
        ] {
            let refused = here.accounts().update_profile(update(profile, &paths)).await.unwrap_err();
            ensure!(reason(&refused) == "INVALID_FIELDS", "{paths:?}: {refused}");
        }
        let unsaid = UpdateProfileRequest { profile: None, update_mask: None };
        let refused = here.accounts().update_profile(unsaid).await.unwrap_err();
        ensure!(reason(&refused) == "INVALID_FIELDS", "{refused}");

        let password =
            ChangePasswordRequest { current_password: vera.password.clone(), new_password: "nineteen loose pipes".into() };
        here.accounts().change_password(password).await?;
        Inbox::of(&world.region, &vera.email).about("лозинка је промењена").await?;
        world.stop().await;
        Ok(())
    }
}
