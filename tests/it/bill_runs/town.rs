//! People with bills of one month, and an operator who sends them.

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    ops::Deref,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use komunala_demo::{Customer, GasRuma, Newcomer, Region};
use komunala_grpc::{
    client::OperatorClient,
    proto::{
        operator::v1::{BillRun, BillRunState, BillRunTotals, PaperBill},
        v1::{BillDelivery, GetAccountRequest, Invoice, ListAccountsRequest, ListInvoicesRequest, RegisterRequest},
    },
};
use komunala_sink::ReceivedMail;
use komunala_tests::{Database, TestWorld};

/// How long anything may take that workers do.
const SOON: Duration = Duration::from_secs(60);

/// Whoever is refused tries again soon, and runs of the dead are taken over soon.
pub(crate) const QUICK: &str = "[feed]\nevery = \"2s\"\nturn = \"4s\"\n[mail.work]\npoll = \"200ms\"\nlease = \"3s\"\n\
    [mail.retry]\nfirst = \"200ms\"\nlongest = \"500ms\"\n[mail.limits]\nrest = \"100ms\"\nlongest_rest = \"200ms\"\n";

/// Somebody with a bill.
pub(crate) struct Reader {
    pub(crate) email: String,
    pub(crate) customer: Customer,
    pub(crate) bills: Vec<Invoice>,
}

pub(crate) struct Town {
    pub(crate) world: TestWorld,
    pub(crate) operator: OperatorClient,
    pub(crate) readers: Vec<Reader>,
    pub(crate) period: String,
}

impl Deref for Town {
    type Target = TestWorld;

    fn deref(&self) -> &TestWorld {
        &self.world
    }
}

impl Town {
    /// A town in which people want their bills like this, one each.
    pub(crate) async fn of(database: Database, wishes: &[BillDelivery]) -> anyhow::Result<Self> {
        let world = TestWorld::configured(database, QUICK).await?;
        let operator = OperatorClient::connect(&world.operator.to_string(), &world.operator_token()?, None).await?;
        let mut town = Self { world, operator, readers: Vec::new(), period: String::new() };
        for (place, wish) in wishes.iter().enumerate() {
            town.settle(place, *wish).await?;
        }
        Ok(town)
    }

    pub(crate) fn utility(&self) -> anyhow::Result<&GasRuma> {
        self.world.region.provider::<GasRuma>()
    }

    /// One more wants their bills like this.
    pub(crate) async fn settle(&mut self, place: usize, wish: BillDelivery) -> anyhow::Result<()> {
        let newcomer = Newcomer::at(&self.world.region, place)?;
        let visitor = Customer::open(self.world.api, &self.world.region.portal_key).await?;
        let registration = RegisterRequest { bill_delivery: wish.into(), ..newcomer.registration() };
        visitor.accounts().register(registration).await?;
        let (customer, _) = newcomer.confirm(&visitor, &self.world.region).await?;
        let request =
            ListInvoicesRequest { parent: "providers/-/accounts/-".to_owned(), page_size: 200, ..Default::default() };
        let bills = customer.invoices().list_invoices(request).await?.into_inner().invoices;
        let period = match self.period.as_str() {
            "" => bills.iter().map(|bill| bill.period.clone()).max().context("no bills")?,
            period => period.to_owned(),
        };
        let bills: Vec<_> = bills.into_iter().filter(|bill| bill.period == period).collect();
        ensure!(!bills.is_empty(), "nobody bills {period} at place {place}");
        self.period = period;
        // so that the hub knows what is printed on paper of whose account it is
        let listed = customer.accounts().list_accounts(ListAccountsRequest::default()).await?.into_inner().accounts;
        for account in listed {
            customer.accounts().get_account(GetAccountRequest { name: account.name }).await?;
        }
        self.readers.push(Reader { email: newcomer.email, customer, bills });
        Ok(())
    }

    pub(crate) async fn start(&mut self) -> anyhow::Result<BillRun> {
        let request_id = uuid::Uuid::new_v4().to_string();
        Ok(self.operator.start_bill_run("gas-ruma", &self.period, &request_id).await?)
    }

