//! Who the customers are: a function of the seed and their place.

use super::name;
use crate::draw::Draw;
use crate::special;

/// All customers: numbers from `000001` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Population {
    /// What everything is drawn from.
    pub seed: u64,
    /// How many there are, at most 999,999.
    pub count: u32,
}

/// One customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Customer {
    pub(super) seed: u64,
    pub(super) place: u32,
}

/// What is special about a customer; any 50 in a row have one of each special kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Nothing: a household with one meter.
    Ordinary,
    /// A firm.
    Business,
    /// Water is measured for the house as a whole.
    NoMeter,
    /// Two meters, cold and warm.
    TwoMeters,
    /// The meter is replaced every sixteen months.
    MeterSwap,
    /// Pays ahead, so that bills may be negative.
    Overpaid,
    /// Pays every third month.
    Debtor,
    /// Has lines of kinds that came later than the description.
    NewLines,
    /// The register is about to roll over.
    Rollover,
}

const BLOCK: u64 = 50;
const SPECIAL: [Kind; 8] = [
    Kind::Business,
    Kind::NoMeter,
    Kind::TwoMeters,
    Kind::MeterSwap,
    Kind::Overpaid,
    Kind::Debtor,
    Kind::NewLines,
    Kind::Rollover,
];

impl Population {
    /// The customer at a place, counted from 0.
    pub fn at(self, place: u32) -> Option<Customer> {
        (place < self.count).then_some(Customer { seed: self.seed, place })
    }

    /// All of them, in the order of their numbers.
    pub fn all(self) -> impl Iterator<Item = Customer> {
        (0..self.count).filter_map(move |place| self.at(place))
    }

    /// The customer with this number of six digits.
    pub fn by_number(self, number: &str) -> Option<Customer> {
        let place = number.parse::<u32>().ok()?.checked_sub(1)?;
        self.at(place).filter(|customer| customer.number() == number)
    }
}

impl Customer {
    /// The number on the paper bill: six digits.
    pub fn number(self) -> String {
        format!("{:06}", self.place + 1)
    }

    /// The PIN beside it: four digits.
    pub fn pin(self) -> String {
        format!("{:04}", self.draw("water pin").below(10_000))
    }

    /// What is special about the customer.
    pub fn kind(self) -> Kind {
        special::kind_at(&SPECIAL, BLOCK, u64::from(self.place)).unwrap_or(Kind::Ordinary)
    }

    /// The name, in either script.
    pub fn name(self) -> String {
        name::name(self.seed, u64::from(self.place), self.kind() == Kind::Business)
    }

    /// The address, in the same script.
    pub fn address(self) -> String {
        name::address(self.seed, u64::from(self.place))
    }

    /// Square metres, in hundredths.
    pub(super) fn area(self) -> i64 {
        self.draw("water area").between(28, 120) * 100
    }

    pub(super) fn draw(self, topic: &str) -> Draw {
        Draw::new(self.seed, topic, u64::from(self.place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_leads_back_to_its_customer_and_its_zeros_count() {
        let population = Population { seed: 7, count: 690_000 };
        for place in [0, 4511, 689_999] {
            let customer = population.at(place).unwrap();
            assert_eq!(population.by_number(&customer.number()), Some(customer));
        }
        for number in ["", "4512", "0004512", "690001", "+04512", "000000"] {
            assert_eq!(population.by_number(number), None, "{number}");
        }
    }

    #[test]
    fn any_50_in_a_row_have_one_of_each_special_kind() {
        let population = Population { seed: 7, count: 200 };
        for start in [0, 17, 120] {
            let kinds: Vec<Kind> = (start..start + 50).filter_map(|at| population.at(at)).map(Customer::kind).collect();
            for special in SPECIAL {
                assert_eq!(kinds.iter().filter(|kind| **kind == special).count(), 1, "{special:?}");
            }
        }
    }
}
