//! One customer with accounts of several utilities in one cabinet, also while one of them does not answer.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use komunala_grpc::proto::v1::{Invoice, ListInvoicesRequest, ListInvoicesResponse};

use super::Teller;
use crate::{Customer, Provider, newcomer::link, report::CUSTOMERS};

/// Whom the story gives accounts of; behind the customers that the report names.
const PLACE: usize = CUSTOMERS + 3;

/// How long a caller waits at most for the utility that is silent: the hub's own limit, and some time to answer.
const IN_TIME: Duration = Duration::from_secs(5);

/// How long after the silence the hub may need to ask again.
const RECOVERED_IN: Duration = Duration::from_secs(20);

pub(super) async fn tell(teller: &Teller<'_>) -> anyhow::Result<()> {
    let providers = &teller.world.region.providers;
    let (first, others) = providers.split_first().context("no providers")?;
    let customer = teller.settled(first.as_ref(), PLACE).await?;
    for provider in others {
        link(&customer, provider.as_ref(), PLACE).await.with_context(|| provider.id())?;
    }
    teller.holds("LinkAccount", &format!("one customer, {} utilities", providers.len()));

    let (silent, name) = silent(providers)?;
    silent.silence(true);
    let started = Instant::now();
    let listed = all(&customer, 200).await;
    let took = started.elapsed();
    silent.silence(false);
    let listed = listed?;
    ensure!(took < IN_TIME, "it took {took:?}");
    ensure!(listed.unreachable == [name.clone()], "unreachable: {:?}", listed.unreachable);
    let there = providers_of(&listed.invoices);
    ensure!(there.len() == providers.len() - 1, "only the bills of {} are there", there.join(", "));
    teller.holds(
        "ListInvoices, one utility is silent",
        &format!("{name} is named unreachable after {} ms; the bills of the others are there", took.as_millis()),
    );

    let listed = recovered(&customer).await?;
    let mut pages = Vec::new();
    let mut page = all(&customer, 7).await?;
    loop {
        pages.append(&mut page.invoices);
        if page.next_page_token.is_empty() {
            break;
        }
        page = self::page(&customer, 7, std::mem::take(&mut page.next_page_token)).await?;
    }
    let days: Vec<_> =
        pages.iter().map(|invoice| invoice.issue_date.map(|day| (day.year, day.month, day.day))).collect();
    ensure!(days.is_sorted_by(|one, next| one >= next), "the pages are not in one order");
    let names = |invoices: &[Invoice]| invoices.iter().map(|invoice| invoice.name.clone()).collect::<Vec<_>>();
    ensure!(names(&pages).starts_with(&names(&listed.invoices)), "small pages have another order than large ones");
    let there = providers_of(&pages);
    ensure!(there.len() == providers.len(), "only the bills of {} are there", there.join(", "));
    teller.holds(
        "ListInvoices over -/-",
        &format!("{} bills of {} in one order, page by page", pages.len(), there.join(", ")),
    );
    Ok(())
}

/// A utility that answers live: what came by files is there whether anybody answers or not. An early one, which has a
/// feed of changes: where there is none, at the end of the list, the hub asks for bills by itself, and may have them.
fn silent(providers: &[Box<dyn Provider>]) -> anyhow::Result<(&dyn Provider, String)> {
    let live = providers.iter().find(|provider| provider.answers_live()).context("nobody answers live")?;
    Ok((live.as_ref(), format!("providers/{}", live.id())))
}

/// All bills, as soon as the hub has asked everybody again.
async fn recovered(customer: &Customer) -> anyhow::Result<ListInvoicesResponse> {
    let started = Instant::now();
    loop {
        let listed = all(customer, 200).await?;
        if listed.unreachable.is_empty() {
            return Ok(listed);
        }
        ensure!(started.elapsed() < RECOVERED_IN, "still unreachable: {:?}", listed.unreachable);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn all(customer: &Customer, page_size: i32) -> anyhow::Result<ListInvoicesResponse> {
    page(customer, page_size, String::new()).await
}

async fn page(customer: &Customer, page_size: i32, page_token: String) -> anyhow::Result<ListInvoicesResponse> {
    let request =
        ListInvoicesRequest { parent: "providers/-/accounts/-".into(), page_size, page_token, ..Default::default() };
    Ok(customer.invoices().list_invoices(request).await?.into_inner())
}

/// The providers that invoices are of, each once.
fn providers_of(invoices: &[Invoice]) -> Vec<&str> {
    let mut ids: Vec<_> = invoices.iter().filter_map(|invoice| invoice.name.split('/').nth(1)).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
