//! What a supply point used, value by value, for whoever takes it along.

use jiff::Timestamp;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{account::Commodity, interval::Quality};

/// What a supply point used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// The supply point's id; what is made of it is named after it.
    pub point: Uuid,
    /// The number that is printed on the bill.
    pub point_number: String,
    /// What is delivered there.
    pub commodity: Commodity,
    /// When the billing system said so.
    pub as_of: Option<Timestamp>,
    /// Its registers.
    pub registers: Vec<RegisterUsage>,
}

/// What one register counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterUsage {
    /// The register's code.
    pub register: String,
    /// The unit of the quantities.
    pub unit: String,
    /// What it counted, the earliest first. What was not measured is absent.
    pub values: Vec<UsedBetween>,
}

/// What was used between two moments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedBetween {
    /// When it begins.
    pub start: Timestamp,
    /// When it ends.
    pub end: Timestamp,
    /// How much, never below zero.
    pub quantity: Decimal,
    /// How far it can be relied on.
    pub quality: Quality,
}
