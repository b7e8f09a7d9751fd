//! An account that has another holder or PIN is proved again before anybody sees more of it.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use komunala_demo::{Customer, Newcomer, newcomer};
use komunala_grpc::proto::v1::{
    Account, BillDelivery, GetBalanceRequest, LinkState, ListAccountsRequest, ListInvoicesRequest,
    SetBillDeliveryRequest,
};
use komunala_tests::{TestWorld, on_both_databases};
use tonic::{Code, Status};
use tonic_types::StatusExt;

/// The feed is followed all the time.
const EAGER: &str = "[feed]\nevery = \"500ms\"";

async fn account(customer: &Customer) -> anyhow::Result<Account> {
    let listed = customer.accounts().list_accounts(ListAccountsRequest::default()).await?.into_inner();
    listed.accounts.into_iter().next().context("no account")
}

async fn bills(customer: &Customer, parent: &str) -> Result<usize, Status> {
    let request = ListInvoicesRequest { parent: parent.to_owned(), page_size: 200, ..Default::default() };
    Ok(customer.invoices().list_invoices(request).await?.into_inner().invoices.len())
}

/// The link's state once it is this one.
async fn settles(customer: &Customer, state: LinkState) -> anyhow::Result<Account> {
    let started = Instant::now();
    loop {
        let found = account(customer).await?;
        if found.link_state() == state {
            return Ok(found);
        }
        ensure!(started.elapsed() < Duration::from_secs(30), "the link never became {state:?}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

fn is_suspended(refused: &Status) -> anyhow::Result<()> {
    ensure!(refused.code() == Code::FailedPrecondition, "{refused}");
    let reason = refused.get_details_error_info().context("no reason")?.reason;
    ensure!(reason == "LINK_SUSPENDED", "{reason}");
    Ok(())
}

on_both_databases! {
    async fn a_change_of_holder_in_the_feed_suspends_the_link_until_the_account_is_proved_again(database) {
        let world = TestWorld::configured(database, EAGER).await?;
        let newcomer = Newcomer::at(&world.region, 0)?;
        let (customer, _) = newcomer.settle(world.api, &world.region).await?;
        let before = account(&customer).await?;
        ensure!(before.link_state() == LinkState::Active && !before.holder_name.is_empty(), "{before:?}");
        ensure!(bills(&customer, &before.name).await? == 24, "the bills are not there");

        let billing = world.region.gas();
        billing.change_holder(billing.ordinary(1)[0]);
        let suspended = settles(&customer, LinkState::Suspended).await?;
        ensure!(suspended.name == before.name, "the account changed its name");
        ensure!(suspended.holder_name.is_empty() && suspended.customer_number.is_empty(), "{suspended:?}");
        is_suspended(&bills(&customer, &before.name).await.unwrap_err())?;
        let balance = GetBalanceRequest { name: before.name.clone() };
        is_suspended(&customer.invoices().get_balance(balance).await.unwrap_err())?;
        let choice = SetBillDeliveryRequest {
            name: before.name.clone(),
            bill_delivery: BillDelivery::Email.into(),
            request_id: uuid::Uuid::new_v4().to_string(),
        };
        is_suspended(&customer.accounts().set_bill_delivery(choice).await.unwrap_err())?;
        ensure!(bills(&customer, "providers/-/accounts/-").await? == 0, "bills of a suspended account are listed");

        let sink = &world.region.sink;
        let is_ours = |mail: &komunala_sink::ReceivedMail| mail.recipients.contains(&newcomer.email);
        let confirmation = sink.wait_for(is_ours, newcomer::MAIL_WAIT).await?;
        let is_news = |mail: &komunala_sink::ReceivedMail| is_ours(mail) && mail.queue_id != confirmation.queue_id;
        sink.wait_for(is_news, newcomer::MAIL_WAIT).await.context("nobody told the user")?;

        let again = newcomer::link(&customer, world.region.named("gas-ruma")?, 0).await?;
        ensure!(again.name == before.name && again.link_state() == LinkState::Active, "{again:?}");
        ensure!(!again.holder_name.is_empty() && again.holder_name != before.holder_name, "{}", again.holder_name);
        ensure!(bills(&customer, &before.name).await? == 24, "the bills are not there again");
        world.stop().await;
        Ok(())
    }

    async fn an_account_that_the_billing_system_closes_is_shown_no_more(database) {
        let world = TestWorld::configured(database, EAGER).await?;
        let newcomer = Newcomer::at(&world.region, 1)?;
        let (customer, _) = newcomer.settle(world.api, &world.region).await?;
        ensure!(bills(&customer, "providers/-/accounts/-").await? == 24, "the bills are not there");
        let billing = world.region.gas();
        billing.close_account(billing.ordinary(2)[1]);
        let closed = settles(&customer, LinkState::Suspended).await?;
        is_suspended(&bills(&customer, &closed.name).await.unwrap_err())?;
        let refused = newcomer::link_by(&customer, "gas-ruma", newcomer.bill).await;
        ensure!(refused.is_err(), "a closed account was proved");
        world.stop().await;
        Ok(())
    }
}
