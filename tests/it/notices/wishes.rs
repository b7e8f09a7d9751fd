//! What customers wish to be told of by mail, and when not.

use anyhow::ensure;
use jiff::{ToSpan, Zoned, tz::TimeZone};
use komunala_demo::{Customer, Inbox, Newcomer};
use komunala_grpc::proto::v1::{
    ChangePasswordRequest, GetPreferencesRequest, GetProfileRequest, Preferences, QuietHours, TopicPreference,
    UpdatePreferencesRequest,
};
use komunala_tests::{TestWorld, on_both_databases};
use tonic::Status;

use super::{cause_news, reason, told};

async fn wish(customer: &Customer, preferences: Preferences, paths: &[&str]) -> Result<Preferences, Status> {
    let paths = paths.iter().map(|&path| path.to_owned()).collect();
    let update_mask = Some(prost_types::FieldMask { paths });
    let ask = UpdatePreferencesRequest { preferences: Some(preferences), update_mask };
    Ok(customer.notifications().update_preferences(ask).await?.into_inner())
}

fn by(topic: &str, channels: &[&str]) -> Preferences {
    let channels = channels.iter().map(|&channel| channel.to_owned()).collect();
    let topic = TopicPreference { topic: topic.to_owned(), channels, available_channels: Vec::new() };
    Preferences { topics: vec![topic], ..Preferences::default() }
}

/// Quiet hours around this moment.
fn now() -> Preferences {
    let now = Zoned::now().with_time_zone(TimeZone::UTC);
    let at = |hours: i64| now.checked_add(hours.hours()).unwrap().strftime("%H:%M").to_string();
    let quiet_hours = Some(QuietHours { start_time: at(-2), end_time: at(2), time_zone: "UTC".to_owned() });
    Preferences { quiet_hours, ..Preferences::default() }
}

on_both_databases! {
    async fn what_somebody_does_not_want_by_mail_stands_in_the_portal_alone(database) {
        let world = TestWorld::start(database).await?;
        let vera = Newcomer::at(&world.region, 0)?;
        let (customer, _) = vera.settle(world.api, &world.region).await?;
        let before = customer.notifications().get_preferences(GetPreferencesRequest {}).await?.into_inner();
        ensure!(before.language_code == "sr-Latn" && before.quiet_hours.is_none(), "{before:?}");
        ensure!(before.topics.iter().all(|topic| topic.channels == ["email"]), "{before:?}");

        let after = wish(&customer, by("requests", &[]), &["topics"]).await?;
        ensure!(after.topics[0] == before.topics[0] && after.topics[1].channels.is_empty(), "{after:?}");
        ensure!(after.topics[1].available_channels == ["email"], "{after:?}");
        let silent = cause_news(&world, &customer).await?;
        wish(&customer, by("requests", &["email"]), &[]).await?;
        let loud = cause_news(&world, &customer).await?;
        let inbox = Inbox::of(&world.region, &vera.email);
        inbox.about("stigao je odgovor").await?;
        ensure!(inbox.count() == 2, "there came {} mails, the code among them", inbox.count());
        let listed: Vec<_> = told(&customer).await?.notifications.into_iter().map(|told| told.resource).collect();
        ensure!(listed == [loud, silent], "{listed:?}");
        world.stop().await;
        Ok(())
    }

    async fn in_quiet_hours_news_wait_and_what_is_about_safety_does_not(database) {
        let world = TestWorld::start(database).await?;
        let vera = Newcomer::at(&world.region, 0)?;
        let (customer, _) = vera.settle(world.api, &world.region).await?;
        let quiet = wish(&customer, now(), &["quiet_hours"]).await?;
        ensure!(quiet.quiet_hours == now().quiet_hours || quiet.quiet_hours.is_some(), "{quiet:?}");
        cause_news(&world, &customer).await?;
        let new_password = "another long and winding pipe".to_owned();
        let change = ChangePasswordRequest { current_password: vera.password.clone(), new_password };
        customer.accounts().change_password(change).await?;
        let inbox = Inbox::of(&world.region, &vera.email);
        inbox.about("lozinka je promenjena").await?;
        ensure!(inbox.count() == 2, "the news did not wait: {} mails", inbox.count());
        ensure!(told(&customer).await?.notifications.len() == 2, "the portal waits too");
        let gone = wish(&customer, Preferences::default(), &["quiet_hours"]).await?;
        ensure!(gone.quiet_hours.is_none(), "{gone:?}");
        world.stop().await;
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wishes_that_make_no_sense_are_named_and_the_language_is_the_profiles() -> anyhow::Result<()> {
    let world = TestWorld::start(komunala_tests::Database::Sqlite).await?;
    let (customer, _) = Newcomer::at(&world.region, 0)?.settle(world.api, &world.region).await?;
    let night = |start: &str, end: &str, zone: &str| {
        let (start_time, end_time, time_zone) = (start.to_owned(), end.to_owned(), zone.to_owned());
        Preferences { quiet_hours: Some(QuietHours { start_time, end_time, time_zone }), ..Preferences::default() }
    };
    for wrong in [
        by("requests", &["sms"]),
        by("requests", &["fax"]),
        by("weather", &["email"]),
        night("22:00", "22:00", "UTC"),
        night("25:00", "06:00", "UTC"),
        night("22:00", "06:00", "Europe/Atlantis"),
        night("late", "06:00", "UTC"),
        Preferences { language_code: "de".to_owned(), ..Preferences::default() },
    ] {
        let refused = wish(&customer, wrong.clone(), &[]).await.unwrap_err();
        ensure!(reason(&refused) == "INVALID_FIELDS", "{wrong:?}: {refused}");
    }
    let english = Preferences { language_code: "en".to_owned(), ..Preferences::default() };
    ensure!(wish(&customer, english, &[]).await?.language_code == "en", "another language");
    let profile = customer.accounts().get_profile(GetProfileRequest {}).await?.into_inner();
    ensure!(profile.language_code == "en", "{profile:?}");
    world.stop().await;
    Ok(())
}
