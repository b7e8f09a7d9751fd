//! The ticks that portals have no method for yet: the adapter is called in its sandbox, with the world's own settings.

use std::time::Duration;

use anyhow::{Context, ensure};
use komunala_app::ports::{
    BillingSystem, Call,
    billing::{ChangeKind, ChangedRecord, IdempotencyKey},
};
use komunala_demo::{Chernihivgaz, GasRuma, Infostan};
use komunala_domain::{
    Capability, CustomerNumber, ExternalId, Pin, PostalChannel,
    payment::Payment,
    request::{CustomerRequest, RequestKind},
};
use komunala_sandbox::{Adapter, AdapterSettings, Engine, EngineSettings, Policy, Secrets};
use komunala_simulators::gas::GasSimulator;

use super::town::{Town, first_of_month};

fn call() -> Call {
    Call::within(Duration::from_secs(20))
}

/// The gas billing system behind a provider.
fn billing<'a>(town: &'a Town, id: &str) -> anyhow::Result<&'a GasSimulator> {
    match id {
        "gas-ruma" => Ok(&town.region.provider::<GasRuma>()?.billing),
        _ => Ok(&town.region.provider::<Chernihivgaz>()?.billing),
    }
}

/// The provider's adapter, as its settings file sets it up.
fn adapter(town: &Town, id: &str) -> anyhow::Result<Adapter> {
    let folder = town.dir().join("settings");
    let file: toml::Table = std::fs::read_to_string(folder.join(id).with_extension("toml"))?.parse()?;
    let word = |table: &str, key: &str| file[table][key].as_str().map(str::to_owned).context("no word");
    let adapter = town.dir().join("adapters").join(word("adapter", "name")?);
    let none = toml::Table::new();
    let secrets = file.get("secrets").and_then(toml::Value::as_table).unwrap_or(&none).iter().map(|(name, source)| {
        let path = folder.join(source["file"].as_str().context("no file")?);
        Ok((name.clone(), std::fs::read_to_string(path)?.trim_end().into()))
    });
    let settings = AdapterSettings {
        provider: id.parse()?,
        currency: word("provider", "currency")?.parse()?,
        time_zone: jiff::tz::TimeZone::get(&word("provider", "time_zone")?)?,
        manifest: std::fs::read_to_string(adapter.join("adapter.toml"))?.parse()?,
        policy: file["grant"].clone().try_into::<Policy>()?,
        secrets: secrets.collect::<anyhow::Result<Secrets>>()?,
    };
    let bytes = std::fs::read(adapter.join("adapter.wasm"))?;
    let pinned = komunala_sandbox::pin(&word("adapter", "sha256")?)?;
    Ok(Adapter::load(&Engine::new(EngineSettings::default())?, &bytes, pinned, None, &settings)?)
}

/// An account that its customer proved to the adapter.
async fn account(town: &Town, id: &str, adapter: &Adapter, place: usize) -> anyhow::Result<ExternalId> {
    let bill = town.region.named(id)?.customers(place + 1).pop().context("too few customers")?;
    let (number, pin) = (CustomerNumber::parse(&bill.customer_number)?, Pin::parse(&bill.pin)?);
    Ok(adapter.verify(call(), &number, &pin).await?)
}

pub(super) async fn requests(town: &Town, id: &str) -> anyhow::Result<()> {
    let adapter = adapter(town, id)?;
    let by_files = adapter.capabilities().has(Capability::Files);
    let account = match by_files {
        // who writes was proved by the hub, out of the files
        true => town.region.named(id)?.customers(1).pop().context("nobody")?.customer_number.parse()?,
        false => account(town, id, &adapter, 9).await?,
    };
    let letter = CustomerRequest {
        kind: RequestKind::Question,
        subject: "Račun".to_owned(),
        text: "Zašto je ovaj mesec viši?".to_owned(),
    };
    let key = IdempotencyKey("request-0001".to_owned());
    let first = adapter.create_request(call(), &account, &letter, &key).await?;
    let again = adapter.create_request(call(), &account, &letter, &key).await?;
    ensure!(first == again, "one letter has two ids");
    if by_files {
        let inbox = town.region.provider::<Infostan>()?.exchange.inbox();
        let rows = |path: std::path::PathBuf| std::fs::read(path).unwrap_or_default();
        let started = std::time::Instant::now();
        loop {
            let files = std::fs::read_dir(&inbox)?.filter_map(Result::ok).map(|file| rows(file.path()));
            let texts: Vec<_> = files.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect();
            if texts.iter().any(|text| text.contains(&key.0) && text.contains("PITANJE")) {
                return Ok(());
            }
            ensure!(started.elapsed() < Duration::from_secs(30), "the letter is in no file");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
    let filed = billing(town, id)?.filed_requests();
    ensure!(filed.iter().filter(|filed| filed.account_id == account.as_str()).count() == 1, "{filed:?}");
    Ok(())
}

pub(super) async fn payments(town: &Town, id: &str) -> anyhow::Result<()> {
    let adapter = adapter(town, id)?;
    let account = account(town, id, &adapter, 10).await?;
    let bills = adapter.invoices(call(), &account, None, None).await?.items;
    let bill = bills.first().context("no bill")?;
    let payment = Payment {
        invoice: bill.external_id.clone(),
        amount: komunala_domain::Money { minor: 500, ..bill.total },
        paid_on: first_of_month()?,
        reference: "ipay-1".to_owned(),
    };
    let key = IdempotencyKey("payment-0001".to_owned());
    adapter.record_payment(call(), &account, &payment, &key).await?;
    adapter.record_payment(call(), &account, &payment, &key).await?;
    let paid = billing(town, id)?.paid_in(account.as_str());
    ensure!(paid.len() == 1 && paid[0].amount.minor() == 500, "{paid:?}");
    Ok(())
}

pub(super) async fn changes(town: &Town, id: &str) -> anyhow::Result<()> {
    let adapter = adapter(town, id)?;
    // in a town so small there are days on which nothing of anybody changes by itself
    if adapter.capabilities().has(Capability::Delivery) && adapter.capabilities().has(Capability::Customers) {
        let account = account(town, id, &adapter, 11).await?;
        adapter.set_delivery(call(), &account, PostalChannel::Email).await?;
    }
    let first = adapter.changes(call(), ChangeKind::Invoice, None, 50).await?;
    ensure!(first.problems.is_empty(), "{:?}", first.problems);
    ensure!(first.upserts.iter().all(|upsert| matches!(upsert.record, ChangedRecord::Invoice { .. })), "no bills");
    // a feed tells what changed, or whose
    ensure!(!first.upserts.is_empty() || !first.touched.is_empty(), "nothing has changed");
    let next = adapter.changes(call(), ChangeKind::Invoice, Some(&first.next), 50).await?;
    ensure!(first.upserts.is_empty() || next.upserts.first() != first.upserts.first(), "the cursor does not move");
    Ok(())
}
