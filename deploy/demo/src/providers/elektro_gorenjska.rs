//! Elektro Gorenjska: electricity, by REST and metering data. Its story: quarter-hours, both registers under one date, a
//! bill in two forms, outages and the notice of one, and what is not offered.

use anyhow::{Context, ensure};
use futures::future::BoxFuture;
use jiff::{Timestamp, ToSpan};
use komunala_grpc::proto::v1::{
    Account, GetBalanceRequest, ListAccountsRequest, ListInvoicesRequest, SubscribeRequest, Subscription,
    SubscriptionState,
};
use komunala_simulators::{
    ElectricitySimulator,
    electricity::{Outage, OutageState, Payer},
};
use toml::Value;
use tonic::Code;

use super::{ANY, PaperBill, Provider};
use crate::{
    Customer, Inbox, Newcomer, SettingsFile, WorldSettings,
    report::CUSTOMERS,
    story::{Teller, announced, consumption, quarter_hours, submit_next},
};

/// Why there is no supply.
const REASON: &str = "Vzdrževalna dela (demo)";

/// How long an answer to a text may take.
const ANSWERED_WITHIN: std::time::Duration = std::time::Duration::from_secs(30);

/// The distributor and its billing system.
pub struct ElektroGorenjska {
    /// The billing system.
    pub billing: ElectricitySimulator,
}

pub(super) fn start(world: &WorldSettings) -> BoxFuture<'_, anyhow::Result<Box<dyn Provider>>> {
    Box::pin(async {
        let billing = ElectricitySimulator::builder().customers(world.customers).start(ANY).await?;
        Ok(Box::new(ElektroGorenjska { billing }) as Box<dyn Provider>)
    })
}

fn bill(payer: Payer) -> PaperBill {
    PaperBill { customer_number: payer.number(), pin: payer.pin() }
}

#[async_trait::async_trait]
impl Provider for ElektroGorenjska {
    fn id(&self) -> &'static str {
        "elektro-gorenjska"
    }

    fn language(&self) -> &'static str {
        "sl"
    }

    fn connect(&self, settings: &mut SettingsFile) -> anyhow::Result<()> {
        settings.set(&["grant", "settings", "base_url"], self.billing.url());
        // the story is told at any hour, and its notice is not to wait for the morning
        let outages = settings.table.get_mut("provider").and_then(|provider| provider.get_mut("outages"));
        if let Some(outages) = outages.and_then(Value::as_table_mut) {
            outages.remove("quiet_hours");
        }
        // nor is it to wait for the next round
        settings.set(&["provider", "feed", "every"], "1s");
        settings.write_secret(self.billing.token())
    }

    fn customers(&self, count: usize) -> Vec<PaperBill> {
        self.billing.ordinary(count).into_iter().map(bill).collect()
    }

    fn silence(&self, silent: bool) {
        super::silence(&self.billing.switches, silent);
    }

    async fn tell(&self, teller: &Teller<'_>) -> anyhow::Result<()> {
        let told = self.billing.ordinary(CUSTOMERS + 1).pop().context("the billing system has too few customers")?;
        let newcomer = Newcomer::with(self, bill(told), "ana");
        let (customer, _) = newcomer.settle(teller.world.api, &teller.world.region).await?;
        let listed = customer.accounts().list_accounts(ListAccountsRequest::default()).await?.into_inner();
        let account = listed.accounts.into_iter().next().context("no account is linked")?;
        let (day, values) = quarter_hours(&customer, &account).await.context("the quarter-hours")?;
        teller.holds("ListIntervals", &format!("{} quarter-hours of {day}, each with its quality", values.len()));

        consumption::green_button(teller, &customer, &account).await.context("the file of thirty days")?;

        submit_next(&customer, &account).await?;
        let arrived = self.billing.submitted_readings();
        ensure!(arrived.len() == 1, "{} readings arrived instead of one", arrived.len());
        teller.holds("SubmitReading, T1 and T2", "both registers under one date, there once though sent twice");

        bills(teller, &customer, &account).await.context("the bills")?;
        let subscription = subscribe(&customer, &account).await.context("the subscription")?;
        teller.holds("Subscribe", &format!("to {} at once: it is a point of theirs", subscription.point_number));
        self.announce(&account)?;
        let ours = announced(&customer, &account.name, REASON).await?;
        teller.holds(
            "ListOutages",
            &format!("revision {} for the points {}", ours.revision, ours.point_numbers.join(", ")),
        );

        let notice = Inbox::of(&teller.world.region, &newcomer.email).text_about("prekinitev dobave").await?;
        ensure!(notice.contains(&subscription.point_number), "{notice}");
        teller.holds("an outage notice", "by mail, to whoever subscribed, in their language");
        sign_up(teller, &account).await.context("the sign-up by SMS")?;

        let refused = customer.invoices().get_balance(GetBalanceRequest { name: account.name }).await;
        let refused = refused.err().context("a balance that nobody keeps")?;
        ensure!(refused.code() == Code::Unimplemented, "{refused}");
        teller.holds("GetBalance", "UNIMPLEMENTED: what the adapter does not export is not offered");
        Ok(())
    }
}

