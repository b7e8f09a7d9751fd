//! The running simulator and the handle on it.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::civil::Date;
use tokio::net::ToSocketAddrs;

use super::customer::{Customer, Kind, Population};
use super::desk::Desk;
use super::operation::{self, Office};
use super::reading::Reading;
use super::system::WaterSystem;
use crate::clock::Clock;
use crate::counters::Counters;
use crate::faults::Faults;
use crate::server::Server;
use crate::switches::{SwitchSettings, Switches};

/// Who may call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The user name of the WS-Security token.
    pub username: String,
    /// Its password, as text.
    pub password: String,
}

/// The billing system of a water and housing utility on an address of its own; it ends when this handle is dropped.
#[derive(Debug)]
pub struct WaterSimulator {
    /// Where it listens.
    pub addr: SocketAddr,
    /// What goes wrong, thrown at any time. Paths are `/BillingService.asmx/OPERATION`.
    pub switches: Switches,
    /// What it has seen, by operation.
    pub counters: Counters,
    /// Its calendar.
    pub clock: Clock,
    system: Arc<WaterSystem>,
    credentials: Arc<Credentials>,
    turned_away: Arc<AtomicU64>,
    server: Server,
}

/// How a simulator is set up before it starts.
#[derive(Debug, Clone)]
pub struct WaterSimulatorBuilder {
    population: Population,
    credentials: Credentials,
    pdf_size: Option<usize>,
    today: Option<Date>,
    switches: SwitchSettings,
}

impl Default for WaterSimulatorBuilder {
    fn default() -> Self {
        Self {
            population: Population { seed: 7, count: 1_000 },
            credentials: Credentials { username: "komunala".to_owned(), password: "water-<secret>".to_owned() },
            pdf_size: None,
            today: None,
            switches: SwitchSettings::default(),
        }
    }
}

impl WaterSimulatorBuilder {
    /// What the customers are generated from.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.population.seed = seed;
        self
    }

    /// How many customers there are, at most 999,999.
    #[must_use]
    pub fn customers(mut self, count: u32) -> Self {
        self.population.count = count.min(999_999);
        self
    }

    /// Stops the calendar at a day; the real day in Europe/Belgrade otherwise. The books begin in 2020.
    #[must_use]
    pub fn today(mut self, today: Date) -> Self {
        self.today = Some(today);
        self
    }

    /// Who may call.
    #[must_use]
    pub fn credentials(mut self, username: impl Into<String>, password: impl Into<String>) -> Self {
        self.credentials = Credentials { username: username.into(), password: password.into() };
        self
    }

    /// The size in bytes to which PDFs are filled up.
    #[must_use]
    pub fn pdf_size(mut self, size: usize) -> Self {
        self.pdf_size = Some(size);
        self
    }

    /// How the switches stand at the start.
    #[must_use]
    pub fn switches(mut self, switches: SwitchSettings) -> Self {
        self.switches = switches;
        self
    }

    /// Listens and serves; the error is the operating system's, if the address cannot be had.
    pub async fn start(self, listen: impl ToSocketAddrs) -> io::Result<WaterSimulator> {
        let clock = Clock::belgrade();
        if let Some(today) = self.today {
            clock.fix(today);
        }
        let faults = Faults::standing(self.switches);
        let Faults { switches, counters } = faults.clone();
        let system = Arc::new(WaterSystem::new(self.population, self.pdf_size, clock.clone(), switches.clone()));
        let credentials = Arc::new(self.credentials);
        let office = Office { system: system.clone(), credentials: credentials.clone(), counters: counters.clone() };
        let desk = Desk::new(switches.clone());
        let turned_away = desk.turned_away.clone();
        let operations = operation::router(office, faults.clone());
        let server = Server::steered(listen, faults, desk.in_front_of(operations)).await?;
        Ok(WaterSimulator { addr: server.addr, switches, counters, clock, system, credentials, turned_away, server })
    }
}

impl WaterSimulator {
    /// A simulator with 1,000 customers of seed 7, to be changed before it starts.
    pub fn builder() -> WaterSimulatorBuilder {
        WaterSimulatorBuilder::default()
    }

    /// The base URL, without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Who may call.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// All customers, special ones included.
    pub fn population(&self) -> Population {
        self.system.population
    }

    /// The first `count` ordinary customers: households with a meter, and bills with PDFs.
    pub fn ordinary(&self, count: usize) -> Vec<Customer> {
        self.of_kind(Kind::Ordinary).take(count).collect()
    }

    /// The customers of a kind; any 50 in a row have one of each special kind.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = Customer> {
        self.population().all().filter(move |customer| customer.kind() == kind)
    }

    /// The readings that a customer handed in, in the order in which they came.
    pub fn handed_in(&self, customer: Customer) -> Vec<Reading> {
        self.system.written().readings_of(customer).cloned().collect()
    }

    /// All readings of a customer, by date.
    pub fn readings(&self, customer: Customer) -> Vec<Reading> {
        self.system.readings(customer)
    }

    /// Whether a customer's bills go by e-mail now.
    pub fn is_by_email(&self, customer: Customer) -> bool {
        self.system.written().is_by_email(customer)
    }

    /// How many requests came while another one was not finished.
    pub fn turned_away(&self) -> u64 {
        self.turned_away.load(Ordering::Relaxed)
    }

    /// Stops listening and closes every connection.
    pub async fn stop(self) {
        self.server.stop().await;
    }
}
