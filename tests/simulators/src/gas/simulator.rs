//! The running simulator and the handle on it.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use tokio::net::ToSocketAddrs;

use super::books::Books;
use super::customer::{Customer, Population};
use super::kind::Kind;
use super::payment::PaidIn;
use super::reading::Reading;
use super::routes::{self, Desk};
use super::settings::Settings;
use super::system::GasSystem;
use super::token::Client;
use super::utility::Utility;
use super::written::{AccountEvent, Channel, ServiceRequest};
use crate::clock::Clock;
use crate::counters::Counters;
use crate::faults::Faults;
use crate::server::Server;
use crate::switches::{SwitchSettings, Switches};

/// The billing system of a gas utility on an address of its own; it ends when this handle is dropped.
#[derive(Debug)]
pub struct GasSimulator {
    /// Where it listens.
    pub addr: SocketAddr,
    /// What goes wrong, thrown at any time.
    pub switches: Switches,
    /// What it has seen.
    pub counters: Counters,
    /// Its calendar.
    pub clock: Clock,
    system: Arc<GasSystem>,
    server: Server,
}

/// How a simulator is set up before it starts.
#[derive(Debug, Clone, Default)]
pub struct GasSimulatorBuilder {
    settings: Settings,
    today: Option<Date>,
    switches: SwitchSettings,
}

impl GasSimulatorBuilder {
    /// What the customers are generated from.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.settings.population.seed = seed;
        self
    }

    /// How many customers there are.
    #[must_use]
    pub fn customers(mut self, count: u32) -> Self {
        self.settings.population.count = count;
        self
    }

    /// Whose billing system it is; Gas-Ruma's otherwise.
    #[must_use]
    pub fn utility(mut self, utility: Utility) -> Self {
        self.settings.population.utility = utility;
        self
    }

    /// Stops the calendar at a day; the real day at the utility otherwise. Bills begin in 2020, so 2022-02-03 is the first day with 24 of them.
    #[must_use]
    pub fn today(mut self, today: Date) -> Self {
        self.today = Some(today);
        self
    }

    /// The id and secret with which tokens are fetched.
    #[must_use]
    pub fn client(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.settings.client = Client { id: id.into(), secret: secret.into() };
        self
    }

    /// How long a token is in force.
    #[must_use]
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.settings.token_lifetime = lifetime;
        self
    }

    /// How many wrong PINs in a row lock a customer.
    #[must_use]
    pub fn lock_after(mut self, wrong_pins: u32) -> Self {
        self.settings.wrong_pins = wrong_pins;
        self
    }

    /// How long a reading stays accepted before it is posted.
    #[must_use]
    pub fn posting(mut self, posting: Duration) -> Self {
        self.settings.posting = posting;
        self
    }

    /// The size in bytes to which PDFs are filled up.
    #[must_use]
    pub fn pdf_size(mut self, size: usize) -> Self {
        self.settings.pdf_size = Some(size);
        self
    }

    /// Writes texts onto every so many-th customer's bills that try to end a mail before its end.
    #[must_use]
    pub fn hostile_notes(mut self, every: u32) -> Self {
        self.settings.hostile_notes = Some(every.max(1));
        self
    }

    /// How the switches stand at the start.
    #[must_use]
    pub fn switches(mut self, switches: SwitchSettings) -> Self {
        self.switches = switches;
        self
    }

    /// Listens and serves; the error is the operating system's, if the address cannot be had.
    pub async fn start(self, listen: impl ToSocketAddrs) -> io::Result<GasSimulator> {
        let clock = self.settings.population.utility.clock();
        if let Some(today) = self.today {
            clock.fix(today);
        }
        let faults = Faults::standing(self.switches);
        let Faults { switches, counters } = faults.clone();
        let system = Arc::new(GasSystem::new(self.settings, clock.clone(), switches.clone()));
        let desk = Desk { system: system.clone(), counters: counters.clone() };
        let server = Server::steered(listen, faults, routes::router(desk)).await?;
        Ok(GasSimulator { addr: server.addr, switches, counters, clock, system, server })
    }
}

impl GasSimulator {
    /// A simulator with 1,000 customers of seed 7, to be changed before it starts.
    pub fn builder() -> GasSimulatorBuilder {
        GasSimulatorBuilder::default()
    }

    /// The base URL, without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// The id and secret with which tokens are fetched.
    pub fn client(&self) -> &Client {
        &self.system.settings.client
    }

    /// All customers, special ones included.
    pub fn population(&self) -> Population {
        self.system.settings.population
    }

    /// What the billing system has, asked past its interface.
    pub fn books(&self) -> Books {
        Books(self.system.clone())
    }

    /// The first `count` ordinary customers: open, unlocked, with bills and PDFs for the same 24 months.
    pub fn ordinary(&self, count: usize) -> Vec<Customer> {
        self.of_kind(Kind::Ordinary).filter(|customer| self.system.is_open(*customer)).take(count).collect()
    }

    /// The customers of a kind; any 250 in a row have one of each special kind.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = Customer> {
        self.population().all().filter(move |customer| customer.kind() == kind)
    }

    /// Closes a customer's account from now on.
    pub fn close_account(&self, customer: Customer) {
        self.system.written().account_log.push((customer, AccountEvent::Closed));
    }

    /// Lets somebody else hold a customer's account from now on; number and PIN stay.
    pub fn change_holder(&self, customer: Customer) {
        self.system.written().account_log.push((customer, AccountEvent::NextHolder));
    }

    /// Ends every token at once, so that the next request with one is answered 401.
    pub fn revoke_tokens(&self) {
        self.system.tokens.revoke_all();
    }

    /// The readings that customers submitted, in the order in which they came.
    pub fn submitted_readings(&self) -> Vec<Reading> {
        self.system.written().reading_log.clone()
    }

    /// The requests that were filed, in the order in which they came.
    pub fn filed_requests(&self) -> Vec<ServiceRequest> {
        self.system.written().requests.clone()
    }

    /// The payments that were told for an account, in the order in which they came.
    pub fn paid_in(&self, account_id: &str) -> Vec<PaidIn> {
        self.system.written().paid_in(account_id).to_vec()
    }

    /// How an account's bills are delivered now.
    pub fn delivery(&self, account_id: &str) -> Channel {
        self.system.written().delivery(account_id)
    }

    /// Stops listening and closes every connection.
    pub async fn stop(self) {
        self.server.stop().await;
    }
}
