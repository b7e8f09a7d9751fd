//! A utility whose billing system leaves a unified bill's files in folders.

use std::path::Path;

use anyhow::Context;
use jiff::{ToSpan, Zoned};
use komunala_demo::{PaperBill, Provider, SettingsFile, story::Teller};
use komunala_simulators::heating::{Customer, FileKind, HeatingExchange, Kind, Night, Population};

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

/// Somebody ordinary who pays that night, and how much in minor units.
pub(crate) fn who_pays(night: &Night) -> anyhow::Result<(Customer, i64)> {
    let elsewhere = tempfile::tempdir()?;
    let utility = UnifiedBill::found(elsewhere.path())?;
    utility.exchange.write(night)?;
    let bytes = std::fs::read(utility.exchange.out().join(night.file_name(FileKind::Payments)))?;
    // the channel, which is of no interest here, may be no UTF-8
    let rows = String::from_utf8_lossy(&bytes);
    let paid = rows.lines().skip(1).find_map(|row| {
        let fields: Vec<_> = row.split(';').collect();
        let customer = utility.exchange.population().by_number(fields.get(1)?)?;
        let minor: i64 = fields.get(3)?.replace(',', "").parse().ok()?;
        (customer.kind() == Kind::Ordinary && minor > 0).then_some((customer, minor))
    });
    paid.context("nobody pays that night")
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
