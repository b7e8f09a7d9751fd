//! The billing system of a gas utility: REST and JSON with OAuth2, as Gas-Ruma and Chernihivgaz have it (`utility`).
//!
//! Everything about a customer is a function of the seed, the customer's place and today; what was written since the
//! start lies on top of it (`written`). The files from `customer` to `card` are that function, `system` puts both
//! together, `routes` speak HTTP.

mod billing;
mod books;
mod card;
mod change;
mod customer;
mod feed;
mod invoice;
mod issuer;
mod kind;
mod name;
mod notes;
mod page;
mod payment;
pub(crate) mod pdf;
mod point;
mod reading;
mod refusal;
mod routes;
mod settings;
mod simulator;
mod system;
mod token;
mod usage;
mod utility;
mod wording;
mod written;

pub use books::Books;
pub use customer::{Category, Customer, Population};
pub use issuer::Issuer;
pub use kind::Kind;
pub use payment::PaidIn;
pub use reading::{Reading, Source};
pub use simulator::{GasSimulator, GasSimulatorBuilder};
pub use token::Client;
pub use utility::Utility;
pub use written::{Channel, ServiceRequest};
