//! A customer as the billing system has it.

use komunala_adapter_sdk::{
    Error,
    account_types::{Account, Category, Commodity, Meter, Premises, Register, SupplyPoint},
    xml::Element,
};

use crate::value::decimal;

/// The only register of a water meter.
pub(crate) const REGISTER: &str = "total";

/// The places of a state that can be handed in.
pub(crate) const PLACES: u8 = 2;

/// The account that was asked for. Its one supply point has its number.
pub(crate) fn of(customer: &Element, asked: &str) -> Result<Account, Error> {
    if customer.require_value("Sifra")? != asked {
        return Err(Error::upstream("another customer than the one that was asked for"));
    }
    let meters = match customer.child("Vodomeri") {
        Some(meters) => meters.all("Vodomer").map(meter).collect::<Result<Vec<_>, _>>()?,
        None => Vec::new(),
    };
    let supply_point = SupplyPoint {
        id: asked.to_owned(),
        number: asked.to_owned(),
        // a flat whose water is measured for the house as a whole
        commodity: if meters.is_empty() { Commodity::Housing } else { Commodity::Water },
        eic: None,
        gsrn: None,
        address: None,
        meters,
        appliances: Vec::new(),
    };
    Ok(Account {
        id: asked.to_owned(),
        customer_number: asked.to_owned(),
        category: match customer.value_of("Vrsta") {
            Some("DOMACINSTVO") => Some(Category::Household),
            Some("PRAVNO_LICE") => Some(Category::Business),
            _ => None,
        },
        name: customer.require_value("Ime")?.to_owned(),
        premises: Premises {
            floor_area: customer.parse("Povrsina", "an area", decimal)?,
            ..Premises::at(customer.value_of("Adresa").map(str::to_owned))
        },
        language: None,
        supply_points: vec![supply_point],
    })
}

fn meter(meter: &Element) -> Result<Meter, Error> {
    let number = meter.require_value("Broj")?;
    Ok(Meter {
        id: number.to_owned(),
        serial: number.to_owned(),
        digits: meter.parse("Cifara", "a number of digits", str::parse)?,
        decimals: Some(PLACES),
        verified_until: None,
        registers: vec![Register { code: REGISTER.to_owned(), unit: "m3".to_owned(), multiplier: None }],
    })
}
