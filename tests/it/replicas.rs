//! Several hubs on one PostgreSQL are one hub.

use anyhow::ensure;
use komunala_demo::{Customer, Newcomer, Region};
use komunala_grpc::proto::v1::VerifyEmailRequest;
use komunala_server::Configuration;
use komunala_tests::{Database, worlds};
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread")]
async fn of_many_uses_of_one_code_at_two_hubs_exactly_one_succeeds() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let settings = worlds::settings(&dir, Database::PostgreSql.create().await?, toml::Table::new());
    let region = Region::start(&settings).await?;
    let first = Configuration::read(&region.configure(&settings)?)?;
    let second = first.clone();
    // both migrate the empty database at once
    let (first, second) = tokio::try_join!(komunala_server::start(first), komunala_server::start(second))?;

    let newcomer = Newcomer::at(&region, 0)?;
    let here = Customer::open(first.api, &region.portal_key).await?;
    let there = Customer::open(second.api, &region.portal_key).await?;
    here.accounts().register(newcomer.registration()).await?;
    let code = newcomer.code(&region).await?;
    let verify = VerifyEmailRequest { email: newcomer.email.clone(), code, token: String::new() };
    let mut uses = JoinSet::new();
    for visitor in [&here, &there].into_iter().cycle().take(200) {
        let (mut accounts, verify) = (visitor.accounts(), verify.clone());
        uses.spawn(async move { accounts.verify_email(verify).await.is_ok() });
    }
    let succeeded = uses.join_all().await.into_iter().filter(|succeeded| *succeeded).count();
    ensure!(succeeded == 1, "{succeeded} uses of one code succeeded");
    ensure!(region.sink.mails().len() == 1, "{} mails came for one code", region.sink.mails().len());
    there.accounts().sign_in(newcomer.sign_in()).await?;
    first.stop().await;
    second.stop().await;
    Ok(())
}