    /// Looks at a run, again and again, until it is like this; each time everything adds up.
    pub(crate) async fn until(&mut self, name: &str, wanted: impl Fn(&BillRun) -> bool) -> anyhow::Result<BillRun> {
        let began = Instant::now();
        loop {
            let run = self.operator.bill_run(name).await?;
            adds_up(&run)?;
            if wanted(&run) {
                return Ok(run);
            }
            ensure!(began.elapsed() < SOON, "it is still {run:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub(crate) async fn completed(&mut self, name: &str) -> anyhow::Result<BillRunTotals> {
        let run = self.until(name, |run| run.state() == BillRunState::Completed).await?;
        run.totals.context("no totals")
    }

    pub(crate) async fn paper(&mut self, name: &str) -> anyhow::Result<Vec<PaperBill>> {
        let (mut bills, mut token) = (Vec::new(), String::new());
        loop {
            let page = self.operator.paper_bills(name, token).await?;
            bills.extend(page.bills);
            token = page.next_page_token;
            if token.is_empty() {
                return Ok(bills);
            }
        }
    }
}

impl Reader {
    /// The mails with bills that came to them.
    pub(crate) fn mails(&self, world: &TestWorld) -> Vec<Arc<ReceivedMail>> {
        let mut mails = world.region.sink.mails();
        mails.retain(|mail| mail.recipients.contains(&self.email) && mail.header("List-Unsubscribe").is_some());
        mails
    }
}

/// What every sample of a run must hold.
pub(crate) fn adds_up(run: &BillRun) -> anyhow::Result<()> {
    let totals = run.totals.context("no totals")?;
    let states = totals.accepted + totals.deferred + totals.failed + totals.unknown + totals.waiting;
    ensure!(totals.mails == states, "{totals:?}");
    ensure!(totals.invoices == totals.mailed_invoices + totals.paper, "{totals:?}");
    Ok(())
}

/// People who have their bills by mail, at a hub that need not live long; answers whose bills those of the last month are, by
/// address and number, and the month.
pub(crate) async fn subscribe(
    region: &Region,
    api: SocketAddr,
    people: usize,
) -> anyhow::Result<(BTreeSet<(String, String)>, String)> {
    let (mut bills, mut period) = (BTreeSet::new(), String::new());
    for place in 0..people {
        let newcomer = Newcomer::at(region, place)?;
        let visitor = Customer::open(api, &region.portal_key).await?;
        let wish = BillDelivery::Email.into();
        visitor.accounts().register(RegisterRequest { bill_delivery: wish, ..newcomer.registration() }).await?;
        let (customer, _) = newcomer.confirm(&visitor, region).await?;
        let request =
            ListInvoicesRequest { parent: "providers/-/accounts/-".to_owned(), page_size: 200, ..Default::default() };
        let listed = customer.invoices().list_invoices(request).await?.into_inner().invoices;
        if period.is_empty() {
            period = listed.iter().map(|bill| bill.period.clone()).max().context("no bills")?;
        }
        let of_month = listed.into_iter().filter(|bill| bill.period == period);
        bills.extend(of_month.map(|bill| (newcomer.email.clone(), bill.number)));
    }
    Ok((bills, period))
}

/// The mails with bills that came to anybody.
pub(crate) fn mails_with_bills(region: &Region) -> Vec<Arc<ReceivedMail>> {
    let mut mails = region.sink.mails();
    mails.retain(|mail| mail.header("Subject").is_some() && mail.text().contains("application/pdf"));
    mails
}

/// Waits until a run is complete, and holds every look at it against itself.
pub(crate) async fn complete(operator: &mut OperatorClient, name: &str) -> anyhow::Result<BillRunTotals> {
    let done = tokio::time::timeout(SOON, async {
        loop {
            let run = operator.bill_run(name).await?;
            adds_up(&run)?;
            if run.state() == BillRunState::Completed {
                return anyhow::Ok(run.totals.context("no totals")?);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    done.await.context("the run never ended")?
}
