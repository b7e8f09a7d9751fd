//! A bill of which the billing system has no PDF: an informative copy, until it has one.

use anyhow::{Context, ensure};
use komunala_demo::{Customer, Newcomer, StambenoRuma, WorldSettings, customer::Download};
use komunala_grpc::proto::v1::{Invoice, ListInvoicesRequest, Profile, UpdateProfileRequest};
use komunala_simulators::Month;
use komunala_tests::{TestWorld, on_both_databases, worlds};
use tonic::Code;

async fn newest(customer: &Customer) -> anyhow::Result<Invoice> {
    let request = ListInvoicesRequest { parent: "providers/-/accounts/-".into(), ..Default::default() };
    let listed = customer.invoices().list_invoices(request).await?.into_inner();
    listed.invoices.into_iter().next().context("no bills")
}

fn digest(bytes: &[u8]) -> String {
    hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes))
}

fn is_whole(document: &Download) -> anyhow::Result<()> {
    ensure!(document.bytes.starts_with(b"%PDF-") && document.media_type == "application/pdf", "no PDF");
    ensure!(document.sha256 == digest(&document.bytes), "the digest is another one");
    ensure!(document.size_bytes == i64::try_from(document.bytes.len())?, "the length is another one");
    Ok(())
}

on_both_databases! {
    async fn where_there_is_no_pdf_a_copy_says_what_it_is_until_there_is_one(database) {
        let dir = tempfile::tempdir()?;
        let settings = WorldSettings {
            providers: vec!["stambeno-ruma"],
            ..worlds::settings(&dir, database.create().await?, toml::Table::new())
        };
        let world = TestWorld::in_folder(dir, settings).await?;
        let provider = world.region.provider::<StambenoRuma>()?;
        let (customer, _) = Newcomer::of(provider, 0)?.settle(world.api, &world.region).await?;
        let bill = newest(&customer).await?;
        provider.billing.switches.change(|switches| switches.late_pdfs_from = Some(Month::new(2000, 1)));

        let copy = customer.download(&bill.name, "").await?;
        is_whole(&copy)?;
        ensure!(copy.informative, "a copy that passes for the bill");
        ensure!(copy.bytes.starts_with(b"%PDF-1.7"), "not written by the hub");
        let again = customer.download(&bill.name, "application/pdf").await?;
        ensure!(again.sha256 == copy.sha256, "the same bill is another copy");

        let profile = Profile { language_code: "sr-Cyrl".to_owned(), ..Default::default() };
        let update_mask = Some(prost_types::FieldMask { paths: vec!["language_code".to_owned()] });
        let update = UpdateProfileRequest { profile: Some(profile), update_mask };
        customer.accounts().update_profile(update).await?;
        let cyrillic = customer.download(&bill.name, "").await?;
        is_whole(&cyrillic)?;
        ensure!(cyrillic.sha256 != copy.sha256, "the copy is not in the customer's language");

        // whoever cannot be asked may have the bill itself
        world.region.named("stambeno-ruma")?.silence(true);
        let refused = customer.download(&bill.name, "").await.unwrap_err();
        ensure!(refused.code() == Code::Unavailable, "{refused:?}");
        world.region.named("stambeno-ruma")?.silence(false);
        let other = customer.download(&bill.name, "application/xml").await.unwrap_err();
        ensure!(other.code() == Code::Unimplemented, "{other:?}");

        provider.billing.switches.clear();
        let own = customer.download(&bill.name, "").await?;
        is_whole(&own)?;
        ensure!(!own.informative && own.bytes.starts_with(b"%PDF-1.4"), "the billing system's own PDF comes too late");
        world.stop().await;
        Ok(())
    }
}
