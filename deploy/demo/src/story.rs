//! The story: a chapter for each provider, one for a customer of several, one for operators. Each step prints what it
//! proves.

mod cabinet;
pub(crate) mod consumption;
mod intervals;
mod outages;
mod reading;
mod rotation;

use std::sync::atomic::{AtomicU32, Ordering};

use komunala_grpc::proto::v1::GetProviderRequest;

pub use intervals::quarter_hours;
pub use outages::announced;
pub use reading::next_reading;
pub(crate) use reading::submit_next;

use crate::{Customer, Newcomer, Provider, World};

/// Tells the whole story; the first step that does not hold ends it.
pub async fn tell(world: &World) -> anyhow::Result<()> {
    let teller = Teller { world, step: AtomicU32::new(0) };
    let visitor = teller.visitor().await?;
    for provider in &world.region.providers {
        let request = GetProviderRequest { name: format!("providers/{}", provider.id()) };
        let shown = visitor.providers().get_provider(request).await?.into_inner();
        teller.chapter(&format!("{} ({})", shown.display_name, provider.id()));
        provider.tell(&teller).await.map_err(|error| error.context(provider.id()))?;
    }
    if world.region.providers.len() > 1 {
        teller.chapter("One customer, one cabinet");
        cabinet::tell(&teller).await.map_err(|error| error.context("one cabinet"))?;
    }
    teller.chapter("Whoever runs the hub");
    rotation::tell(&teller).await.map_err(|error| error.context("a portal's key"))?;
    Ok(())
}

/// Whoever tells the story, and where it takes place.
pub struct Teller<'a> {
    /// The world that it takes place in.
    pub world: &'a World,
    step: AtomicU32,
}

impl Teller<'_> {
    #[allow(clippy::print_stdout, reason = "the story is told on the standard output")]
    fn chapter(&self, title: &str) {
        println!("\n{title}");
    }

    /// A step held: what was called, and what that proves.
    #[allow(clippy::print_stdout, reason = "the story is told on the standard output")]
    pub fn holds(&self, step: &str, proves: &str) {
        let number = self.step.fetch_add(1, Ordering::Relaxed) + 1;
        println!("{number:>3}  {step:<42} {proves}");
    }

    /// A visitor of the portal who has not signed in.
    pub async fn visitor(&self) -> anyhow::Result<Customer> {
        Customer::open(self.world.api, &self.world.region.portal_key).await
    }

    /// A customer of `provider` who is registered and signed in, without a word about it.
    pub async fn settled(&self, provider: &dyn Provider, place: usize) -> anyhow::Result<Customer> {
        let newcomer = Newcomer::of(provider, place)?;
        newcomer.settle(self.world.api, &self.world.region).await.map(|(customer, _)| customer)
    }
}

/// A name for a write.
pub(crate) fn request_id() -> String {
    uuid::Uuid::new_v4().to_string()
}
