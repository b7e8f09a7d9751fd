//! Meters and their registers.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A meter in place at a supply point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meter {
    /// The serial number on its plate.
    pub serial_number: String,
    /// Digits before the decimal mark; the state rolls over behind `10^digits`. 1 to 12.
    pub digits: u8,
    /// Digits behind the decimal mark that a reading may have. 0 to 6.
    pub decimals: u8,
    /// What it counts: one register, or one per tariff.
    pub registers: Vec<Register>,
    /// Until when its calibration is valid.
    pub verified_until: Option<Date>,
}

/// A counter of a meter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register {
    /// The provider's code: `T1` high tariff, `T2` low tariff, or `TOTAL`.
    pub code: String,
    /// The unit of the state shown: `m3`, `kWh`, `MWh`, `GJ`.
    pub unit: String,
    /// What one unit of the state stands for, where it is not 1.
    pub multiplier: Option<Decimal>,
}

impl Meter {
    /// The first state that the counter cannot show: `10^digits`.
    pub fn capacity(&self) -> Decimal {
        Decimal::from(10_u64.pow(u32::from(self.digits.min(18))))
    }

    /// The register with this code.
    pub fn register(&self, code: &str) -> Option<&Register> {
        self.registers.iter().find(|register| register.code == code)
    }
}
