//! A metering point as the billing system shows it.

use komunala_adapter_sdk::{
    Error,
    account_types::{Account, Commodity, Meter, Premises, Register, SupplyPoint},
};
use serde::Deserialize;

use crate::{AccountKey, text::said};

/// The register of a meter that has one.
pub(crate) const TOTAL: &str = "total";
/// The register of the high tariff.
pub(crate) const HIGH: &str = "high";
/// The register of the low tariff.
pub(crate) const LOW: &str = "low";
/// What meters count in.
pub(crate) const KILOWATT_HOURS: &str = "kWh";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WirePoint {
    pub(crate) merilno_mesto: String,
    gsrn: Option<String>,
    placnik: Option<Payer>,
    pub(crate) stevec: Option<String>,
    /// digits of a register
    stevilke: Option<u8>,
    /// how many tariffs are counted apart, 1 or 2
    tarife: Option<u8>,
}

#[derive(Deserialize)]
struct Payer {
    naziv: Option<String>,
    naslov: Option<String>,
}

/// The account of a payer whose points are these.
pub(crate) fn account(key: &AccountKey, points: Vec<WirePoint>) -> Result<Account, Error> {
    let payer = points.iter().find_map(|point| point.placnik.as_ref());
    Ok(Account {
        id: key.to_string(),
        customer_number: key.payer().to_owned(),
        // a household and a firm look alike here
        category: None,
        name: payer.and_then(|payer| payer.naziv.clone()).unwrap_or_default(),
        premises: Premises::at(said(payer.and_then(|payer| payer.naslov.clone()))),
        language: None,
        supply_points: points.into_iter().map(supply_point).collect::<Result<_, _>>()?,
    })
}

fn supply_point(wire: WirePoint) -> Result<SupplyPoint, Error> {
    let registers = match wire.tarife {
        Some(2) => &[HIGH, LOW][..],
        Some(1) | None => &[TOTAL],
        Some(_) => return Err(Error::upstream("a meter with another number of tariffs than 1 or 2")),
    };
    let register =
        |code: &&str| Register { code: (*code).to_owned(), unit: KILOWATT_HOURS.to_owned(), multiplier: None };
    let meter = |serial: String| Meter {
        id: serial.clone(),
        serial,
        digits: wire.stevilke,
        // states are read off in whole kWh
        decimals: None,
        verified_until: None,
        registers: registers.iter().map(register).collect(),
    };
    Ok(SupplyPoint {
        id: wire.merilno_mesto.clone(),
        number: wire.merilno_mesto,
        commodity: Commodity::Electricity,
        eic: None,
        gsrn: said(wire.gsrn),
        // the payer's address need not be where the point is
        address: None,
        meters: said(wire.stevec).into_iter().map(meter).collect(),
        appliances: Vec::new(),
    })
}
