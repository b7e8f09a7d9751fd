//! Meter readings and the rules a customer's reading must pass.

mod finding;
pub mod history;
mod policy;
pub mod rules;
mod season;
pub mod window;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::text::ExternalId;

pub use finding::{Finding, FindingCode, Severity};
pub use history::History;
pub use policy::ReadingPolicy;
pub use season::{Unusual, UnusualUsual};

/// The states of a meter's registers on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The supply point, by the billing system's key.
    pub supply_point: ExternalId,
    /// The meter's serial number.
    pub serial_number: String,
    /// The local day of the reading.
    pub date: Date,
    /// One state per register that was read.
    pub registers: Vec<RegisterState>,
    /// Who read it.
    pub source: ReadingSource,
}

/// The state of one register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterState {
    /// The register's code.
    pub code: String,
    /// What it shows, in the register's unit.
    pub value: Decimal,
}

/// Who read a meter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadingSource {
    /// The customer.
    Customer,
    /// The provider's staff.
    Operator,
    /// The meter itself.
    Remote,
    /// Nobody: it was estimated.
    Estimate,
    /// The customer, who sent it by SMS.
    Sms,
}

/// How far a submitted reading has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadingState {
    /// The hub has it; it is on its way to the billing system.
    Received,
    /// Something looks odd: it waits for `confirmed`.
    NeedsConfirmation,
    /// The billing system has it.
    Accepted,
    /// The billing system has booked it.
    Posted,
    /// The billing system refused it.
    Rejected,
    /// The billing system's answer was lost; it is being asked again by its key.
    Unknown,
}
