//! Fifty secrets go in. None comes out: not in a log at its most talkative, not in a span, not in the databases, not in what
//! is told to whoever is refused.

mod places;
mod planted;
mod story;

use anyhow::ensure;
use komunala_demo::Region;
use komunala_sink::SmtpSink;
use komunala_tests::{HubProcess, on_both_databases, worlds};
use toml::{Table, Value};

use self::{places::Places, planted::Planted};
use crate::telemetry::Collector;

const HUB: &str = env!("CARGO_BIN_EXE_hub");
/// What the hub shows to the relay.
const RELAY_PASSWORD: &str = "of-the-relay-Quae7ohz";

on_both_databases! {
    async fn none_of_fifty_secrets_is_written_down_or_told(database) {
        let dir = tempfile::tempdir()?;
        let collector = Collector::start().await?;
        let mut configuration =
            format!("[telemetry]\nlog = 'trace'\notlp = 'http://{}'\n", collector.address).parse::<Table>()?;
        if let Some(keys) = database.create().await? {
            configuration.insert("keys".into(), Table::from_iter([("url".to_owned(), Value::from(keys))]).into());
        }
        let settings = worlds::settings(&dir, database.create().await?, configuration);
        let mut region = Region::start(&settings).await?;
        region.sink = SmtpSink::builder()
            .without_tls()
            .credentials("hub", RELAY_PASSWORD)
            .require_auth()
            .start("127.0.0.1:0")
            .await?;
        let configured = region.configure(&settings)?;
        let relay = settings.dir.join("relay.password");
        std::fs::write(&relay, RELAY_PASSWORD)?;
        let mut text: Table = std::fs::read_to_string(&configured)?.parse()?;
        let with = "user = 'hub'\npassword = { file = 'relay.password' }\nallow_plaintext_password = true".parse::<Table>()?;
        text["mail"]["relay"].as_table_mut().expect("it was configured").extend(with);
        std::fs::write(&configured, toml::to_string(&text)?)?;

        let log = dir.path().join("hub.log");
        let mut hub = HubProcess::start(HUB, &configured, "", &log).await?;
        let mut planted = Planted::default();
        story::of_the_hub(&mut planted, &settings, &region)?;
        story::of_people(&mut planted, &hub, &region).await?;
        let spans = collector.everything("ListInvoices").await;
        hub.kill()?;

        ensure!(planted.secrets.len() >= 50, "only {} secrets were planted", planted.secrets.len());
        let places = Places::new(&settings, &log, spans, &planted.told).await?;
        places.were_written_to()?;
        let found: Vec<_> = planted.secrets.iter().flat_map(|secret| places.holding(secret)).collect();
        ensure!(found.is_empty(), "{}", found.join("\n"));
        Ok(())
    }
}
