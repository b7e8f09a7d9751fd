//! Notices that wait: for the end of quiet hours, and for the day before.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, ensure};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use komunala_demo::{Customer, Inbox};
use komunala_grpc::proto::operator::v1::GetOutageRequest;
use komunala_simulators::SentText;
use komunala_tests::{TurnedClock, on_both_databases};

use super::desk::{later, outages, publish, sign_up_mail, sign_up_phone, told};
use crate::operator::office::Office;

const PHONE: &str = "+381601234567";
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// Quiet hours that began an hour ago and end two hours from now, where the utility is.
fn quiet_now() -> anyhow::Result<String> {
    let now = Timestamp::now().to_zoned(TimeZone::get("Europe/Belgrade")?);
    let (begin, end) = (&now - HOUR, &now + HOUR * 2);
    let window = format!("{}-{}", begin.strftime("%H:%M"), end.strftime("%H:%M"));
    Ok(format!("[gas-ruma.provider.outages]\nquiet_hours = \"{window}\""))
}

on_both_databases! {
    async fn quiet_hours_hold_a_text_until_they_end_and_for_ever_where_the_outage_is_over_by_then(database) {
        let office = Office::of(database, "", &quiet_now()?).await?;
        let clock = Arc::new(TurnedClock::default());
        let hub = office.hub_at(clock.clone()).await?;
        let visitor = Customer::open(hub.api, &office.region.portal_key).await?;
        sign_up_phone(&visitor, &office, "R-0000001", PHONE).await?;
        let mut desk = outages(&office, &hub).await?;
        let tomorrow = desk.publish_outage(publish(later(&["R-0000001"], HOUR * 24, "sutra"))).await?.into_inner();
        let morning = desk.publish_outage(publish(later(&["R-0000001"], HOUR * 3, "jutros"))).await?.into_inner();
        let (use_cases, phones) = (hub.use_cases(), &office.region.phones);
        let before = phones.sent().len();
        ensure!(use_cases.tell_outages(&use_cases.system_scope()).await? == 0, "it was told in the night");
        let shown = desk.get_outage(GetOutageRequest { name: tomorrow.name.clone() }).await?.into_inner();
        let due = shown.notices.first().and_then(|notice| notice.due_time).context("it is not due")?;
        let quiet = Timestamp::from_second(due.seconds)?.duration_since(Timestamp::now());
        ensure!(quiet > HOUR && quiet <= HOUR * 2, "it is due in {quiet}");

        // nobody was awake until the one of this morning had ended
        clock.turn_to(HOUR * 6);
        ensure!(told(&mut desk, &tomorrow).await? == 1, "not told once");
        ensure!(told(&mut desk, &morning).await? == 0, "it was told of what is over");
        let is_notice = |sent: &SentText| sent.text.contains("outage ") && !sent.text.contains("code");
        let sent = phones.wait_for(is_notice, Duration::from_secs(20)).await.context("no text came in the morning")?;
        ensure!(sent.to == PHONE && sent.text.contains("R-0000001"), "{sent:?}");
        ensure!(use_cases.tell_outages(&use_cases.system_scope()).await? == 0, "it was told twice");
        tokio::time::sleep(Duration::from_secs(1)).await;
        ensure!(phones.sent().len() == before + 1, "{:?}", phones.sent());
        hub.stop().await;
        Ok(())
    }

    async fn the_reminder_goes_out_once_on_the_day_before(database) {
        let office = Office::of(database, "", "[gas-ruma.provider.outages]\nremind_before = \"24h\"").await?;
        let clock = Arc::new(TurnedClock::default());
        let hub = office.hub_at(clock.clone()).await?;
        let visitor = Customer::open(hub.api, &office.region.portal_key).await?;
        sign_up_mail(&visitor, &office, "R-0000001", "maja@example.rs").await?;
        let mut desk = outages(&office, &hub).await?;
        let outage = desk.publish_outage(publish(later(&["R-0000001"], HOUR * 48, "Zamena ventila"))).await?.into_inner();
        ensure!(told(&mut desk, &outage).await? == 1, "not announced");
        let inbox = Inbox::of(&office.region, "maja@example.rs");
        inbox.about("outage on").await?;
        let use_cases = hub.use_cases();
        clock.turn_to(HOUR * 23);
        ensure!(use_cases.tell_outages(&use_cases.system_scope()).await? == 0, "that is too early");
        ensure!(inbox.count() == 2, "{} mails instead of the code and the announcement", inbox.count());

        clock.turn_to(HOUR * 24 + SignedDuration::from_mins(1));
        let text = inbox.text_about("reminder").await?;
        ensure!(text.contains("R-0000001") && text.contains("Zamena ventila"), "{text}");
        for hours in [25, 47, 51] {
            clock.turn_to(HOUR * hours);
            ensure!(use_cases.tell_outages(&use_cases.system_scope()).await? == 0, "it was told again");
        }
        ensure!(inbox.count() == 3, "{} mails instead of 3", inbox.count());
        hub.stop().await;
        Ok(())
    }
}
