//! JKP Infostan tehnologije: the unified bill, by nightly files. Nothing can be asked: its story is told out of what stood
//! in them, and what customers choose waits for the next exchange.

use std::{
    fs,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use futures::future::BoxFuture;
use jiff::tz::TimeZone;
use komunala_grpc::proto::v1::{
    BillDelivery, Invoice, ListAccountsRequest, ListInvoicesRequest, SetBillDeliveryRequest,
};
use komunala_simulators::heating::{Customer as Billed, HeatingExchange, Kind, Night, Population};
use toml::Table;

use super::{PaperBill, Provider};
use crate::{
    Customer, Newcomer, SettingsFile, World, WorldSettings,
    settings_file::set,
    story::{Teller, request_id},
};

/// How many months of bills the first files bring.
const MONTHS: u8 = 3;
/// How long the first import may take.
const IMPORTED_IN: Duration = Duration::from_secs(300);

/// The utility and its end of the exchange.
pub struct Infostan {
    /// The three folders.
    pub exchange: HeatingExchange,
}

pub(super) fn start(world: &WorldSettings) -> BoxFuture<'_, anyhow::Result<Box<dyn Provider>>> {
    let (folder, population) = (world.dir.join("exchange"), Population { seed: 7, count: world.customers });
    Box::pin(async move {
        let exchange = tokio::task::spawn_blocking(move || -> anyhow::Result<_> {
            let exchange = HeatingExchange::create(folder, population)?;
            let today = jiff::Timestamp::now().to_zoned(TimeZone::get("Europe/Belgrade")?).date();
            exchange.write(&Night::first(today, MONTHS))?;
            exchange.write_documents(Night::newest_period(today))?;
            Ok(exchange)
        });
        Ok(Box::new(Infostan { exchange: exchange.await?? }) as Box<dyn Provider>)
    })
}

fn bill(customer: Billed) -> PaperBill {
    PaperBill { customer_number: customer.number(), pin: customer.pin() }
}

#[async_trait::async_trait]
impl Provider for Infostan {
    fn id(&self) -> &'static str {
        "infostan"
    }

    fn language(&self) -> &'static str {
        "sr-Cyrl"
    }

    fn connect(&self, settings: &mut SettingsFile) -> anyhow::Result<()> {
        for (name, folder) in
            [("out", self.exchange.out()), ("ack", self.exchange.ack()), ("in", self.exchange.inbox())]
        {
            let folder = std::path::absolute(folder)?;
            settings.set(&["grant", "folders", name], folder.display().to_string());
        }
        Ok(())
    }

    fn configure(&self, hub: &mut Table) {
        // a demo has no night
        set(hub, &["feed", "every"], "1s");
        set(hub, &["feed", "hand_over_every"], "2s");
    }

    fn customers(&self, count: usize) -> Vec<PaperBill> {
        let ordinary = self.exchange.population().all().filter(|customer| customer.kind() == Kind::Ordinary);
        ordinary.take(count).map(bill).collect()
    }

    fn silence(&self, _: bool) {}

    fn answers_live(&self) -> bool {
        false
    }

    fn prints_for(&self, bill: &PaperBill) -> Option<bool> {
        let mut files: Vec<_> = fs::read_dir(self.exchange.inbox()).ok()?.filter_map(Result::ok).collect();
        files.sort_by_key(fs::DirEntry::file_name);
        let texts = files.iter().filter(|file| file.file_name().to_string_lossy().starts_with("DOST_"));
        let texts: Vec<_> = texts.filter_map(|file| fs::read_to_string(file.path()).ok()).collect();
        let rows = texts.iter().flat_map(|text| text.lines());
        let last = rows.filter_map(|row| row.strip_prefix(&bill.customer_number)?.strip_prefix(';')).next_back();
        Some(last.is_none_or(|row| row.starts_with('P')))
    }

    /// Waits until the first files are imported: the last customer's bills are there then.
    async fn ready(&self, world: &World) -> anyhow::Result<()> {
        let all: Vec<_> = self.customers(usize::MAX);
        let last = all.last().context("nobody")?.clone();
        let newcomer = Newcomer::with(self, last, "imported");
        let visitor = Customer::open(world.api, &world.region.portal_key).await?;
        let started = Instant::now();
        while let Err(refused) = visitor.accounts().register(newcomer.registration()).await {
            ensure!(started.elapsed() < IMPORTED_IN, "the customers are not imported: {refused}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        let customer = newcomer.confirm(&visitor, &world.region).await?.0;
        while bills(&customer).await?.len() < usize::from(MONTHS) {
            ensure!(started.elapsed() < IMPORTED_IN, "the bills are not imported");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        Ok(())
    }

    async fn tell(&self, teller: &Teller<'_>) -> anyhow::Result<()> {
        let place = crate::report::CUSTOMERS;
        let told = self.customers(place + 1).pop().context("the files have too few customers")?;
        let newcomer = Newcomer::with(self, told.clone(), "milica");
        let (customer, _) = newcomer.settle(teller.world.api, &teller.world.region).await?;
        let listed = customer.accounts().list_accounts(ListAccountsRequest::default()).await?.into_inner();
        let account = listed.accounts.into_iter().next().context("no account is linked")?;
        teller.holds("Register", "the PIN was checked on a verifier that came by file: nobody could be asked");

        let bills = bills(&customer).await?;
        let newest = bills.first().context("no bills")?;
        let discount = newest.discounts.len();
        let what =
            format!("{} of {} with {} lines, {discount} discount(s)", newest.number, newest.period, newest.lines.len());
        teller.holds("ListInvoices", &format!("{what}, out of last night's files"));

        let pdf = customer.download(&newest.name, "").await?;
        ensure!(pdf.bytes.starts_with(b"%PDF-"), "no PDF");
        teller.holds("DownloadInvoice", &format!("{} bytes out of the archive of its municipality", pdf.size_bytes));

        let request = SetBillDeliveryRequest {
            name: account.name,
            bill_delivery: BillDelivery::Email.into(),
            request_id: request_id(),
        };
        customer.accounts().set_bill_delivery(request).await?;
        let started = Instant::now();
        while self.prints_for(&told) == Some(true) {
            ensure!(started.elapsed() < Duration::from_secs(30), "the choice was not handed over");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        teller.holds("SetBillDelivery", "in the next file for the billing system, which answers the day after");
        Ok(())
    }
}

async fn bills(customer: &Customer) -> anyhow::Result<Vec<Invoice>> {
    let parent = "providers/infostan/accounts/-".to_owned();
    let request = ListInvoicesRequest { parent, page_size: 200, ..Default::default() };
    Ok(customer.invoices().list_invoices(request).await?.into_inner().invoices)
}
