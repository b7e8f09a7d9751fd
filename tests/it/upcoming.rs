//! A bill that is not there yet, where the provider's bill calendar says when it comes.

use anyhow::{Context, ensure};
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use komunala_demo::{Chernihivgaz, Customer, Newcomer, WorldSettings};
use komunala_grpc::proto::v1::{
    DownloadInvoiceRequest, GetInvoiceRequest, GetPaymentCodeRequest, ListInvoicesRequest, ListInvoicesResponse,
    get_payment_code_request::Format,
};
use komunala_simulators::Month;
use komunala_tests::{TestWorld, on_both_databases, worlds};
use tonic::Code;
use tonic_types::StatusExt;

/// Bills come as late as they can, and every read asks the billing system.
const LATE: i8 = 28;
const ALWAYS_ASK: &str = "[copies]\nfresh_for = \"1ms\"";

async fn bills(customer: &Customer, page_token: &str) -> anyhow::Result<ListInvoicesResponse> {
    let parent = "providers/-/accounts/-".into();
    let request =
        ListInvoicesRequest { parent, page_size: 10, page_token: page_token.to_owned(), ..Default::default() };
    Ok(customer.invoices().list_invoices(request).await?.into_inner())
}

/// The month whose bill is awaited, and its day: the last month until its day or its bill has come.
fn awaited(today: Date, billed: bool) -> anyhow::Result<(String, Date)> {
    let (period, day) = match today.day() < LATE && !billed {
        true => (today.checked_sub(1.month())?, today),
        false => (today, today.first_of_month().checked_add(1.month())?),
    };
    Ok((period.strftime("%Y-%m").to_string(), day.first_of_month().checked_add((LATE - 1).days())?))
}

on_both_databases! {
    async fn the_next_bill_is_named_with_its_day_wherever_it_is_asked_for(database) {
        let dir = tempfile::tempdir()?;
        let settings = WorldSettings {
            providers: vec!["gas-ruma", "chernihivgaz"],
            changes: format!("[chernihivgaz.provider]\nbills_from_day = {LATE}").parse()?,
            ..worlds::settings(&dir, database.create().await?, ALWAYS_ASK.parse()?)
        };
        let world = TestWorld::in_folder(dir, settings).await?;
        let provider = world.region.provider::<Chernihivgaz>()?;
        let today = jiff::Timestamp::now().to_zoned(TimeZone::get("Europe/Kyiv")?).date();
        let last = Month::of(today).plus(-1);
        provider.billing.switches.change(|switches| switches.open_from = Some(last));
        let (customer, _) = Newcomer::of(provider, 0)?.settle(world.api, &world.region).await?;
        komunala_demo::newcomer::link(&customer, world.region.named("gas-ruma")?, 0).await?;

        let listed = bills(&customer, "").await?;
        let [upcoming] = &listed.upcoming[..] else { anyhow::bail!("awaited: {:?}", listed.upcoming) };
        let (period, day) = awaited(today, false)?;
        let until = upcoming.not_available_until.context("no day")?;
        let said = Date::new(until.year.try_into()?, until.month.try_into()?, until.day.try_into()?)?;
        ensure!((&upcoming.period, said) == (&period, day), "{upcoming:?} instead of {period} on {day}");
        ensure!(upcoming.total.is_none() && upcoming.number.is_empty(), "more is said than is known");
        ensure!(listed.invoices.iter().all(|invoice| invoice.not_available_until.is_none()), "it stands among the bills");
        let next = bills(&customer, &listed.next_page_token).await?;
        ensure!(next.upcoming.is_empty(), "it is named on every page");

        let name = upcoming.name.clone();
        let got = customer.invoices().get_invoice(GetInvoiceRequest { name: name.clone() }).await?.into_inner();
        ensure!(got.not_available_until == Some(until), "{got:?}");
        let refused = customer.invoices().download_invoice(DownloadInvoiceRequest { name: name.clone(), ..Default::default() }).await;
        let refused = refused.err().context("a document of a bill that is not there")?;
        let info = refused.get_details_error_info().context("no reason")?;
        ensure!(refused.code() == Code::FailedPrecondition && info.reason == "NOT_AVAILABLE_YET", "{refused}");
        ensure!(info.metadata["available_from"] == day.to_string(), "{info:?}");
        let format = Format::Svg.into();
        let request = GetPaymentCodeRequest { name, format, ..Default::default() };
        let refused = customer.invoices().get_payment_code(request).await.err();
        let refused = refused.context("a payment code of a bill that is not there")?;
        let info = refused.get_details_error_info().context("no reason")?;
        ensure!(info.reason == "NOT_AVAILABLE_YET" && info.metadata["available_from"] == day.to_string(), "{info:?}");

        // both issuers' bills came early: the next month's are awaited
        provider.billing.switches.clear();
        provider.billing.clock.fix(last.plus(1).last_day());
        let listed = bills(&customer, "").await?;
        let periods: Vec<_> = listed.upcoming.iter().map(|upcoming| &upcoming.period).collect();
        ensure!(periods == [&awaited(today, true)?.0], "{periods:?}");
        world.stop().await;
        Ok(())
    }
}
