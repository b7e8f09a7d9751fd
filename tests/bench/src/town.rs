//! A town of many customers whose bills a hub sends: the billing system and the mail server around the hub, the people in
//! its database, and the hub as a process of its own, so that it can be measured and killed.
//!
//! Nobody is listed anywhere. Whom an address belongs to, what bills they have and what stands in each document follows
//! from the billing system's seed, so a country needs no more memory than a village.

mod hub;
mod letterbox;
mod residents;
mod seed;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context;
use jiff::tz::TimeZone;
use komunala_demo::{GasRuma, Region, WorldSettings, dkim};
use komunala_grpc::client::OperatorClient;
use komunala_server::Configuration;
use komunala_simulators::{Effect, GasSimulator, Malformation, Month, Rule};
use komunala_sink::{Counters, Faults, SmtpSink};
use tempfile::TempDir;
use toml::Table;

pub use crate::database::Database;
pub use hub::Hub;
pub use letterbox::{Letterbox, Tally};
pub use residents::{Resident, Residents};

/// Whose bills are sent.
pub const PROVIDER: &str = "gas-ruma";
/// Every so many-th customer's bills have notes that try to end their mail before its end.
const HOSTILE: u32 = 97;

/// What a town is made of.
#[derive(Debug, Clone)]
pub struct TownSettings {
    /// How many bills its people get.
    pub bills: u32,
    /// Bytes of each bill's document.
    pub pdf: usize,
    /// The hub's database.
    pub database: Database,
    /// So many of a hundred documents are not what was asked for: an error, a web page, nothing, half of it, or another bill's.
    pub document_errors: u16,
    /// What stands in the hub's configuration beside what the town needs.
    pub configuration: Table,
}

/// A town around which hubs can be started.
pub struct Town {
    /// Who lives there.
    pub residents: Residents,
    /// What came by mail.
    pub letterbox: Arc<Letterbox>,
    region: Region,
    configuration: PathBuf,
    dir: TempDir,
}

impl Town {
    /// Builds a town in a folder of its own below `TMPDIR`, and lets its people move into the database of a hub that is yet
    /// to start; `moved` is told how many have.
    pub async fn build(settings: &TownSettings, moved: impl Fn(u32)) -> anyhow::Result<Self> {
        let dir = tempfile::Builder::new().prefix("komunala-town-").tempdir()?;
        let billing = billing_system(settings).await?;
        let residents = Residents::of(billing.books(), settings.bills)?;
        let letterbox = Arc::new(Letterbox::of(residents.clone()));
        billing.switches.change(|switches| switches.open_from = Some(residents.period()));
        let url = match settings.database {
            Database::Sqlite => None,
            Database::Postgresql => Some(komunala_test_postgres::durable_database().await?),
        };
        let mut configuration = settings.configuration.clone();
        configuration.insert("telemetry".to_owned(), quiet().into());
        let any = "127.0.0.1:0".parse()?;
        let mut world = WorldSettings {
            providers: Vec::new(),
            database_url: url,
            api: any,
            operator: any,
            pages: any,
            configuration,
            ..WorldSettings::new(dir.path().join("world"))
        };
        // a world's futures are large
        let mut region = Box::pin(Region::start(&world)).await?;
        dkim::sign(&mut world)?;
        region.providers = vec![Box::new(GasRuma { billing })];
        let sink = SmtpSink::builder().without_tls().kept(0).reader(letterbox.reader());
        region.sink = sink.start(any).await?;
        let configuration = region.configure(&world)?;
        Box::pin(seed::seed(&Configuration::read(&configuration)?, &residents, moved)).await?;
        Ok(Self { residents, letterbox, region, configuration, dir })
    }

    /// Lets the month's bills come out: until then the billing system has none, and the hub, which follows its feed from its
    /// start on, does not know any.
    pub fn issue_bills(&self) -> anyhow::Result<()> {
        self.billing()?.switches.change(|switches| switches.open_from = None);
        Ok(())
    }

    /// Starts a hub: the program `komunala`, built beside this one unless `program` says another.
    pub async fn hub(&self, program: Option<&Path>) -> anyhow::Result<Hub> {
        let beside = std::env::current_exe()?.with_file_name("komunala");
        let program = program.unwrap_or(beside.as_path());
        let built = "build it with `cargo build --release -p komunala-bench -p komunala-server`";
        anyhow::ensure!(program.is_file(), "there is no {}: {built}", program.display());
        Hub::start(program, &self.configuration, &self.log()).await
    }

    /// The address of the hubs' database, for whoever looks into it beside them.
    pub fn database_url(&self) -> anyhow::Result<String> {
        Ok(Configuration::read(&self.configuration)?.database_url())
    }

    /// What hubs log.
    pub fn log(&self) -> PathBuf {
        self.dir.path().join("hub.log")
    }

    /// An operator of a hub.
    pub async fn operator(&self, hub: &Hub) -> anyhow::Result<OperatorClient> {
        let path = self.world().join("operator.token");
        let token = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        Ok(OperatorClient::connect(&hub.operator.to_string(), token.trim_end(), None).await?)
    }

    /// What the mail server has seen.
    pub fn mail_server(&self) -> (&Counters, &Faults) {
        (&self.region.sink.counters, &self.region.sink.faults)
    }

    /// The billing system.
    pub fn billing(&self) -> anyhow::Result<&GasSimulator> {
        Ok(&self.region.provider::<GasRuma>()?.billing)
    }

    /// The folder with the hub's configuration, its documents and, on SQLite, its database.
    pub fn world(&self) -> PathBuf {
        self.dir.path().join("world")
    }

    /// The month whose bills are sent.
    pub fn period(&self) -> Month {
        self.residents.period()
    }
}

async fn billing_system(settings: &TownSettings) -> anyhow::Result<GasSimulator> {
    let zone = TimeZone::get("Europe/Belgrade")?;
    // a run that goes on past midnight is still that of the day on which it began
    let today = jiff::Timestamp::now().to_zoned(zone).date();
    let billing = GasSimulator::builder()
        .customers(Residents::population(settings.bills))
        .today(today)
        .pdf_size(settings.pdf)
        .hostile_notes(HOSTILE)
        .start("127.0.0.1:0")
        .await?;
    // a fifth of each sort
    let each = settings.document_errors * 10 / 5;
    let documents = |effect| Rule::new("/v1/invoices/*/pdf", effect).per_mille(each);
    let malformed = |how| documents(Effect::Malformed { how });
    billing.switches.change(|switches| {
        switches.rules = vec![
            documents(Effect::Status { status: 503, retry_after: None, html: true }),
            malformed(Malformation::Html),
            malformed(Malformation::Empty),
            malformed(Malformation::Truncated),
        ];
        switches.mixed_up_pdfs = each;
    });
    Ok(billing)
}

/// A line for each mail would be most of what the hub writes.
fn quiet() -> Table {
    Table::from_iter([("log".to_owned(), "warn,komunala_server=info".into())])
}
