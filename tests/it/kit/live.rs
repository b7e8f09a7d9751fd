//! Adapters of this repository under the check, against their simulators. An adapter with a simulator is a row of
//! [`STYLES`].

use std::{any::Any, future::Future, pin::Pin, time::Duration};

use anyhow::Context;
use jiff::{Timestamp, civil::Date};
use komunala_kit::{Provision, Report, Source, Subjects, Workbench, check};
use komunala_sandbox::Policy;
use komunala_simulators::{
    Effect, ElectricitySimulator, GasSimulator, Month, Paging, Rule, SwitchSettings, WaterSimulator,
};
use secrecy::SecretString;
use tempfile::TempDir;
use toml::Table;

use super::adapters::{installed, root};

/// A way of integration: its adapter, who is reached with it, and the billing system of its subjects.
struct Style {
    adapter: &'static str,
    settings: &'static str,
    /// Settings of the adapter beside those of the file.
    set: Vec<(&'static str, &'static str)>,
    start: fn(SwitchSettings) -> Starting,
}

type Starting = Pin<Box<dyn Future<Output = anyhow::Result<Running>> + Send>>;

/// A billing system that runs, as its subjects know it.
struct Running {
    url: String,
    secret: (&'static str, String),
    _simulator: Box<dyn Any + Send>,
}

const STYLES: [Style; 3] = [
    Style { adapter: "gas", settings: "gas-ruma", set: Vec::new(), start: gas },
    Style { adapter: "water", settings: "stambeno-ruma", set: Vec::new(), start: water },
    Style { adapter: "electricity", settings: "elektro-gorenjska", set: Vec::new(), start: electricity },
];

/// Longer than any check takes: what is handed in stays accepted.
const POSTING: Duration = Duration::from_secs(3600);

fn gas(mut switches: SwitchSettings) -> Starting {
    switches.open_from = Some(Month::new(2022, 2));
    switches.available_from = Some(Date::constant(2022, 3, 12));
    Box::pin(async move {
        let simulator = GasSimulator::builder().customers(300).today(Date::constant(2022, 2, 14)).posting(POSTING);
        let simulator = simulator.client("hub", "gas-secret").switches(switches).start("127.0.0.1:0").await?;
        Ok(Running {
            url: simulator.url(),
            secret: ("billing_client_secret", "gas-secret".to_owned()),
            _simulator: Box::new(simulator),
        })
    })
}

fn water(switches: SwitchSettings) -> Starting {
    Box::pin(async move {
        let simulator = WaterSimulator::builder().customers(300).today(Date::constant(2024, 8, 15));
        let simulator = simulator.credentials("hub", "pass & <word>").switches(switches).start("127.0.0.1:0").await?;
        Ok(Running {
            url: simulator.url(),
            secret: ("wsse_password", "pass & <word>".to_owned()),
            _simulator: Box::new(simulator),
        })
    })
}

fn electricity(switches: SwitchSettings) -> Starting {
    Box::pin(async move {
        let now: Timestamp = "2024-10-28T12:00:00+01:00".parse()?;
        let simulator = ElectricitySimulator::builder().customers(300).now(now).posting(POSTING).switches(switches);
        let simulator = simulator.start("127.0.0.1:0").await?;
        Ok(Running {
            url: simulator.url(),
            secret: ("billing_token", simulator.token().to_owned()),
            _simulator: Box::new(simulator),
        })
    })
}

impl Style {
    /// The adapter as the provider's settings file lets it be, on a bench.
    fn bench(&self, running: &Running, place: &TempDir) -> anyhow::Result<(Workbench, Subjects)> {
        let folder = installed(self.adapter, "plugins", place.path())?;
        let subjects = Subjects::read(&folder.check().join("subjects.toml"))?;
        let file = root().join("deploy/settings").join(self.settings).with_extension("toml");
        let file: Table = std::fs::read_to_string(file)?.parse()?;
        let mut policy: Policy = file.get("grant").context("no grant")?.clone().try_into()?;
        policy.settings.insert("base_url".to_owned(), running.url.clone());
        policy.settings.extend(self.set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let (name, secret) = &running.secret;
        let provision = Provision {
            provider: self.settings.parse()?,
            currency: subjects.currency,
            time_zone: subjects.time_zone.clone(),
            policy,
            secrets: [((*name).to_owned(), SecretString::from(secret.as_str()))].into(),
        };
        let bench = Workbench::open(folder, &subjects, Source::Live(Box::new(provision)), false)?;
        Ok((bench, subjects))
    }

    async fn checked(&self, switches: SwitchSettings, only: &[&str]) -> anyhow::Result<(Report, Running)> {
        let running = (self.start)(switches).await?;
        let place = TempDir::new()?;
        let (bench, subjects) = self.bench(&running, &place)?;
        let only: Vec<String> = only.iter().map(|name| (*name).to_owned()).collect();
        Ok((check::check(&bench, &subjects, &only, |_| {}).await?, running))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_adapter_passes_its_check_against_its_simulator() -> anyhow::Result<()> {
    for style in STYLES {
        let (report, _running) = style.checked(SwitchSettings::default(), &[]).await?;
        assert!(report.passed(), "{}:\n{report}", style.adapter);
    }
    Ok(())
}

/// The forms of XML that readings come in, which are a setting; the whole check is made with JSON.
#[tokio::test(flavor = "multi_thread")]
async fn readings_pass_what_is_about_them_in_every_form_that_they_come_in() -> anyhow::Result<()> {
    // whose readings they are stands in no answer of ESPI
    let about = ["hub", "values", "series", "doubled-items", "late-items", "garbled", "broken-off", "huge"];
    for form in ["application/xml", "application/atom+xml"] {
        let electricity = STYLES.into_iter().find(|style| style.adapter == "electricity").context("no such style")?;
        let set = vec![("readings_format", form)];
        let (report, _running) = Style { set, ..electricity }.checked(SwitchSettings::default(), &about).await?;
        assert!(report.passed(), "{form}:\n{report}");
    }
    Ok(())
}

/// What a billing system does to its lists, and is no failure.
fn disorders() -> Vec<SwitchSettings> {
    let pagings = [Paging::DuplicateItems, Paging::LateItems, Paging::DuplicatePages, Paging::LatePages];
    let mut disorders: Vec<_> =
        pagings.into_iter().map(|paging| SwitchSettings { paging, ..SwitchSettings::default() }).collect();
    disorders.push(SwitchSettings { outdated_versions: true, ..SwitchSettings::default() });
    disorders
        .push(SwitchSettings { rules: vec![Rule::new("/", Effect::Latency { ms: 5 })], ..SwitchSettings::default() });
    disorders
}

#[tokio::test(flavor = "multi_thread")]
async fn every_adapter_passes_what_is_about_lists_and_values_whatever_its_billing_system_does_to_them()
-> anyhow::Result<()> {
    let about = ["hub", "receipt", "pages", "doubled-items", "late-items", "series", "values"];
    for style in STYLES {
        for switches in disorders() {
            let shown = format!("{} {switches:?}", style.adapter);
            let (report, _running) = style.checked(switches, &about).await?;
            assert!(report.passed(), "{shown}:\n{report}");
        }
    }
    Ok(())
}
