//! A utility whose billing system leaves a unified bill's files in folders.

use std::path::Path;

use jiff::{ToSpan, Zoned};
use komunala_demo::{PaperBill, Provider, SettingsFile, story::Teller};
use komunala_simulators::heating::{Customer, HeatingExchange, Kind, Night, Population};

/// The customers: enough that somebody of every kind is among them.
const CUSTOMERS: u32 = 250;

/// How many months of bills the first night brings.
const MONTHS: u8 = 2;

/// The utility.
pub(crate) struct UnifiedBill {
    /// Its end of the folders.
    pub(crate) exchange: HeatingExchange,
}

impl UnifiedBill {
    /// Makes the folders.
    pub(crate) fn found(dir: &Path) -> anyhow::Result<Self> {
        let population = Population { seed: 7, count: CUSTOMERS };
        Ok(Self { exchange: HeatingExchange::create(dir.join("exchange"), population)? })
    }
}

/// Yesterday's files: everybody, and the last two months' bills.
pub(crate) fn first_night() -> Night {
    let yesterday = Zoned::now().date().checked_sub(1.day()).expect("there was a yesterday");
    Night::first(yesterday, MONTHS)
}

/// What stands on a customer's paper bill.
pub(crate) fn paper(customer: Customer) -> PaperBill {
    PaperBill { customer_number: customer.number(), pin: customer.pin() }
}

#[async_trait::async_trait]
impl Provider for UnifiedBill {
    fn id(&self) -> &'static str {
        "infostan"
    }

    fn language(&self) -> &'static str {
        "sr-Latn"
    }

    fn connect(&self, settings: &mut SettingsFile) -> anyhow::Result<()> {
        let folder = |path: std::path::PathBuf| path.display().to_string();
        settings.set(&["grant", "folders", "out"], folder(self.exchange.out()));
        settings.set(&["grant", "folders", "in"], folder(self.exchange.inbox()));
        settings.set(&["grant", "folders", "ack"], folder(self.exchange.ack()));
        Ok(())
    }

    fn customers(&self, count: usize) -> Vec<PaperBill> {
        let ordinary = self.exchange.population().all().filter(|customer| customer.kind() == Kind::Ordinary);
        ordinary.take(count).map(paper).collect()
    }

    fn prints_for(&self, _: &PaperBill) -> Option<bool> {
        None
    }

    fn silence(&self, _: bool) {}

    fn answers_live(&self) -> bool {
        false
    }

    async fn tell(&self, _: &Teller<'_>) -> anyhow::Result<()> {
        Ok(())
    }
}
