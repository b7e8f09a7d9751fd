//! Lists of bills that mean only some of them.

use anyhow::{Context, ensure};
use komunala_demo::{Customer, Newcomer, newcomer::link};
use komunala_grpc::proto::v1::{Invoice, InvoiceState, ListAccountsRequest, ListInvoicesRequest};
use komunala_tests::{TestWorld, on_both_databases};
use tonic::Code;
use tonic_types::StatusExt;

/// All pages of what is asked for.
async fn listed(customer: &Customer, request: &ListInvoicesRequest) -> anyhow::Result<Vec<Invoice>> {
    let mut request = ListInvoicesRequest { page_size: 7, ..request.clone() };
    let mut all = Vec::new();
    loop {
        let page = customer.invoices().list_invoices(request.clone()).await?.into_inner();
        all.extend(page.invoices);
        if page.next_page_token.is_empty() {
            return Ok(all);
        }
        request.page_token = page.next_page_token;
    }
}

fn all() -> ListInvoicesRequest {
    ListInvoicesRequest { parent: "providers/-/accounts/-".into(), ..Default::default() }
}

async fn refused(customer: &Customer, request: ListInvoicesRequest) -> anyhow::Result<(String, String)> {
    let status = customer.invoices().list_invoices(request).await.err().context("a wrong filter was answered")?;
    ensure!(status.code() == Code::InvalidArgument, "{status:?}");
    let reason = status.get_details_error_info().context("no reason")?.reason;
    let fields = status.get_details_bad_request().map(|bad| bad.field_violations).unwrap_or_default();
    Ok((reason, fields.first().map(|field| field.field.clone()).unwrap_or_default()))
}

on_both_databases! {
    async fn bills_are_listed_by_month_provider_state_and_supply_point(database) {
        let world = TestWorld::of(database, &["gas-ruma", "stambeno-ruma"], "").await?;
        let (customer, _) = Newcomer::at(&world.region, 0)?.settle(world.api, &world.region).await?;
        link(&customer, world.region.named("stambeno-ruma")?, 0).await?;
        let whole = listed(&customer, &all()).await?;
        ensure!(whole.len() > 40, "{} bills", whole.len());
        let months: std::collections::BTreeSet<_> = whole.iter().map(|bill| bill.period.clone()).collect();
        // months of late, in which both bill
        let (start, end) = (months.iter().nth_back(8).context("months")?, months.iter().nth_back(3).context("months")?);

        // each answer is what a portal would find by looking through all bills
        let by = |means: &dyn Fn(&Invoice) -> bool| -> Vec<String> {
            whole.iter().filter(|bill| means(bill)).map(|bill| bill.name.clone()).collect()
        };
        let names = async |request: ListInvoicesRequest| -> anyhow::Result<Vec<String>> {
            Ok(listed(&customer, &request).await?.into_iter().map(|bill| bill.name).collect())
        };
        let some = by(&|bill| (start..=end).contains(&&bill.period));
        ensure!(some.len() > 10 && some.len() < whole.len(), "{} of {}", some.len(), whole.len());
        let between = ListInvoicesRequest { start_period: start.clone(), end_period: end.clone(), ..all() };
        ensure!(names(between.clone()).await? == some, "by month");
        let of_water = ListInvoicesRequest { parent: "providers/stambeno-ruma/accounts/-".into(), ..all() };
        ensure!(names(of_water).await? == by(&|bill| bill.name.starts_with("providers/stambeno-ruma/")), "by provider");
        for state in [InvoiceState::Due, InvoiceState::PastDue, InvoiceState::NothingDue] {
            let request = ListInvoicesRequest { state: state.into(), ..all() };
            ensure!(names(request).await? == by(&|bill| bill.state() == state), "{state:?}");
        }
        ensure!(!by(&|bill| bill.state() == InvoiceState::PastDue).is_empty(), "no bill is past due");

        let accounts = customer.accounts().list_accounts(ListAccountsRequest::default()).await?.into_inner().accounts;
        let points: Vec<_> = accounts.iter().flat_map(|account| &account.supply_points).collect();
        for point in &points {
            let found = names(ListInvoicesRequest { parent: point.name.clone(), ..all() }).await?;
            ensure!(!found.is_empty() && found == by(&|bill| bill.supply_points.contains(&point.name)), "{}", point.name);
        }
        ensure!(points.len() >= 2, "{} supply points", points.len());

        let month = ListInvoicesRequest { start_period: "2024-13".into(), ..all() };
        ensure!(refused(&customer, month).await? == ("INVALID_FIELDS".into(), "start_period".into()), "a month that is none");
        let turned = ListInvoicesRequest { start_period: end.clone(), end_period: start.clone(), ..all() };
        ensure!(refused(&customer, turned).await? == ("INVALID_FIELDS".into(), "end_period".into()), "an end before");
        let odd = ListInvoicesRequest { state: 99, ..all() };
        ensure!(refused(&customer, odd).await?.0 == "INVALID_FIELDS", "a state that there is not");
        let first = ListInvoicesRequest { page_size: 2, ..between };
        let page_token = customer.invoices().list_invoices(first.clone()).await?.into_inner().next_page_token;
        let strayed = ListInvoicesRequest { end_period: String::new(), page_token, ..first };
        ensure!(refused(&customer, strayed).await?.0 == "PAGE_TOKEN_INVALID", "a token of another list");
        world.stop().await;
        Ok(())
    }
}
