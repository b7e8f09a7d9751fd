//! The story of a customer of a gas utility, from the paper bill to a submitted reading. Each step prints what it proves.

mod bills;
mod reading;
mod registration;

use anyhow::Context;

use crate::{Customer, World};

/// Tells the story; the first step that does not hold ends it.
pub async fn tell(world: &World) -> anyhow::Result<()> {
    let teller = Teller { world, step: std::cell::Cell::new(0) };
    let visitor = Customer::open(world.api, &world.region.portal_key).await?;
    let customer = registration::tell(&teller, &visitor).await.context("the registration")?;
    let account = bills::tell(&teller, &customer).await.context("the bills")?;
    reading::tell(&teller, &customer, &account).await.context("the reading")?;
    Ok(())
}

struct Teller<'a> {
    world: &'a World,
    step: std::cell::Cell<u32>,
}

impl Teller<'_> {
    #[allow(clippy::print_stdout, reason = "the story is told on the standard output")]
    fn holds(&self, step: &str, proves: &str) {
        self.step.set(self.step.get() + 1);
        println!("{:>2}  {step:<42} {proves}", self.step.get());
    }
}

/// A name for a write.
fn request_id() -> String {
    uuid::Uuid::new_v4().to_string()
}
