//! Accounts, supply points, meters.

use komunala_app::{
    ports::accounts::{AccountCopy, LinkedAccount},
    reading::MeterInPlace,
};
use komunala_domain::{
    Meter, Register,
    account::{Appliance, Category, Commodity, Premises},
};

use super::{
    date::day,
    date::moment,
    decimal::decimal,
    delivery::{cause, delivery},
};
use crate::{
    names::{AccountName, MeterName, PointName},
    proto::v1,
};

pub(crate) fn account(linked: LinkedAccount) -> v1::Account {
    let name = AccountName { provider: linked.provider.clone(), account: linked.id };
    let mut message = v1::Account {
        name: name.to_string(),
        provider: linked.provider.to_string(),
        bill_delivery: delivery(linked.delivery).into(),
        bill_delivery_acknowledged: linked.postal_told == Some(linked.postal_wanted),
        bill_delivery_cause: cause(linked.paper_because).into(),
        link_state: link_state(linked.is_suspended).into(),
        ..Default::default()
    };
    if let Some(copy) = linked.copy {
        message.supply_points = points(&name, &copy);
        message.as_of_time = Some(moment(copy.as_of));
        message.category = category(copy.account.category).into();
        message.customer_number = copy.account.customer_number;
        message.holder_name = copy.account.name.unwrap_or_default();
        message.premises = premises(copy.account.premises);
    }
    message
}

fn link_state(is_suspended: bool) -> v1::LinkState {
    match is_suspended {
        false => v1::LinkState::Active,
        true => v1::LinkState::Suspended,
    }
}

/// None where the billing system says nothing of it.
fn premises(premises: Premises) -> Option<v1::Premises> {
    (premises != Premises::default()).then(|| v1::Premises {
        address: premises.address.unwrap_or_default(),
        municipality: premises.municipality.unwrap_or_default(),
        floor_area: premises.floor_area.map(decimal),
        occupants: premises.occupants,
    })
}

fn category(category: Category) -> v1::CustomerCategory {
    match category {
        Category::Household => v1::CustomerCategory::Household,
        Category::Business => v1::CustomerCategory::Business,
    }
}

fn points(account: &AccountName, copy: &AccountCopy) -> Vec<v1::SupplyPoint> {
    let of_account = copy.supply_points().map(|(ids, point)| {
        let name = PointName { account: account.clone(), point: ids.point };
        let meters = ids.meters.iter().zip(&point.meters).map(|(id, installed)| {
            let name = MeterName { point: name.clone(), meter: *id };
            meter(&name, installed, copy.as_of)
        });
        v1::SupplyPoint {
            name: name.to_string(),
            point_number: point.point_number.clone(),
            commodity: commodity(point.commodity).to_owned(),
            market_code: point.eic.as_ref().or(point.gsrn.as_ref()).cloned().unwrap_or_default(),
            address: point.address.clone().unwrap_or_default(),
            meters: meters.collect(),
            appliances: point.appliances.iter().map(appliance).collect(),
        }
    });
    of_account.collect()
}

pub(super) fn commodity(commodity: Commodity) -> &'static str {
    match commodity {
        Commodity::Gas => "gas",
        Commodity::Water => "water",
        Commodity::Heat => "heat",
        Commodity::Electricity => "electricity",
        Commodity::Housing => "housing",
        Commodity::Waste => "waste",
        Commodity::Other => "other",
    }
}

pub(crate) fn meter_in_place(place: &MeterInPlace) -> v1::Meter {
    let account = AccountName { provider: place.provider.clone(), account: place.account };
    let name = MeterName { point: PointName { account, point: place.point_id }, meter: place.id };
    meter(&name, &place.meter, place.as_of)
}

fn meter(name: &MeterName, meter: &Meter, as_of: jiff::Timestamp) -> v1::Meter {
    v1::Meter {
        name: name.to_string(),
        serial_number: meter.serial_number.clone(),
        registers: meter.registers.iter().map(register).collect(),
        digits: meter.digits.into(),
        decimals: meter.decimals.into(),
        verified_until_date: meter.verified_until.map(day),
        as_of_time: Some(moment(as_of)),
    }
}

fn register(register: &Register) -> v1::Register {
    v1::Register {
        code: register.code.clone(),
        unit: register.unit.clone(),
        multiplier: register.multiplier.map(decimal),
    }
}

fn appliance(appliance: &Appliance) -> v1::Appliance {
    v1::Appliance {
        kind: appliance.kind.clone(),
        model: appliance.model.clone().unwrap_or_default(),
        count: appliance.count.try_into().unwrap_or(i32::MAX),
    }
}
