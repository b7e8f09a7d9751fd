//! The gas adapter against a billing system that is not the simulator, but follows the same description: another order of
//! fields, further fields, ids that must be encoded, small pages with items that recur, tokens that are withdrawn.

mod server;

use anyhow::{Context, ensure};
use komunala_demo::{Customer, Newcomer, Region, newcomer::code_of};
use komunala_grpc::proto::{
    google::r#type::{Date, Decimal, Money},
    v1::{
        GetBalanceRequest, ListAccountsRequest, ListInvoicesRequest, ListLedgerEntriesRequest, ListReadingsRequest,
        ReadingState, RegisterValue, SubmitReadingRequest, VerifyEmailRequest,
    },
};
use komunala_server::Configuration;
use komunala_tests::{Database, worlds};

use server::OtherServer;

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_served_by_another_server_that_follows_the_same_text() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let settings = worlds::settings(&dir, Database::Sqlite.create().await?, toml::Table::new());
    let region = Region::start(&settings).await?;
    let other = OtherServer::start().await?;
    let configuration = region.configure(&settings)?;
    let provider = settings.dir.join("settings/gas-ruma.toml");
    std::fs::write(&provider, std::fs::read_to_string(&provider)?.replace(&region.gas().url(), &other.url))?;
    let hub = komunala_server::start(Configuration::read(&configuration)?).await?;

    let mut newcomer = Newcomer::at(&region, 0)?;
    newcomer.email = "other@example.rs".into();
    let visitor = Customer::open(hub.api, &region.portal_key).await?;
    let mut registration = newcomer.registration();
    registration.customer_number = server::NUMBER.into();
    registration.pin = server::PIN.into();
    visitor.accounts().register(registration).await?;
    let mail = region.sink.wait_for(|_| true, komunala_demo::newcomer::MAIL_WAIT).await?;
    let code = code_of(&mail.data).context("no code")?;
    let verify = VerifyEmailRequest { email: newcomer.email.clone(), code, token: String::new() };
    visitor.accounts().verify_email(verify).await?;
    let session = visitor.accounts().sign_in(newcomer.sign_in()).await?.into_inner();
    let customer = visitor.signed_in(&session.access_token)?;

    let accounts = customer.accounts().list_accounts(ListAccountsRequest::default()).await?.into_inner().accounts;
    let account = accounts.first().context("no account")?;
    ensure!(account.customer_number == server::NUMBER);
    let parent = account.name.clone();

    let list = ListInvoicesRequest { parent: parent.clone(), ..Default::default() };
    let listed = customer.invoices().list_invoices(list).await?.into_inner();
    ensure!(listed.unreachable.is_empty(), "the billing system was not understood");
    let invoices = listed.invoices;
    let numbers: Vec<_> = invoices.iter().map(|invoice| invoice.number.as_str()).collect();
    ensure!(numbers == ["O-3", "O-2", "O-1"], "{numbers:?}");
    let total = Money { currency_code: "RSD".into(), units: 4312, nanos: 70_000_000 };
    ensure!(invoices[2].total == Some(total), "{:?}", invoices[2].total);
    ensure!(invoices[1].total.as_ref().is_some_and(|total| total.units == -12), "{:?}", invoices[1].total);

    ensure!(customer.download(&invoices[2].name, "").await?.bytes == server::PDF, "another PDF");

    let balance = customer.invoices().get_balance(GetBalanceRequest { name: parent.clone() }).await?.into_inner();
    ensure!(balance.balances.len() == 1);
    let list = ListLedgerEntriesRequest { parent, ..Default::default() };
    let card = customer.invoices().list_ledger_entries(list).await?.into_inner().entries;
    ensure!(card.len() == 2, "{} rows", card.len());

    let meter = &account.supply_points[0].meters[0];
    let list = ListReadingsRequest { parent: meter.name.clone(), ..Default::default() };
    let readings = customer.readings().list_readings(list).await?.into_inner().readings;
    ensure!(readings.len() == 1, "{} readings", readings.len());
    let submit = SubmitReadingRequest {
        parent: meter.name.clone(),
        reading_date: Some(Date { year: 2024, month: 9, day: 1 }),
        registers: vec![RegisterValue {
            code: meter.registers[0].code.clone(),
            value: Some(Decimal { value: "10510".into() }),
        }],
        request_id: uuid::Uuid::new_v4().to_string(),
        ..Default::default()
    };
    let taken = customer.readings().submit_reading(submit).await?.into_inner();
    ensure!(taken.state() == ReadingState::Accepted, "{:?}", taken.state());
    ensure!(other.readings() == 1, "{} readings arrived", other.readings());
    hub.stop().await;
    Ok(())
}
