//! Units of what meters count, and what a gas meter's cubic metres are worth.
//!
//! What was billed is never worked out again: bills say their kilowatt-hours themselves. This is for what was not billed
//! yet.

use rust_decimal::Decimal;
use thiserror::Error;

/// A unit that a register counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Cubic metres: gas and water.
    CubicMetre,
    /// Kilowatt-hours.
    KilowattHour,
    /// Megawatt-hours.
    MegawattHour,
    /// Gigajoules.
    Gigajoule,
}

/// Units that measure unlike things, or a unit that nobody knows.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConversionError {
    /// No unit of a meter.
    #[error("{0:?} is none of m3, kWh, MWh and GJ")]
    UnknownUnit(String),
    /// A volume is no energy.
    #[error("{from} cannot be told in {to}", from = .from.symbol(), to = .to.symbol())]
    Unlike {
        /// The unit there is.
        from: Unit,
        /// The unit that was wanted.
        to: Unit,
    },
    /// A quantity beyond what can be counted exactly.
    #[error("the quantity is too large")]
    TooLarge,
}

impl Unit {
    /// The unit as registers name it.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::CubicMetre => "m3",
            Self::KilowattHour => "kWh",
            Self::MegawattHour => "MWh",
            Self::Gigajoule => "GJ",
        }
    }

    /// The unit of a register. Billing systems write a cube as a digit or as a superscript.
    pub fn parse(symbol: &str) -> Result<Self, ConversionError> {
        match symbol {
            "m3" | "m³" => Ok(Self::CubicMetre),
            "kWh" => Ok(Self::KilowattHour),
            "MWh" => Ok(Self::MegawattHour),
            "GJ" => Ok(Self::Gigajoule),
            _ => Err(ConversionError::UnknownUnit(symbol.to_owned())),
        }
    }

    /// How many kilojoules it has; a volume has none by itself.
    fn kilojoules(self) -> Option<Decimal> {
        match self {
            Self::CubicMetre => None,
            Self::KilowattHour => Some(Decimal::from(3_600)),
            Self::MegawattHour => Some(Decimal::from(3_600_000)),
            Self::Gigajoule => Some(Decimal::from(1_000_000)),
        }
    }

    /// A quantity of this unit in another one. A gigajoule is no finite number of kilowatt-hours, so the result is exact
    /// to 28 digits and not rounded.
    pub fn convert(self, quantity: Decimal, to: Self) -> Result<Decimal, ConversionError> {
        if self == to {
            return Ok(quantity);
        }
        let unlike = || ConversionError::Unlike { from: self, to };
        let (own, other) = (self.kilojoules().ok_or_else(unlike)?, to.kilojoules().ok_or_else(unlike)?);
        let kilojoules = quantity.checked_mul(own).ok_or(ConversionError::TooLarge)?;
        kilojoules.checked_div(other).map(|quantity| quantity.normalize()).ok_or(ConversionError::TooLarge)
    }
}

/// What makes energy of a gas meter's volume: both are of a place and a month, and stand on the bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GasConversion {
    /// `k`: from what the meter counted to standard conditions of pressure and temperature.
    pub conversion_factor: Decimal,
    /// The gross calorific value, in kWh/m³.
    pub calorific_value: Decimal,
}

impl GasConversion {
    /// `ΔV · k · gross calorific value`, in kWh, not rounded: how a bill rounds is its provider's affair.
    pub fn energy(self, cubic_metres: Decimal) -> Result<Decimal, ConversionError> {
        let standard = cubic_metres.checked_mul(self.conversion_factor);
        standard.and_then(|volume| volume.checked_mul(self.calorific_value)).ok_or(ConversionError::TooLarge)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn energies_are_told_in_one_another_and_a_volume_in_none() {
        for (quantity, from, to, told) in [
            ("1", "MWh", "kWh", "1000"),
            ("706.77", "kWh", "MWh", "0.70677"),
            ("3.6", "GJ", "MWh", "1"),
            ("1", "MWh", "GJ", "3.6"),
            ("18", "GJ", "kWh", "5000"),
            ("12", "m³", "m3", "12"),
        ] {
            let (from, to) = (Unit::parse(from).unwrap(), Unit::parse(to).unwrap());
            assert_eq!(from.convert(number(quantity), to), Ok(number(told)), "{quantity} {from:?} in {to:?}");
        }
        let unlike = ConversionError::Unlike { from: Unit::CubicMetre, to: Unit::KilowattHour };
        assert_eq!(Unit::CubicMetre.convert(Decimal::ONE, Unit::KilowattHour), Err(unlike));
        assert_eq!(Unit::parse("kwh"), Err(ConversionError::UnknownUnit("kwh".to_owned())));
        let much = Unit::MegawattHour.convert(Decimal::MAX, Unit::KilowattHour);
        assert_eq!(much, Err(ConversionError::TooLarge));
    }

    #[test]
    fn gas_is_worth_its_volume_times_k_times_its_gross_calorific_value() {
        for (volume, k, value, energy) in [
            // the bill of the reference billing system: 66 m³, printed as 706.77 kWh
            ("66", "1.0187", "10.512", "706.77"),
            ("0", "1.0187", "10.512", "0"),
            ("100", "1", "10.5", "1050"),
        ] {
            let conversion = GasConversion { conversion_factor: number(k), calorific_value: number(value) };
            assert_eq!(conversion.energy(number(volume)).unwrap().round_dp(2), number(energy), "{volume} m³");
        }
    }
}
