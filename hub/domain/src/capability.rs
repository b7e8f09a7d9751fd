//! What an adapter offers: one capability per interface of the contract.

/// An interface of the adapter contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Capability {
    /// Customers are proved by number and PIN, accounts are looked up.
    Customers,
    /// Invoices are listed.
    Invoices,
    /// Documents of invoices are handed over.
    Documents,
    /// The account card is read.
    Ledger,
    /// The balance is read.
    Balance,
    /// Readings are listed and taken.
    Readings,
    /// The choice between paper and e-mail is told.
    Delivery,
    /// Customers' letters are passed on.
    Requests,
    /// Payments are told.
    Payments,
    /// Everything that changed is read in bulk.
    Changes,
    /// Files are exchanged, and the hub answers from what stood in them.
    Files,
    /// Series of measured values are read.
    Intervals,
    /// Interruptions of supply are read.
    Outages,
}

impl Capability {
    /// Every capability, in the order of the contract.
    pub const ALL: [Self; 13] = [
        Self::Customers,
        Self::Invoices,
        Self::Documents,
        Self::Ledger,
        Self::Balance,
        Self::Readings,
        Self::Delivery,
        Self::Requests,
        Self::Payments,
        Self::Changes,
        Self::Files,
        Self::Intervals,
        Self::Outages,
    ];

    /// The interface's name in the contract, which is also what portals see.
    pub fn name(self) -> &'static str {
        match self {
            Self::Customers => "customers",
            Self::Invoices => "invoices",
            Self::Documents => "documents",
            Self::Ledger => "ledger",
            Self::Balance => "balance",
            Self::Readings => "readings",
            Self::Delivery => "delivery",
            Self::Requests => "requests",
            Self::Payments => "payments",
            Self::Changes => "changes",
            Self::Files => "files",
            Self::Intervals => "intervals",
            Self::Outages => "outages",
        }
    }
}

/// A set of capabilities.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CapabilitySet(u16);

impl CapabilitySet {
    /// Whether `capability` is in the set.
    pub fn has(self, capability: Capability) -> bool {
        self.0 & (1 << capability as u8) != 0
    }

    /// What portals can use: the set, and what the hub reads out of it. An account card ends in the balance.
    pub fn with_derived(self) -> Self {
        match self.has(Capability::Ledger) {
            true => self.iter().chain([Capability::Balance]).collect(),
            false => self,
        }
    }

    /// The set's members, in the order of the contract.
    pub fn iter(self) -> impl Iterator<Item = Capability> {
        Capability::ALL.into_iter().filter(move |capability| self.has(*capability))
    }
}

impl FromIterator<Capability> for CapabilitySet {
    fn from_iter<I: IntoIterator<Item = Capability>>(capabilities: I) -> Self {
        Self(capabilities.into_iter().fold(0, |set, capability| set | 1 << capability as u8))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_keeps_a_card_has_a_balance() {
        let set = |capabilities: &[Capability]| capabilities.iter().copied().collect::<CapabilitySet>();
        let offered = set(&[Capability::Ledger]).with_derived();
        assert_eq!(offered.iter().collect::<Vec<_>>(), [Capability::Ledger, Capability::Balance]);
        assert!(!set(&[Capability::Invoices]).with_derived().has(Capability::Balance));
    }
}
