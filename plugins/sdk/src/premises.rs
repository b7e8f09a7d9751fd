//! The place that is supplied.

use crate::account_types::Premises;

impl Premises {
    /// Premises of which no more than the address is known, if that.
    #[must_use]
    pub const fn at(address: Option<String>) -> Self {
        Self { address, municipality: None, floor_area: None, occupants: None }
    }
}
