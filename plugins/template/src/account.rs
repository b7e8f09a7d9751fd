//! A customer as the billing system shows it, and as the contract has it.

use komunala_adapter_sdk::{
    Error,
    account_types::{Account, Appliance, Commodity, Premises, SupplyPoint},
};
use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct WireCustomer {
    id: String,
    number: String,
    name: String,
    address: Option<String>,
    places: Vec<Place>,
}

/// Where waste is collected.
#[derive(Deserialize)]
struct Place {
    no: String,
    address: Option<String>,
    containers: Vec<Container>,
}

#[derive(Deserialize)]
struct Container {
    kind: String,
    count: Option<u32>,
}

impl WireCustomer {
    /// The contract's account, if it is the one that was asked for.
    pub(crate) fn of(self, asked: &str) -> Result<Account, Error> {
        if self.id != asked {
            return Err(Error::upstream("a customer that was not asked for"));
        }
        Ok(Account {
            id: self.id,
            customer_number: self.number,
            category: None,
            name: self.name,
            premises: Premises::at(self.address),
            language: None,
            supply_points: self.places.into_iter().map(supply_point).collect(),
        })
    }
}

fn supply_point(place: Place) -> SupplyPoint {
    let container = |container: Container| Appliance { kind: container.kind, model: None, count: container.count };
    SupplyPoint {
        id: place.no.clone(),
        number: place.no,
        commodity: Commodity::Waste,
        eic: None,
        gsrn: None,
        address: place.address,
        meters: Vec::new(),
        appliances: place.containers.into_iter().map(container).collect(),
    }
}
