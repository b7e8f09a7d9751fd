//! Who exists: users who confirmed their address, some who did not, and customers with their paper bills.

use anyhow::Context;
use futures::{StreamExt, TryStreamExt, stream};
use komunala_demo::{Customer, Inbox, Newcomer, PaperBill, World};
use komunala_grpc::proto::v1::VerifyEmailRequest;

/// How many are settled at a time.
const AT_ONCE: usize = 8;

/// Somebody who has confirmed their address and is signed in.
pub(crate) struct Settled {
    pub(crate) newcomer: Newcomer,
    pub(crate) customer: Customer,
}

/// Everybody there is.
pub(crate) struct People {
    /// Whoever comes to the portal.
    pub(crate) visitor: Customer,
    pub(crate) settled: Vec<Settled>,
    /// Whoever registered and did not confirm.
    pub(crate) waiting: Vec<Newcomer>,
    /// Bills of customers who have no user.
    pub(crate) bills: Vec<PaperBill>,
}

impl People {
    /// Makes so many of each kind.
    pub(crate) async fn settle(world: &World, count: usize) -> anyhow::Result<Self> {
        let visitor = Customer::open(world.api, &world.region.portal_key).await?;
        let provider = world.region.named("gas-ruma")?;
        let bills = provider.customers(count * 2);
        anyhow::ensure!(bills.len() == count * 2, "the billing system has only {} customers", bills.len());
        let newcomer = |(place, bill): (usize, &PaperBill)| {
            Newcomer::with(provider, bill.clone(), &format!("somebody.{place:05}"))
        };
        let all: Vec<Newcomer> = bills.iter().enumerate().map(newcomer).collect();
        let (settling, waiting) = all.split_at(count);
        let settled = stream::iter(settling.to_vec())
            .map(|newcomer| settle(world, &visitor, newcomer))
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await?;
        for newcomer in waiting {
            visitor.accounts().register(newcomer.registration()).await?;
        }
        Ok(Self { settled, waiting: waiting.to_vec(), bills, visitor })
    }
}

async fn settle(world: &World, visitor: &Customer, newcomer: Newcomer) -> anyhow::Result<Settled> {
    visitor.accounts().register(newcomer.registration()).await?;
    let code = Inbox::of(&world.region, &newcomer.email).code_about("potvrdite adresu").await.context("a code")?;
    let verify = VerifyEmailRequest { email: newcomer.email.clone(), code, token: String::new() };
    visitor.accounts().verify_email(verify).await?;
    let session = visitor.accounts().sign_in(newcomer.sign_in()).await?.into_inner();
    Ok(Settled { customer: visitor.signed_in(&session.access_token)?, newcomer })
}
