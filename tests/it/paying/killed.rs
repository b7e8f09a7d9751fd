//! `kill -9` at any point of a payment: it is made once and posted once, and none is lost.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use komunala_demo::{Chernihivgaz, Customer, Newcomer, Region, WorldSettings};
use komunala_grpc::proto::v1::{
    Invoice, ListInvoicesRequest, ListPaymentOptionsRequest, ListPaymentsRequest, Payment, PaymentState,
    StartPaymentRequest,
};
use komunala_simulators::checkout::{BillState, Browser, Says};
use komunala_tests::{Database, HubProcess, on_both_databases, worlds};
use sea_orm::ConnectionTrait;

use super::payer::order;

const HUB: &str = env!("CARGO_BIN_EXE_hub");
/// How long a hub may take to reach the point where it ends, and payments to be posted.
const SOON: Duration = Duration::from_secs(60);

/// What the hub is about when it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    /// StartPayment.
    Starting,
    /// A call-back: the bill is paid.
    CalledBack,
    /// A worker's question: the bill is paid, and nobody said so.
    Reconciling,
}

use About::{CalledBack, Reconciling, Starting};

/// Where it ends, each time over another bill.
const DEATHS: [(About, &str); 13] = [
    (Starting, "store::payment_started=return"),
    (Starting, "store::payment_taken=return"),
    (Starting, "store::before_payment_forwarded=return"),
    (Starting, "store::payment_forwarded=return"),
    // whoever starts it has it in hand first
    (CalledBack, "store::payment_taken=1*off->return"),
    (CalledBack, "store::before_payment_paid=return"),
    (CalledBack, "store::payment_paid=return"),
    (CalledBack, "store::before_payment_posted=return"),
    (CalledBack, "store::payment_posted=return"),
    (Reconciling, "store::payments_due=return"),
    (Reconciling, "store::before_payment_paid=return"),
    (Reconciling, "store::payment_paid=return"),
    (Reconciling, "store::before_payment_posted=return"),
];

/// Somebody with many bills to pay, at a hub that does not live long.
struct Unlucky {
    region: Region,
    settings: WorldSettings,
    configuration: std::path::PathBuf,
    access_token: String,
    account: String,
    external: String,
    bills: Vec<Invoice>,
    dir: tempfile::TempDir,
}

impl Unlucky {
    async fn start(database: Database) -> anyhow::Result<Self> {
        let dir = tempfile::tempdir()?;
        let file = || format!("sqlite://{}?mode=rwc", dir.path().join("killed.db").display());
        let url = database.create().await?.unwrap_or_else(file);
        let settings = worlds::settings(&dir, Some(url), "".parse()?);
        let settings = WorldSettings { providers: vec!["chernihivgaz"], ..settings };
        let region = Region::start(&settings).await?;
        let configuration = region.configure(&settings)?;
        let hub = HubProcess::start(HUB, &configuration, "", &dir.path().join("hub.log")).await?;
        let utility = region.provider::<Chernihivgaz>()?;
        let newcomer = Newcomer::of(utility, 0)?;
        let external = utility.billing.population().by_number(&newcomer.bill.customer_number);
        let external = external.context("nobody")?.account_id();
        let (customer, session) = newcomer.settle(hub.api, &region).await?;
        let request =
            ListInvoicesRequest { parent: "providers/-/accounts/-".into(), page_size: 100, ..Default::default() };
        let mut bills = Vec::new();
        for bill in customer.invoices().list_invoices(request).await?.into_inner().invoices {
            let options = ListPaymentOptionsRequest { name: bill.name.clone(), ..Default::default() };
            if customer.invoices().list_payment_options(options).await.is_ok() {
                bills.push(bill);
            }
        }
        ensure!(bills.len() >= DEATHS.len(), "only {} bills can be paid", bills.len());
        let account = bills[0].name.split("/invoices/").next().context("an odd name")?.to_owned();
        let access_token = session.access_token;
        Ok(Self { region, settings, configuration, access_token, account, external, bills, dir })
    }

    fn utility(&self) -> anyhow::Result<&Chernihivgaz> {
        self.region.provider()
    }

    async fn hub(&self, failpoint: &str) -> anyhow::Result<(HubProcess, Customer)> {
        let log = self.dir.path().join("hub.log");
        let hub = HubProcess::start(HUB, &self.configuration, failpoint, &log).await?;
        let customer = Customer::open(hub.api, &self.region.portal_key).await?.signed_in(&self.access_token)?;
        Ok((hub, customer))
    }

