//! One customer of several utilities: one list, and one utility that never answered.

use std::time::{Duration, Instant};

use anyhow::ensure;
use komunala_demo::{Customer, Newcomer, newcomer::link};
use komunala_grpc::proto::v1::{ListInvoicesRequest, ListInvoicesResponse};
use komunala_tests::{TestWorld, on_both_databases};
use tonic::Request;

async fn page(customer: &Customer, page_size: i32, page_token: String) -> anyhow::Result<ListInvoicesResponse> {
    let parent = "providers/-/accounts/-".into();
    let mut request = Request::new(ListInvoicesRequest { parent, page_size, page_token, ..Default::default() });
    request.set_timeout(Duration::from_secs(2));
    Ok(customer.invoices().list_invoices(request).await?.into_inner())
}

on_both_databases! {
    async fn a_utility_that_never_answered_is_named_before_the_deadline_and_the_others_bills_are_there(database) {
        let world = TestWorld::of(database, &["gas-ruma", "chernihivgaz"], "").await?;
        let silent = world.region.named("chernihivgaz")?;
        let (customer, _) = Newcomer::at(&world.region, 0)?.settle(world.api, &world.region).await?;
        link(&customer, silent, 0).await?;
        silent.silence(true);
        let started = Instant::now();
        let listed = page(&customer, 200, String::new()).await?;
        ensure!(started.elapsed() < Duration::from_secs(2), "it took {:?}", started.elapsed());
        ensure!(listed.unreachable == ["providers/chernihivgaz"], "unreachable: {:?}", listed.unreachable);
        // what the silent one's feed told before is there too
        let of_gas = listed.invoices.iter().filter(|bill| bill.name.starts_with("providers/gas-ruma/")).count();
        ensure!(of_gas == 24, "{of_gas} bills of the other are there");
        world.stop().await;
        Ok(())
    }

    async fn the_bills_of_several_utilities_come_in_one_order_whatever_the_size_of_the_pages(database) {
        let world = TestWorld::of(database, &["gas-ruma", "chernihivgaz"], "").await?;
        let (customer, _) = Newcomer::at(&world.region, 0)?.settle(world.api, &world.region).await?;
        link(&customer, world.region.named("chernihivgaz")?, 0).await?;
        let whole = page(&customer, 200, String::new()).await?.invoices;
        let mut pieces = Vec::new();
        let mut token = String::new();
        loop {
            let mut next = page(&customer, 7, token).await?;
            pieces.append(&mut next.invoices);
            token = next.next_page_token;
            if token.is_empty() {
                break;
            }
        }
        let names = |invoices: &[komunala_grpc::proto::v1::Invoice]| -> Vec<String> {
            invoices.iter().map(|invoice| invoice.name.clone()).collect()
        };
        ensure!(names(&whole) == names(&pieces), "the order depends on the size of the pages");
        let day = |at: usize| whole[at].issue_date.map(|day| (day.year, day.month, day.day));
        ensure!((1..whole.len()).all(|at| day(at - 1) >= day(at)), "the newest bills are not first");
        let of_gas = whole.iter().filter(|invoice| invoice.name.starts_with("providers/gas-ruma/")).count();
        ensure!(of_gas == 24 && whole.len() > 60, "{of_gas} of {} bills", whole.len());
        world.stop().await;
        Ok(())
    }
}
