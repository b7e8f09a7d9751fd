//! `kill -9` between a text and its gateway's answer: it is never lost, a receipt counts for the answer, and what nobody
//! knows is sent again as often as the policy says and then held for an operator.

use std::{path::PathBuf, time::Duration};

use anyhow::{Context, ensure};
use komunala_demo::Region;
use komunala_grpc::{
    client::OperatorClient,
    proto::operator::v1::{MessageState, Resolution, StuckMessage},
};
use komunala_simulators::{PhoneFault, SentText};
use komunala_tests::{Database, HubProcess, on_both_databases, worlds};
use tempfile::TempDir;

const HUB: &str = env!("CARGO_BIN_EXE_hub");
const PROVIDER: &str = "gas-ruma";
/// Of which a receipt comes before its hub dies.
const REPORTED: &str = "+381641112224";
/// Of which nobody says anything.
const SILENT: &str = "+381641112225";

/// How long anything may take that workers do.
const SOON: Duration = Duration::from_secs(30);
/// Longer than any hub here lives.
const TOO_LATE: PhoneFault = PhoneFault::Late(Duration::from_secs(600));

/// A gateway, phones that write to it, and one hub after the other.
struct Town {
    region: Region,
    configuration: PathBuf,
    dir: TempDir,
}

impl Town {
    async fn found(database: Database) -> anyhow::Result<Self> {
        let dir = tempfile::tempdir()?;
        let configuration =
            "[sms]\nlease = \"2s\"\npoll = \"200ms\"\nreceipts_within = \"1s\"\nretry = { attempts = 2 }";
        let settings = worlds::settings(&dir, database.create().await?, configuration.parse()?);
        let region = Region::start(&settings).await?;
        let configuration = region.configure(&settings)?;
        Ok(Self { region, configuration, dir })
    }

    async fn hub(&self, failpoints: &str) -> anyhow::Result<HubProcess> {
        HubProcess::start(HUB, &self.configuration, failpoints, &self.dir.path().join("hub.log")).await
    }

    /// Somebody writes what nobody can read, and is to be answered.
    async fn ask(&self, hub: &HubProcess, from: &str) -> anyhow::Result<()> {
        let address = self.region.incoming_texts(hub.pages.context("no pages")?, PROVIDER);
        let status = self.region.phones.hand_on(&address, from, from, "?").await?;
        ensure!(status == 200, "the hub answered {status}");
        Ok(())
    }

    fn copies(&self, to: &str) -> Vec<SentText> {
        self.region.phones.sent().into_iter().filter(|sent| sent.to == to).collect()
    }

    /// Waits until the gateway has so many copies.
    async fn until_taken(&self, to: &str, copies: usize) -> anyhow::Result<()> {
        let taken = async {
            while self.copies(to).len() < copies {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(SOON, taken).await.with_context(|| format!("{copies} copies never came to {to}"))
    }

    async fn operator(&self, hub: &HubProcess) -> anyhow::Result<OperatorClient> {
        let token = std::fs::read_to_string(self.dir.path().join("world/operator.token"))?;
        let address = hub.operator.context("no listener for operators")?.to_string();
        Ok(OperatorClient::connect(&address, token.trim_end(), None).await?)
    }
}

/// Waits for the one message that nobody knows the fate of.
async fn held(operator: &mut OperatorClient) -> anyhow::Result<StuckMessage> {
    let found = async {
        loop {
            let held = operator.messages(&format!("providers/{PROVIDER}"), MessageState::Unknown).await?;
            if let Some(message) = held.first() {
                ensure!(held.len() == 1, "{held:?}");
                return Ok(message.clone());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(SOON, found).await.context("nothing is held")?
}

on_both_databases! {
    async fn what_a_dead_hub_handed_over_counts_by_its_receipt_or_is_sent_again_and_then_held(database) {
        let town = Town::found(database).await?;
        let mut first = town.hub("").await?;
        town.region.phones.fail([TOO_LATE, TOO_LATE]);
        town.ask(&first, REPORTED).await?;
        town.until_taken(REPORTED, 1).await?;
        town.region.phones.report(&[]);
        town.ask(&first, SILENT).await?;
        town.until_taken(SILENT, 1).await?;
        first.kill()?;

        // the next one waits for a receipt, sends it again, and dies at the same place
        town.region.phones.fail([TOO_LATE]);
        let mut second = town.hub("").await?;
        town.until_taken(SILENT, 2).await?;
        second.kill()?;

        let third = town.hub("").await?;
        let mut operator = town.operator(&third).await?;
        let message = held(&mut operator).await?;
        ensure!((message.purpose.as_str(), message.attempts) == ("text_reply", 2), "{message:?}");
        ensure!(town.copies(SILENT).len() == 2, "it was sent though it is held");
        operator.resolve_unknown(&message.name, Resolution::SendAgain).await?;
        town.until_taken(SILENT, 3).await?;

        let texts: Vec<_> = town.copies(SILENT).into_iter().map(|sent| sent.text).collect();
        ensure!(texts.iter().all(|text| *text == texts[0]), "{texts:?}");
        ensure!(town.copies(REPORTED).len() == 1, "what the handset has was sent again");
        Ok(())
    }

    async fn what_did_not_leave_yet_when_its_hub_died_is_sent_once(database) {
        let town = Town::found(database).await?;
        town.region.phones.report(&[]);
        let mut first = town.hub("delivery::data-started=return").await?;
        town.ask(&first, SILENT).await?;
        first.ended(SOON).await.context("the point was never reached")?;
        ensure!(town.region.phones.asked() == 0, "it left");
        let _second = town.hub("").await?;
        town.until_taken(SILENT, 1).await?;
        // time for a copy that should not come
        tokio::time::sleep(Duration::from_secs(2)).await;
        ensure!(town.copies(SILENT).len() == 1, "{:?}", town.copies(SILENT));
        Ok(())
    }
}