    /// Begins to pay a bill, and the hub dies of it; `false` where it died of another one, which it went on with.
    async fn dies(&self, about: About, failpoint: &str, request: StartPaymentRequest) -> anyhow::Result<bool> {
        let (mut hub, customer) = self.hub(failpoint).await?;
        let started = customer.invoices().start_payment(request).await;
        let died_of_it = started.is_ok() != (about == Starting);
        if let Ok(started) = started {
            let payment = started.into_inner().payment.context("no payment")?;
            let ipay = &self.utility()?.ipay;
            let bill = ipay.decide(order(&payment.name), BillState::Paid).context("Ipay has not heard of it")?;
            if about == CalledBack {
                let pages = hub.pages.context("no pages")?;
                let address = format!("http://{pages}/callbacks/ipay/chernihivgaz");
                // the answer dies with the hub
                let _ = Browser::new().post(&address, ipay.callback(&bill, Says::Truth)).await;
            } else {
                self.time_goes_by().await?;
            }
        }
        hub.ended(SOON).await?;
        Ok(died_of_it)
    }

    /// As if as long had gone by as whoever died has payments in hand, and as nobody asks about them.
    async fn time_goes_by(&self) -> anyhow::Result<()> {
        let url = self.settings.database_url.as_deref().context("no database")?;
        let database = sea_orm::Database::connect(url).await?;
        let due = "UPDATE payments SET ask_at = 1, busy_until = NULL WHERE state IN ('started', 'pending', 'paid')";
        database.execute_unprepared(due).await?;
        Ok(database.close().await?)
    }

    async fn payments(&self, customer: &Customer) -> anyhow::Result<Vec<Payment>> {
        let request = ListPaymentsRequest { parent: self.account.clone(), page_size: 100, ..Default::default() };
        Ok(customer.invoices().list_payments(request).await?.into_inner().payments)
    }
}

on_both_databases! {
    async fn a_hub_that_is_killed_at_any_point_makes_each_payment_once_and_posts_it_once(database) {
        let unlucky = Unlucky::start(database).await?;
        let mut requests = Vec::new();
        for ((about, failpoint), bill) in DEATHS.into_iter().zip(&unlucky.bills) {
            let request = StartPaymentRequest {
                name: bill.name.clone(),
                channel: "ipay".into(),
                request_id: uuid::Uuid::new_v4().to_string(),
                ..Default::default()
            };
            requests.push(request.clone());
            let said = || format!("{about:?}, {failpoint}");
            let mut lives = 3;
            while !unlucky.dies(about, failpoint, request.clone()).await.with_context(said)? {
                lives -= 1;
                ensure!(lives > 0, "{}: it died of other payments", said());
            }
        }

        unlucky.time_goes_by().await?;
        let (_hub, customer) = unlucky.hub("").await?;
        let ipay = &unlucky.utility()?.ipay;
        for request in requests {
            // whoever was not answered asks again, and is led to the one payment that there is
            let payment = customer.invoices().start_payment(request).await?.into_inner().payment.context("no payment")?;
            ipay.decide(order(&payment.name), BillState::Paid).context("Ipay has not heard of it")?;
        }
        // whoever was asked about in vain is asked about again
        unlucky.time_goes_by().await?;
        let started = Instant::now();
        let payments = loop {
            let payments = unlucky.payments(&customer).await?;
            if payments.iter().all(|payment| payment.state() == PaymentState::Posted) {
                break payments;
            }
            ensure!(started.elapsed() < SOON, "not all are posted: {payments:?}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        };
        ensure!(payments.len() == DEATHS.len(), "{} payments of {} bills", payments.len(), DEATHS.len());
        let mut posted: Vec<_> = unlucky.utility()?.billing.paid_in(&unlucky.external);
        posted.sort_by(|one, other| one.invoice_no.cmp(&other.invoice_no));
        let mut wanted: Vec<_> = unlucky.bills[..DEATHS.len()].iter().map(|bill| bill.number.as_str()).collect();
        wanted.sort_unstable();
        ensure!(posted.iter().map(|paid| paid.invoice_no.as_str()).eq(wanted), "posted: {posted:?}");
        Ok(())
    }
}
