//! An account as the billing system shows it.

use komunala_adapter_sdk::{
    Date, Error,
    account_types::{Account, Appliance, Category, Commodity, Meter, Premises, Register, SupplyPoint},
};
use serde::Deserialize;

use crate::text::said;

/// The only register of a gas meter.
pub(crate) const REGISTER: &str = "total";

/// What a gas meter counts in.
pub(crate) const CUBIC_METRES: &str = "m3";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireAccount {
    account_id: String,
    customer_id: String,
    category: Option<String>,
    name: String,
    address: Option<String>,
    delivery_points: Option<Vec<DeliveryPoint>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DeliveryPoint {
    point_id: String,
    eic: Option<String>,
    meter: Option<WireMeter>,
    appliances: Option<Vec<WireAppliance>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireMeter {
    serial: String,
    digits: Option<u8>,
    decimals: Option<u8>,
    verified_until: Option<Date>,
}

#[derive(Deserialize)]
struct WireAppliance {
    kind: String,
    model: Option<String>,
    count: Option<u32>,
}

impl WireAccount {
    /// The contract's account, if it is the one that was asked for.
    pub(crate) fn of(self, asked: &str) -> Result<Account, Error> {
        if self.account_id == asked {
            Ok(self.into())
        } else {
            Err(Error::upstream("an account that was not asked for"))
        }
    }
}

impl From<WireAccount> for Account {
    fn from(wire: WireAccount) -> Self {
        Self {
            id: wire.account_id,
            customer_number: wire.customer_id,
            category: match wire.category.as_deref() {
                Some("HOUSEHOLD") => Some(Category::Household),
                Some("BUSINESS") => Some(Category::Business),
                _ => None,
            },
            name: wire.name,
            premises: Premises::at(said(wire.address)),
            language: None,
            supply_points: wire.delivery_points.unwrap_or_default().into_iter().map(supply_point).collect(),
        }
    }
}

fn supply_point(wire: DeliveryPoint) -> SupplyPoint {
    SupplyPoint {
        number: wire.point_id.clone(),
        id: wire.point_id,
        commodity: Commodity::Gas,
        eic: said(wire.eic),
        gsrn: None,
        address: None,
        meters: wire.meter.into_iter().map(meter).collect(),
        appliances: wire.appliances.unwrap_or_default().into_iter().map(appliance).collect(),
    }
}

fn meter(wire: WireMeter) -> Meter {
    Meter {
        id: wire.serial.clone(),
        serial: wire.serial,
        digits: wire.digits,
        decimals: wire.decimals,
        verified_until: wire.verified_until,
        registers: vec![Register { code: REGISTER.to_owned(), unit: CUBIC_METRES.to_owned(), multiplier: None }],
    }
}

fn appliance(wire: WireAppliance) -> Appliance {
    Appliance { kind: wire.kind, model: said(wire.model), count: wire.count }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(json: &str) -> Account {
        serde_json::from_str::<WireAccount>(json).unwrap().into()
    }

    #[test]
    fn an_account_shows_its_points_meters_and_appliances() {
        let account = account(
            r#"{"accountId":"a-7f31","customerId":"0012345","category":"HOUSEHOLD","name":"Петар Петровић","address":"Главна 1, Рума",
                "deliveryPoints":[{"pointId":"R-0012345","eic":"62Z0000000012345","meter":{"serial":"G4-118822","digits":5,"decimals":0,
                "verifiedUntil":"2027-12-31"},"appliances":[{"kind":"BOILER","model":"Vaillant VU 242","count":1}]}]}"#,
        );
        assert_eq!((account.customer_number.as_str(), account.category), ("0012345", Some(Category::Household)));
        let point = &account.supply_points[0];
        assert_eq!((point.number.as_str(), point.eic.as_deref()), ("R-0012345", Some("62Z0000000012345")));
        let meter = &point.meters[0];
        assert_eq!((meter.serial.as_str(), meter.digits, meter.decimals), ("G4-118822", Some(5), Some(0)));
        assert_eq!(meter.verified_until, Some(Date { year: 2027, month: 12, day: 31 }));
        assert_eq!(meter.registers[0].unit, "m3");
        assert_eq!(point.appliances[0].count, Some(1));
    }

    #[test]
    fn what_an_account_does_not_have_is_missing_and_not_empty() {
        let bare =
            r#"{"accountId":"a","customerId":"1","category":"BUSINESS","name":"DOO","address":"","deliveryPoints":[]}"#;
        assert_eq!((account(bare).supply_points, account(bare).premises.address), (vec![], None));
        let point = r#"{"accountId":"a","customerId":"1","category":null,"name":"DOO","address":null,
            "deliveryPoints":[{"pointId":"R-1","eic":null,"meter":{"serial":"S","digits":5,"decimals":0,"verifiedUntil":null}}]}"#;
        let point = &account(point).supply_points[0];
        assert_eq!((&point.eic, &point.appliances[..], point.meters[0].verified_until), (&None, &[][..], None));
    }

    #[test]
    fn an_account_that_was_not_asked_for_is_refused() {
        let wire: WireAccount = serde_json::from_str(r#"{"accountId":"b","customerId":"1","name":"N"}"#).unwrap();
        assert!(matches!(wire.of("a"), Err(Error::Upstream(_))));
    }
}
