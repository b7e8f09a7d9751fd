//! A customer account of a provider and the supply points behind it.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{Meter, text::ExternalId};

/// A customer's account with one provider, as its billing system knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerAccount {
    /// The billing system's key.
    pub external_id: ExternalId,
    /// The number printed on the paper bill.
    pub customer_number: String,
    /// Household or business.
    pub category: Category,
    /// The holder's name.
    pub name: Option<String>,
    /// The place that is supplied.
    pub premises: Premises,
    /// Where energy or water is delivered; an account may have none.
    pub supply_points: Vec<SupplyPoint>,
}

/// The place that is supplied, with what charges may depend on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Premises {
    /// The address in one line.
    pub address: Option<String>,
    /// The municipality, by its name or the billing system's code.
    pub municipality: Option<String>,
    /// The floor area that is charged, in m².
    pub floor_area: Option<Decimal>,
    /// How many persons.
    pub occupants: Option<u32>,
}

/// What kind of customer an account belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// A household.
    Household,
    /// A legal entity.
    Business,
}

/// A place of delivery (delivery point, metering point).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupplyPoint {
    /// The billing system's key.
    pub external_id: ExternalId,
    /// The number printed on the paper bill.
    pub point_number: String,
    /// The Energy Identification Code (ENTSO-E), where the point has one.
    pub eic: Option<String>,
    /// The Global Service Relation Number (GS1), where the point has one.
    #[serde(default)]
    pub gsrn: Option<String>,
    /// What is delivered.
    pub commodity: Commodity,
    /// Where, in one line.
    pub address: Option<String>,
    /// The meters in place now.
    pub meters: Vec<Meter>,
    /// The appliances on record.
    pub appliances: Vec<Appliance>,
}

/// What a supply point delivers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Commodity {
    /// Natural gas.
    Gas,
    /// Water, sewerage with it.
    Water,
    /// District heat.
    Heat,
    /// Electricity.
    Electricity,
    /// Maintenance and other services of housing.
    Housing,
    /// Collection of waste.
    Waste,
    /// Something else, which the bill's lines name.
    Other,
}

/// An appliance on record at a supply point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appliance {
    /// What it is, in the provider's words.
    pub kind: String,
    /// Its model.
    pub model: Option<String>,
    /// How many of it.
    pub count: u32,
}
