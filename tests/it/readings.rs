//! Readings that are right: looked at before they are taken, shown by photos, confirmed by mail, entered by staff, and
//! all of them together in one history.

use anyhow::{Context, ensure};
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use komunala_demo::{Customer, Desk, Inbox, Newcomer, WorldSettings, desk::SCANNED, story::next_reading};
use komunala_grpc::proto::{
    google::r#type::{Date as Day, Decimal},
    operator::v1::{EnterReadingRequest, ListDeskReadingsRequest},
    v1::{
        Account, CheckReadingRequest, ListAccountsRequest, ListReadingsRequest, Reading, ReadingSource, ReadingState,
        SubmitReadingRequest, UploadAttachmentRequest,
    },
};
use komunala_tests::{Database, TestWorld, on_both_databases, worlds};
use tonic::{Code, Status};
use tonic_types::StatusExt;

/// A PNG of four pixels, in hexadecimal digits.
const PHOTO: &str = "89504e470d0a1a0a0000000d4948445200000002000000020802000000fdd49a730000000f49444154789c6368000386ff60\
    0000347908fb3032d8360000000049454e44ae426082";

fn reason(status: &Status) -> String {
    status.get_details_error_info().map(|info| info.reason).unwrap_or_default()
}

fn named(file_name: &str) -> UploadAttachmentRequest {
    UploadAttachmentRequest { file_name: file_name.to_owned(), ..Default::default() }
}

fn today() -> anyhow::Result<Date> {
    Ok(jiff::Timestamp::now().to_zoned(TimeZone::get("Europe/Belgrade")?).date())
}

fn wire(day: Date) -> Option<Day> {
    Some(Day { year: day.year().into(), month: day.month().into(), day: day.day().into() })
}

/// A world of the gas utility with these changes to its settings.
async fn world(database: Database, changes: &str) -> anyhow::Result<TestWorld> {
    let dir = tempfile::tempdir()?;
    let settings = WorldSettings {
        providers: vec!["gas-ruma"],
        changes: changes.parse()?,
        ..worlds::settings(&dir, database.create().await?, toml::Table::new())
    };
    TestWorld::in_folder(dir, settings).await
}

async fn account(customer: &Customer) -> anyhow::Result<Account> {
    let listed = customer.accounts().list_accounts(ListAccountsRequest::default()).await?.into_inner();
    listed.accounts.into_iter().next().context("no account")
}

async fn history(customer: &Customer, parent: &str) -> anyhow::Result<Vec<Reading>> {
    let request = ListReadingsRequest { parent: parent.to_owned(), page_size: 200, ..Default::default() };
    Ok(customer.readings().list_readings(request).await?.into_inner().readings)
}

/// What the only register showed.
fn state(reading: &Reading) -> anyhow::Result<i64> {
    let value = reading.registers.first().and_then(|register| register.value.as_ref()).context("no state")?;
    Ok(value.value.parse()?)
}

/// The same reading with another state, as another write.
fn showing(request: &SubmitReadingRequest, state: i64) -> SubmitReadingRequest {
    let mut request = request.clone();
    request.registers[0].value = Some(Decimal { value: state.to_string() });
    request.request_id = uuid::Uuid::new_v4().to_string();
    request
}

/// The codes of what is found about a reading that nobody submits.
async fn found(customer: &Customer, request: &SubmitReadingRequest) -> anyhow::Result<Vec<String>> {
    let SubmitReadingRequest { parent, reading_date, registers, .. } = request.clone();
    let request = CheckReadingRequest { parent, reading_date, registers };
    let findings = customer.readings().check_reading(request).await?.into_inner().findings;
    Ok(findings.into_iter().map(|finding| finding.code).collect())
}

