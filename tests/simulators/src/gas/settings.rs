//! What a gas simulator can be told when it starts.

use std::time::Duration;

use super::customer::Population;
use super::token::Client;

/// How the simulated billing system is set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Settings {
    /// Who its customers are.
    pub(super) population: Population,
    /// Who may call it.
    pub(super) client: Client,
    /// How long a token is in force; 900 s by the interface.
    pub(super) token_lifetime: Duration,
    /// How many wrong PINs in a row lock a customer.
    pub(super) wrong_pins: u32,
    /// How long a reading stays accepted before it is posted.
    pub(super) posting: Duration,
    /// The size in bytes to which PDFs are filled up; about 1 kB without.
    pub(super) pdf_size: Option<usize>,
    /// Every so many-th customer's bills have hostile notes; nobody's without.
    pub(super) hostile_notes: Option<u32>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            population: Population::of(7, 1_000),
            client: Client { id: "komunala".to_owned(), secret: "gas-secret".to_owned() },
            token_lifetime: Duration::from_secs(900),
            wrong_pins: 5,
            posting: Duration::from_secs(2),
            pdf_size: None,
            hostile_notes: None,
        }
    }
}
