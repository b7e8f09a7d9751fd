//! Accounts, their supply points and meters.

use komunala_domain::{
    Category, CustomerAccount, ExternalId, Meter, Register, SupplyPoint,
    account::{Appliance, Commodity, Premises},
};

use super::{
    At, Checked, invalid, list, same_account,
    value::{TEXT, decimal, external_id, optional_date, optional_text, word},
};
use crate::contract::v0_1::account_types as wire;

/// The account that was asked for.
pub(crate) fn asked(account: wire::Account, asked: &ExternalId) -> Checked<CustomerAccount> {
    same_account(&account.id, asked).at("id")?;
    self::account(account)
}

/// An account, whosever it is.
pub(crate) fn account(account: wire::Account) -> Checked<CustomerAccount> {
    Ok(CustomerAccount {
        external_id: external_id(account.id).at("id")?,
        customer_number: word(account.customer_number, 32).at("customer-number")?,
        // it decides on rules, never on access, and the rules of a household are the stricter ones
        category: account.category.map_or(Category::Household, category),
        name: optional_text(Some(account.name), TEXT).at("name")?,
        premises: premises(account.premises).at("premises")?,
        supply_points: list(account.supply_points, 1000, supply_point).at("supply-points")?,
    })
}

fn premises(premises: wire::Premises) -> Checked<Premises> {
    let floor_area = premises.floor_area.map(decimal).transpose().at("floor-area")?;
    if floor_area.is_some_and(|area| area.is_sign_negative()) {
        return invalid("is below zero").at("floor-area");
    }
    Ok(Premises {
        address: optional_text(premises.address, TEXT).at("address")?,
        municipality: optional_text(premises.municipality, TEXT).at("municipality")?,
        floor_area,
        occupants: premises.occupants,
    })
}

fn category(category: wire::Category) -> Category {
    match category {
        wire::Category::Household => Category::Household,
        wire::Category::Business => Category::Business,
    }
}

fn commodity(commodity: wire::Commodity) -> Commodity {
    match commodity {
        wire::Commodity::Gas => Commodity::Gas,
        wire::Commodity::Electricity => Commodity::Electricity,
        wire::Commodity::Water => Commodity::Water,
        wire::Commodity::Heat => Commodity::Heat,
        wire::Commodity::Housing => Commodity::Housing,
        wire::Commodity::Waste => Commodity::Waste,
        wire::Commodity::Other => Commodity::Other,
    }
}

fn supply_point(point: wire::SupplyPoint) -> Checked<SupplyPoint> {
    Ok(SupplyPoint {
        external_id: external_id(point.id).at("id")?,
        point_number: word(point.number, 32).at("number")?,
        eic: optional_text(point.eic, 16).at("eic")?,
        gsrn: optional_text(point.gsrn, 18).at("gsrn")?,
        commodity: commodity(point.commodity),
        address: optional_text(point.address, TEXT).at("address")?,
        meters: list(point.meters, 20, meter).at("meters")?,
        appliances: list(point.appliances, 100, appliance).at("appliances")?,
    })
}

fn meter(meter: wire::Meter) -> Checked<Meter> {
    let digits = match meter.digits {
        Some(digits @ 1..=12) => digits,
        Some(_) => return invalid("is not from 1 to 12").at("digits"),
        None => return invalid("is missing").at("digits"),
    };
    let decimals = match meter.decimals {
        Some(decimals @ 0..=6) => decimals,
        Some(_) => return invalid("is not from 0 to 6").at("decimals"),
        None => 0,
    };
    if meter.registers.is_empty() {
        return invalid("is empty").at("registers");
    }
    external_id(meter.id).at("id")?;
    Ok(Meter {
        serial_number: word(meter.serial, 64).at("serial")?,
        digits,
        decimals,
        registers: list(meter.registers, 16, register).at("registers")?,
        verified_until: optional_date(meter.verified_until).at("verified-until")?,
    })
}

fn register(register: wire::Register) -> Checked<Register> {
    Ok(Register {
        code: word(register.code, 32).at("code")?,
        unit: word(register.unit, 16).at("unit")?,
        multiplier: register.multiplier.map(decimal).transpose().at("multiplier")?,
    })
}

fn appliance(appliance: wire::Appliance) -> Checked<Appliance> {
    Ok(Appliance {
        kind: word(appliance.kind, TEXT).at("kind")?,
        model: optional_text(appliance.model, TEXT).at("model")?,
        // an appliance that is recorded without a number is one
        count: appliance.count.unwrap_or(1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account() -> wire::Account {
        let meter = wire::Meter {
            id: "m".into(),
            serial: "S1".into(),
            digits: Some(5),
            decimals: Some(0),
            verified_until: None,
            registers: vec![wire::Register { code: "total".into(), unit: "m3".into(), multiplier: None }],
        };
        let point = wire::SupplyPoint {
            id: "p".into(),
            number: "R-1".into(),
            commodity: wire::Commodity::Gas,
            eic: None,
            gsrn: None,
            address: None,
            meters: vec![meter],
            appliances: vec![],
        };
        wire::Account {
            id: "a-1".into(),
            customer_number: "0042".into(),
            category: None,
            name: "Petar".into(),
            premises: wire::Premises {
                address: Some(String::new()),
                municipality: None,
                floor_area: Some(wire::Decimal { unscaled: 5400, scale: 2 }),
                occupants: None,
            },
            language: None,
            supply_points: vec![point],
        }
    }

    #[test]
    fn an_account_passes_as_it_is_and_blank_is_missing() {
        let account = asked(account(), &"a-1".parse().unwrap()).unwrap();
        assert_eq!((account.customer_number.as_str(), account.premises.address), ("0042", None));
        assert_eq!(account.premises.floor_area.unwrap().to_string(), "54.00");
    }

    #[test]
    fn another_customers_account_is_refused() {
        let wrong = asked(account(), &"a-2".parse().unwrap()).unwrap_err();
        assert_eq!((wrong.field.as_str(), wrong.is_foreign), ("id", true));
    }

    #[test]
    fn an_area_below_zero_is_refused() {
        let mut account = account();
        account.premises.floor_area = Some(wire::Decimal { unscaled: -1, scale: 0 });
        assert_eq!(super::account(account).unwrap_err().field, "premises.floor-area");
    }

    #[test]
    fn a_wrong_value_deep_inside_is_found_and_named() {
        let mut account = account();
        account.supply_points[0].meters[0].digits = Some(200);
        assert_eq!(super::account(account).unwrap_err().field, "supply-points[0].meters[0].digits");
    }
}
