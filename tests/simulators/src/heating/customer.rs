//! Customers: who they are as a pure function of the seed and their place in the population.

use sha2::{Digest, Sha256};

use super::{kind::Kind, name};
use crate::draw::Draw;

/// The number of the first customer; the leading zero counts.
const FIRST_NUMBER: u32 = 100_000_001;

/// The municipalities whose archives of PDFs there are, by their three digits.
pub(super) const MUNICIPALITIES: [u16; 4] = [11, 12, 19, 101];

/// All customers of one billing system. Holds two numbers, however many customers there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Population {
    /// What the customers are generated from.
    pub seed: u64,
    /// How many there are.
    pub count: u32,
}

impl Population {
    /// The customer at a place, counted from 0.
    pub fn at(self, place: u32) -> Option<Customer> {
        (place < self.count).then_some(Customer { seed: self.seed, place })
    }

    /// Every customer, in the order of their numbers.
    pub fn all(self) -> impl Iterator<Item = Customer> {
        (0..self.count).map(move |place| Customer { seed: self.seed, place })
    }

    /// The customer with a number, written exactly as on the bill.
    pub fn by_number(self, number: &str) -> Option<Customer> {
        let place = number.parse::<u32>().ok()?.checked_sub(FIRST_NUMBER)?;
        self.at(place).filter(|customer| customer.number() == number)
    }

    /// The first customer of a kind.
    pub fn first(self, kind: Kind) -> Option<Customer> {
        self.all().find(|customer| customer.kind() == kind)
    }
}

/// One customer with one supply point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Customer {
    pub(super) seed: u64,
    pub(super) place: u32,
}

impl Customer {
    /// The customer number printed on the bill, ten digits with a leading zero.
    pub fn number(self) -> String {
        format!("{:010}", self.place + FIRST_NUMBER)
    }

    /// The PIN printed on the bill, four digits; leading zeros count. It was given out to everybody but [`Kind::NoPin`].
    pub fn pin(self) -> String {
        format!("{:04}", self.draw("heating pin").below(10_000))
    }

    /// What is special about the customer.
    pub fn kind(self) -> Kind {
        Kind::at(self.place)
    }

    /// The name in full, however few columns there are for it.
    pub fn name(self) -> String {
        let mut draw = self.draw("heating name");
        match self.kind() {
            Kind::Business => name::firm(&mut draw),
            Kind::CutName => name::cut(),
            _ => name::person(&mut draw),
        }
    }

    /// The PIN that was given out instead of the first one.
    pub fn next_pin(self) -> String {
        format!("{:04}", (self.draw("heating pin").below(10_000) + 1) % 10_000)
    }

    /// The name of whoever holds the account next.
    pub fn next_holder(self) -> String {
        name::person(&mut self.draw("next holder"))
    }

    /// Street and house number.
    pub fn address(self) -> String {
        name::address(&mut self.draw("heating address"))
    }

    /// Whether the billing system sends the bill by e-mail, after so many changes of mind.
    pub fn wants_e_bill(self, revision: u32) -> bool {
        self.draw("e-bill").chance(300) != (revision % 2 == 1)
    }

    /// The salt of a PIN and the hash of both, in hex: every other one in capitals.
    pub(super) fn verifier(self, pin: &str) -> (String, String) {
        let salt = format!("{:08x}", self.draw("salt").bits() >> 32);
        let digest = Sha256::digest(format!("{salt}{pin}"));
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        (salt, if self.place.is_multiple_of(2) { hex } else { hex.to_ascii_uppercase() })
    }

    pub(super) fn municipality(self) -> u16 {
        MUNICIPALITIES[self.place as usize % MUNICIPALITIES.len()]
    }

    /// Hundredths of a square metre.
    pub(super) fn area(self) -> u64 {
        if self.kind() == Kind::Garage { 1_450 } else { 2_500 + self.draw("area").below(9_500) }
    }

    /// A stream of values about one thing of this customer.
    pub(super) fn draw(self, topic: &str) -> Draw {
        Draw::new(self.seed, topic, u64::from(self.place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_leads_back_to_its_customer() {
        let population = Population { seed: 7, count: 690_000 };
        for place in [0, 41, 689_999] {
            let customer = population.at(place).unwrap();
            assert_eq!(population.by_number(&customer.number()), Some(customer));
        }
        for number in ["", "100000001", "0100690001", "+100000001"] {
            assert_eq!(population.by_number(number), None, "{number:?}");
        }
    }

    #[test]
    fn a_cut_name_ends_inside_of_a_digraph() {
        let cut = Population { seed: 7, count: 250 }.first(Kind::CutName).unwrap().name();
        let letters: Vec<char> = cut.chars().collect();
        assert_eq!(letters[39..41], ['l', 'j']);
    }
}