/// Somebody without an account writes a number that is printed on the bill, and the word that signs up.
async fn sign_up(teller: &Teller<'_>, account: &Account) -> anyhow::Result<()> {
    let (world, phone) = (teller.world, "+38640123456");
    let point = &account.supply_points.first().context("no metering point")?.point_number;
    let address = world.region.incoming_texts(world.pages, "elektro-gorenjska");
    let phones = &world.region.phones;
    // the gateway hands it on twice, as gateways do
    for _ in 0..2 {
        let status = phones.hand_on(&address, "demo-sign-up", phone, &format!("{point} prijava")).await?;
        ensure!(status == 200, "the hub answered {status}");
    }
    let confirmed = phones.wait_for(|sent| sent.to == phone, ANSWERED_WITHIN).await.context("no answer")?;
    ensure!(!confirmed.text.contains(point.as_str()), "{confirmed:?}");
    teller.holds("SMS `6-123456 PRIJAVA`", &format!("signed up once, and answered: {}", confirmed.text));
    Ok(())
}

impl ElektroGorenjska {
    /// Announces an outage at the account's points, in two days.
    fn announce(&self, account: &Account) -> anyhow::Result<()> {
        let start = Timestamp::now() + 48.hours();
        self.billing.announce(Outage {
            id: "IZK-demo".to_owned(),
            revision: 1,
            changed: Timestamp::now(),
            start,
            end: start + 2.hours(),
            reason: REASON.to_owned(),
            state: OutageState::Announced,
            points: account.supply_points.iter().map(|point| point.point_number.clone()).collect(),
        });
        Ok(())
    }
}

/// Wants to be told of outages at the account's first supply point.
async fn subscribe(customer: &Customer, account: &Account) -> anyhow::Result<Subscription> {
    let point = account.supply_points.first().context("no supply point")?;
    let request = SubscribeRequest {
        topic: "outage".to_owned(),
        provider: account.provider.clone(),
        point_number: point.point_number.clone(),
        channels: vec!["email".to_owned()],
        ..Default::default()
    };
    let subscription = customer.notifications().subscribe(request).await?.into_inner();
    ensure!(subscription.state() == SubscriptionState::Active, "{subscription:?}");
    Ok(subscription)
}

/// A bill as PDF and as e-SLOG.
async fn bills(teller: &Teller<'_>, customer: &Customer, account: &Account) -> anyhow::Result<()> {
    let request = ListInvoicesRequest { parent: account.name.clone(), page_size: 200, ..Default::default() };
    let bills = customer.invoices().list_invoices(request).await?.into_inner().invoices;
    let name = bills.first().context("no bills")?.name.clone();
    let mut sizes = Vec::new();
    for media_type in ["application/pdf", "application/xml"] {
        let document = customer.download(&name, media_type).await?;
        ensure!(document.media_type == media_type, "{} came", document.media_type);
        sizes.push(format!("{media_type} of {} bytes", document.size_bytes));
    }
    teller.holds("DownloadInvoice", &format!("{} (e-SLOG)", sizes.join(" and ")));
    Ok(())
}
