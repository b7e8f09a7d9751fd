//! Customers: who they are as a pure function of the seed and their place in the population.

use serde::Serialize;

use super::kind::Kind;
use super::name;
use super::utility::Utility;
use crate::draw::Draw;

/// The number of the first customer; the leading zero counts.
const FIRST_NUMBER: u32 = 100_001;

/// All customers of one billing system. Holds two numbers and whose they are, however many customers there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Population {
    /// What the customers are generated from.
    pub seed: u64,
    /// How many there are.
    pub count: u32,
    /// Whose customers they are.
    pub utility: Utility,
}

impl Population {
    /// So many customers of Gas-Ruma, from a seed.
    pub const fn of(seed: u64, count: u32) -> Self {
        Self { seed, count, utility: Utility::Ruma }
    }

    /// The customer at a place, counted from 0.
    pub fn at(self, place: u32) -> Option<Customer> {
        (place < self.count).then_some(Customer { seed: self.seed, place, utility: self.utility })
    }

    /// Every customer, in the order of their numbers.
    pub fn all(self) -> impl Iterator<Item = Customer> {
        (0..self.count).filter_map(move |place| self.at(place))
    }

    /// The customer with a number, written exactly as on the bill.
    pub fn by_number(self, number: &str) -> Option<Customer> {
        let place = number.parse::<u32>().ok()?.checked_sub(FIRST_NUMBER)?;
        self.at(place).filter(|customer| customer.number() == number)
    }

    /// The customer who has an account id.
    pub fn by_account(self, account_id: &str) -> Option<Customer> {
        let code = u32::from_str_radix(account_id.strip_prefix("a-")?, 16).ok()?;
        let place = unscramble(self.seed, code);
        self.at(place).filter(|customer| customer.account_id() == account_id)
    }
}

/// One customer with one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Customer {
    pub(super) seed: u64,
    pub(super) place: u32,
    pub(super) utility: Utility,
}

/// Household or business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Category {
    /// A flat or a house.
    Household,
    /// A firm.
    Business,
}

impl Customer {
    /// The place in the population, counted from 0.
    pub fn place(self) -> u32 {
        self.place
    }

    /// The customer number printed on the bill, seven digits with a leading zero.
    pub fn number(self) -> String {
        format!("{:07}", self.place + FIRST_NUMBER)
    }

    /// The PIN printed on the bill, four digits; leading zeros count.
    pub fn pin(self) -> String {
        format!("{:04}", self.draw("pin").below(10_000))
    }

    /// The opaque id of the account.
    pub fn account_id(self) -> String {
        format!("a-{:08x}", scramble(self.seed, self.place))
    }

    /// What is special about the customer.
    pub fn kind(self) -> Kind {
        Kind::at(self.seed, self.place)
    }

    /// Household or business; special customers are households, so that only one thing about them is special.
    pub fn category(self) -> Category {
        let business = self.kind() == Kind::Ordinary && self.draw("category").chance(50);
        if business { Category::Business } else { Category::Household }
    }

    /// The name, in the utility's alphabet or alphabets.
    pub fn name(self) -> String {
        name::name(self.utility, self.seed, u64::from(self.place), self.category() == Category::Business)
    }

    /// The name of whoever holds the account after so many changes of holder.
    pub fn holder(self, changes: usize) -> String {
        match changes {
            0 => self.name(),
            // nobody of the population has this place
            _ => name::name(self.utility, self.seed, u64::from(self.place) | (changes as u64) << 32, false),
        }
    }

    /// The address in one line.
    pub fn address(self) -> String {
        name::address(self.utility, self.seed, u64::from(self.place))
    }

    /// Whether a privilege by law takes something off a household's bills, where the utility knows privileges.
    pub fn is_privileged(self) -> bool {
        self.draw("privilege").chance(300)
    }

    /// Whether the state pays a part of a household's bills, where the utility knows subsidies.
    pub fn is_subsidised(self) -> bool {
        self.draw("subsidy").chance(300)
    }

    /// A stream of values about one thing of this customer.
    pub(super) fn draw(self, topic: &str) -> Draw {
        Draw::new(self.seed, topic, u64::from(self.place))
    }
}

/// Account ids must not reveal customer numbers, and must lead back to them without a table: a small Feistel network.
fn scramble(seed: u64, place: u32) -> u32 {
    (0..ROUNDS).fold(place, |halves, round| {
        let (left, right) = (halves >> 16, halves & 0xffff);
        (right << 16) | (left ^ round_value(seed, round, right))
    })
}

fn unscramble(seed: u64, code: u32) -> u32 {
    (0..ROUNDS).rev().fold(code, |halves, round| {
        let (left, right) = (halves >> 16, halves & 0xffff);
        ((right ^ round_value(seed, round, left)) << 16) | left
    })
}

const ROUNDS: u32 = 4;

fn round_value(seed: u64, round: u32, half: u32) -> u32 {
    let bits = Draw::new(seed, "account", u64::from(round << 16 | half)).bits();
    u32::try_from(bits & 0xffff).expect("sixteen bits fit 32")
}

#[cfg(test)]
mod tests {
    use super::*;

    const POPULATION: Population = Population::of(7, 690_000);

    #[test]
    fn a_number_and_an_account_id_lead_back_to_their_customer() {
        for place in [0, 1, 41, 65_536, 689_999] {
            let customer = POPULATION.at(place).unwrap();
            assert_eq!(POPULATION.by_number(&customer.number()), Some(customer));
            assert_eq!(POPULATION.by_account(&customer.account_id()), Some(customer));
        }
    }

    #[test]
    fn whoever_is_not_in_the_population_is_not_found() {
        assert_eq!(POPULATION.at(690_000), None);
        for number in ["", "100001", "00100001", "+100001", "0100000", "0790001", "99999999999"] {
            assert_eq!(POPULATION.by_number(number), None, "{number:?}");
        }
        for account in ["", "a-", "a-1", "b-00000000", "a-zzzzzzzz", "A-00000000"] {
            assert_eq!(POPULATION.by_account(account), None, "{account:?}");
        }
    }

    #[test]
    fn another_seed_makes_other_customers_with_the_same_numbers() {
        let other = Population { seed: 8, ..POPULATION };
        let (one, two) = (POPULATION.at(5).unwrap(), other.at(5).unwrap());
        assert_eq!(one.number(), two.number());
        assert_ne!((one.pin(), one.name(), one.account_id()), (two.pin(), two.name(), two.account_id()));
    }
}
