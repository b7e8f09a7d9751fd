//! The running simulator and the handle on it.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::net::ToSocketAddrs;

use super::customer::{Kind, Payer, Payers};
use super::moment::Moment;
use super::outage::Outage;
use super::routes::{self, Desk};
use super::settings::Settings;
use super::system::System;
use super::written::Submitted;
use crate::counters::Counters;
use crate::faults::Faults;
use crate::server::Server;
use crate::switches::{SwitchSettings, Switches};

/// The billing system of an electricity distributor on an address of its own; it ends when this handle is dropped.
#[derive(Debug)]
pub struct ElectricitySimulator {
    /// Where it listens.
    pub addr: SocketAddr,
    /// What goes wrong, thrown at any time.
    pub switches: Switches,
    /// What it has seen.
    pub counters: Counters,
    /// Its clock.
    pub moment: Moment,
    system: Arc<System>,
    server: Server,
}

/// How a simulator is set up before it starts.
#[derive(Debug, Clone, Default)]
pub struct ElectricitySimulatorBuilder {
    settings: Settings,
    now: Option<Timestamp>,
    switches: SwitchSettings,
}

impl ElectricitySimulatorBuilder {
    /// What the payers are generated from.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.settings.payers.seed = seed;
        self
    }

    /// How many payers there are.
    #[must_use]
    pub fn customers(mut self, count: u32) -> Self {
        self.settings.payers.count = count;
        self
    }

    /// Stops the clock at a moment; the real time in Europe/Ljubljana otherwise. What is measured begins in 2023.
    #[must_use]
    pub fn now(mut self, now: Timestamp) -> Self {
        self.now = Some(now);
        self
    }

    /// The token that every request must show.
    #[must_use]
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.settings.token = token.into();
        self
    }

    /// How long a submitted reading stays accepted before it is posted.
    #[must_use]
    pub fn posting(mut self, posting: Duration) -> Self {
        self.settings.posting = posting;
        self
    }

    /// How many requests for readings are answered before 429.
    #[must_use]
    pub fn quota(mut self, requests: u32) -> Self {
        self.settings.quota = Some(requests);
        self
    }

    /// How the switches stand at the start.
    #[must_use]
    pub fn switches(mut self, switches: SwitchSettings) -> Self {
        self.switches = switches;
        self
    }

    /// Listens and serves; the error is the operating system's, if the address cannot be had.
    pub async fn start(self, listen: impl ToSocketAddrs) -> io::Result<ElectricitySimulator> {
        let moment = Moment::ljubljana();
        if let Some(now) = self.now {
            moment.fix(now);
        }
        let faults = Faults::standing(self.switches);
        let Faults { switches, counters } = faults.clone();
        let system = Arc::new(System::new(self.settings, moment.clone(), switches.clone()));
        let desk = Desk { system: system.clone(), counters: counters.clone() };
        let server = Server::steered(listen, faults, routes::router(desk)).await?;
        Ok(ElectricitySimulator { addr: server.addr, switches, counters, moment, system, server })
    }
}

impl ElectricitySimulator {
    /// A simulator with 1,000 payers of seed 7, to be changed before it starts.
    pub fn builder() -> ElectricitySimulatorBuilder {
        ElectricitySimulatorBuilder::default()
    }

    /// The base URL, without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// The token that every request must show.
    pub fn token(&self) -> &str {
        &self.system.settings.token
    }

    /// All payers, special ones included.
    pub fn payers(&self) -> Payers {
        self.system.settings.payers
    }

    /// The first `count` ordinary payers: open, unlocked, with bills for the same 24 months.
    pub fn ordinary(&self, count: usize) -> Vec<Payer> {
        self.of_kind(Kind::Ordinary).take(count).collect()
    }

    /// The payers of a kind; any 40 in a row have one of each special kind.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = Payer> {
        self.payers().all().filter(move |payer| payer.kind() == kind)
    }

    /// Announces an outage, or a later revision of one with the same id.
    pub fn announce(&self, outage: Outage) {
        self.system.written().announce(outage);
    }

    /// The readings that customers submitted, in the order in which they came.
    pub fn submitted_readings(&self) -> Vec<Submitted> {
        self.system.written().submitted.clone()
    }

    /// Gives the quota back, as a new hour does.
    pub fn renew_quota(&self) {
        self.system.written().asked = 0;
    }

    /// Stops listening and closes every connection.
    pub async fn stop(self) {
        self.server.stop().await;
    }
}