on_both_databases! {
    async fn what_is_unusual_for_the_season_is_taken_once_it_is_confirmed_and_confirmed_by_mail(database) {
        let world = world(database, "[gas-ruma.provider.readings]\nconfirm_by_mail = true").await?;
        let newcomer = Newcomer::at(&world.region, 0)?;
        let (customer, _) = newcomer.settle(world.api, &world.region).await?;
        let request = SubmitReadingRequest { confirmed: false, ..next_reading(&customer, &account(&customer).await?).await? };
        let known = history(&customer, &request.parent).await?;
        let read = |reading: &&Reading| reading.source() != ReadingSource::Estimate;
        let last = known.iter().find(read).context("no history")?;
        let read_on = last.reading_date.context("no day")?;
        let read_on = Date::new(read_on.year.try_into()?, read_on.month.try_into()?, read_on.day.try_into()?)?;
        let days = i64::from((today()? - read_on).get_days());
        // what the billing system would just believe is many times what any winter used
        let high = showing(&request, state(last)? + 190 + 90 * days);
        ensure!(found(&customer, &high).await? == ["HIGH"], "{:?} after {days} days", found(&customer, &high).await?);
        ensure!(found(&customer, &showing(&request, state(last)?)).await?.is_empty(), "an equal reading is odd");
        let asked = customer.readings().submit_reading(high.clone()).await?.into_inner();
        ensure!(asked.state() == ReadingState::NeedsConfirmation && asked.name.is_empty(), "{asked:?}");
        ensure!(world.region.gas().submitted_readings().is_empty(), "it arrived unconfirmed");
        let taken = customer.readings().submit_reading(SubmitReadingRequest { confirmed: true, ..high }).await?.into_inner();
        ensure!(matches!(taken.state(), ReadingState::Accepted | ReadingState::Posted), "{taken:?}");

        let mail = Inbox::of(&world.region, &newcomer.email).text_about("stanje brojila je primljeno").await?;
        ensure!(mail.contains(&last.serial_number) && mail.contains(&(state(last)? + 190 + 90 * days).to_string()), "{mail}");
        world.stop().await;
        Ok(())
    }

    async fn a_photo_goes_with_a_reading_and_with_the_one_that_replaces_it_to_the_desk(database) {
        let world = world(database, "").await?;
        let (vera, _) = Newcomer::at(&world.region, 0)?.settle(world.api, &world.region).await?;
        let (mira, _) = Newcomer::at(&world.region, 1)?.settle(world.api, &world.region).await?;
        let png = hex::decode(PHOTO)?;
        let photo = vera.upload(named("brojilo.png"), &png).await?;
        let document = vera.upload(named("izjava.pdf"), SCANNED.as_bytes()).await?;
        let foreign = mira.upload(named("moje.png"), &png).await?;
        let request = next_reading(&vera, &account(&vera).await?).await?;
        let with = |photo: &str| SubmitReadingRequest {
            attachments: vec![photo.to_owned()],
            request_id: uuid::Uuid::new_v4().to_string(),
            ..request.clone()
        };
        for (name, wanted) in [(&document.name, "INVALID_FIELDS"), (&foreign.name, "NOT_FOUND")] {
            let refused = vera.readings().submit_reading(with(name)).await.unwrap_err();
            ensure!(reason(&refused) == wanted, "{refused}");
        }
        ensure!(world.region.gas().submitted_readings().is_empty(), "a reading with a wrong photo arrived");
        let submit = with(&photo.name);
        let first = vera.readings().submit_reading(submit.clone()).await?.into_inner();
        ensure!(first.attachments == [photo.clone()], "{first:?}");
        let again = vera.readings().submit_reading(submit).await?.into_inner();
        ensure!(again.name == first.name, "the same write is another reading");
        let reused = vera.readings().submit_reading(with(&photo.name)).await.unwrap_err();
        ensure!(reason(&reused) == "NOT_FOUND", "one photo shows two readings: {reused}");

        let corrected = showing(&request, request.registers[0].value.as_ref().context("no state")?.value.parse::<i64>()? + 1);
        let second = vera.readings().submit_reading(corrected).await?.into_inner();
        ensure!(second.name != first.name && second.attachments == [photo.clone()], "{second:?}");
        let desk = Desk::open(&world).await?;
        let parent = "providers/gas-ruma".to_owned();
        let list = ListDeskReadingsRequest { parent, ..Default::default() };
        let listed = desk.requests().list_desk_readings(list).await?.into_inner().readings;
        ensure!(listed.len() == 1 && listed[0].name == second.name, "{listed:?}");
        ensure!(listed[0].attachments == [photo.clone()], "{listed:?}");
        let (_, bytes) = desk.attachment("gas-ruma", &photo.name).await?;
        ensure!(bytes.starts_with(&png[..8]), "it is no picture");
        let unused = desk.attachment("gas-ruma", &foreign.name).await.unwrap_err();
        ensure!(reason(&unused) == "NOT_FOUND", "a photo that shows no reading is shown: {unused}");
        world.stop().await;
        Ok(())
    }

    async fn staff_enter_what_a_customer_may_not_and_it_stands_in_the_one_history(database) {
        let closed = today()?.day() % 28 + 1;
        let window = format!("{{ days_of_month = {{ first = {closed}, last = {closed} }} }}");
        let world = world(database, &format!("[gas-ruma.provider]\nreading_window = {window}")).await?;
        let newcomer = Newcomer::at(&world.region, 0)?;
        let (customer, _) = newcomer.settle(world.api, &world.region).await?;
        let own = account(&customer).await?;
        let submit = next_reading(&customer, &own).await?;
        let refused = customer.readings().submit_reading(submit.clone()).await.unwrap_err();
        ensure!(reason(&refused) == "READING_REJECTED", "{refused}");

        let point = own.supply_points.first().context("no point")?;
        let desk = Desk::open(&world).await?;
        let enter = EnterReadingRequest {
            parent: "providers/gas-ruma".to_owned(),
            number: own.customer_number.clone(),
            serial_number: point.meters[0].serial_number.clone(),
            reading_date: submit.reading_date,
            registers: submit.registers.clone(),
            request_id: uuid::Uuid::new_v4().to_string(),
        };
        let fresh = || EnterReadingRequest { request_id: String::new(), ..enter.clone() };
        for (wrong, code) in [
            (EnterReadingRequest { number: "000000".to_owned(), ..fresh() }, Code::NotFound),
            (EnterReadingRequest { serial_number: "G0-0".to_owned(), ..fresh() }, Code::NotFound),
            (EnterReadingRequest { reading_date: wire(today()?.checked_add(1.day())?), ..fresh() }, Code::FailedPrecondition),
        ] {
            let refused = desk.requests().enter_reading(wrong).await.unwrap_err();
            ensure!(refused.code() == code, "{refused}");
        }
        let entered = desk.requests().enter_reading(enter.clone()).await?.into_inner();
        let again = desk.requests().enter_reading(enter).await?.into_inner();
        ensure!(entered.name == again.name && entered.source() == ReadingSource::Operator, "{entered:?}, {again:?}");
        ensure!(matches!(entered.state(), ReadingState::Accepted | ReadingState::Posted), "{entered:?}");
        ensure!(world.region.gas().submitted_readings().len() == 1, "it did not arrive once");

        let of_point = history(&customer, &format!("{}/meters/-", point.name)).await?;
        let of_meter = history(&customer, &submit.parent).await?;
        // states go on meanwhile
        let names = |history: &[Reading]| history.iter().map(|reading| reading.name.clone()).collect::<Vec<_>>();
        ensure!(names(&of_point) == names(&of_meter), "the only meter's history is another one than the point's");
        ensure!(of_point[0].name == entered.name, "{:?}", of_point[0]);
        let days: Vec<_> = of_point.iter().map(|reading| (reading.reading_date, reading.source, &reading.serial_number)).collect();
        let mut once = days.clone();
        once.dedup();
        ensure!(days.len() == once.len() && days.len() > 12, "a reading stands there twice: {days:?}");
        world.stop().await;
        Ok(())
    }
}
