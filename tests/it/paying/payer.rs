//! Somebody with a bill to pay.

use std::{
    ops::Deref,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use komunala_demo::{Chernihivgaz, Customer, Newcomer};
use komunala_grpc::proto::v1::{
    GetPaymentRequest, Invoice, ListAccountsRequest, ListInvoicesRequest, ListPaymentOptionsRequest,
    ListPaymentOptionsResponse, Payment, PaymentState, StartPaymentRequest, StartPaymentResponse,
};
use komunala_simulators::{
    checkout::{Bill, Browser},
    gas::PaidIn,
};
use komunala_tests::{Database, TestWorld};
use tonic::Status;
use tonic_types::StatusExt;

/// How long anything may take that workers do.
const SOON: Duration = Duration::from_secs(90);

pub(crate) struct Payer {
    pub(crate) world: TestWorld,
    pub(crate) customer: Customer,
    pub(crate) bill: Invoice,
    pub(crate) account: String,
    pub(crate) browser: Browser,
    external: String,
}

impl Deref for Payer {
    type Target = Chernihivgaz;

    fn deref(&self) -> &Chernihivgaz {
        self.world.region.provider().expect("the world has it")
    }
}

impl Payer {
    pub(crate) async fn start(database: Database) -> anyhow::Result<Self> {
        let world = TestWorld::of(database, &["chernihivgaz"], "").await?;
        let utility = world.region.provider::<Chernihivgaz>()?;
        let newcomer = Newcomer::of(utility, 0)?;
        let external = utility.billing.population().by_number(&newcomer.bill.customer_number);
        let external = external.context("nobody")?.account_id();
        let (customer, _) = newcomer.settle(world.api, &world.region).await?;
        let listed = customer.accounts().list_accounts(ListAccountsRequest::default()).await?.into_inner();
        let account = listed.accounts.first().context("no account")?.name.clone();
        let request = ListInvoicesRequest { parent: account.clone(), page_size: 50, ..Default::default() };
        let bills = customer.invoices().list_invoices(request).await?.into_inner().invoices;
        let owes = |bill: &Invoice| bill.total.as_ref().is_some_and(|total| total.units > 0);
        let bill = bills.into_iter().find(owes).context("nothing to pay")?;
        Ok(Self { world, customer, bill, account, browser: Browser::new(), external })
    }

    pub(crate) fn request(&self, channel: &str) -> StartPaymentRequest {
        StartPaymentRequest {
            name: self.bill.name.clone(),
            channel: channel.to_owned(),
            request_id: uuid::Uuid::new_v4().to_string(),
            ..Default::default()
        }
    }

    pub(crate) async fn begin(&self, request: StartPaymentRequest) -> Result<StartPaymentResponse, Status> {
        self.customer.invoices().start_payment(request).await.map(tonic::Response::into_inner)
    }

    /// Starts a payment, and answers it with what the payment provider knows of it.
    pub(crate) async fn at_ipay(&self) -> anyhow::Result<(Payment, Bill)> {
        let started = self.begin(self.request("ipay")).await?;
        let payment = started.payment.context("no payment")?;
        let bill = self.ipay.till.of_order(order(&payment.name)).context("Ipay has not heard of it")?;
        Ok((payment, bill))
    }

    /// The same at Portmone, where the payer's browser brings the form.
    pub(crate) async fn at_portmone(&self) -> anyhow::Result<(Payment, Bill)> {
        let started = self.begin(self.request("portmone")).await?;
        let payment = started.payment.context("no payment")?;
        let page = self.browser.get(&started.redirect_uri).await?;
        let gateway = page.attribute_behind("<form method=\"post\"", "action").context("no form")?;
        self.browser.submit(&gateway, &page.hidden_fields()).await?;
        let bill = self.portmone.till.of_order(order(&payment.name)).context("Portmone has not heard of it")?;
        Ok((payment, bill))
    }

    pub(crate) async fn payment(&self, name: &str) -> anyhow::Result<Payment> {
        let request = GetPaymentRequest { name: name.to_owned() };
        Ok(self.customer.invoices().get_payment(request).await?.into_inner())
    }

    pub(crate) async fn comes_to(&self, name: &str, state: PaymentState) -> anyhow::Result<Payment> {
        let started = Instant::now();
        loop {
            let payment = self.payment(name).await?;
            if payment.state() == state {
                return Ok(payment);
            }
            ensure!(started.elapsed() < SOON, "it is still {:?} and not {state:?}", payment.state());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    pub(crate) async fn options(&self) -> Result<ListPaymentOptionsResponse, Status> {
        let request = ListPaymentOptionsRequest { name: self.bill.name.clone(), ..Default::default() };
        self.customer.invoices().list_payment_options(request).await.map(tonic::Response::into_inner)
    }

    /// Where a payment provider calls back.
    pub(crate) fn callbacks(&self, channel: &str) -> String {
        format!("http://{}/callbacks/{channel}/chernihivgaz", self.world.pages)
    }

    /// What the billing system was told of.
    pub(crate) fn posted(&self) -> Vec<PaidIn> {
        self.billing.paid_in(&self.external)
    }

    /// What stands in the audit log of payments, each as its action and what it is about.
    pub(crate) async fn audited(&self) -> anyhow::Result<Vec<String>> {
        let events = crate::audit::events(&self.world, "region").await??;
        let of_payments = events.into_iter().filter(|event| event.action.starts_with("payment_"));
        Ok(of_payments.map(|event| format!("{} {}", event.action, event.target)).collect())
    }
}

/// What payment providers call a payment: the last part of its name.
pub(crate) fn order(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or_default()
}

pub(crate) fn reason(status: &Status) -> String {
    status.get_details_error_info().map(|info| info.reason).unwrap_or_default()
}
