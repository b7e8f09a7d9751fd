//! Who lives in the town: worked out of the billing system's books, never listed.

use komunala_simulators::{
    Month,
    gas::{Books, Customer, Kind},
};

/// Where people have their mailboxes.
const DOMAINS: [&str; 8] = [
    "posta.example",
    "mail.example",
    "inbox.example",
    "pismo.example",
    "telekom.example",
    "firma.example",
    "skola.example",
    "dom.example",
];

/// Everybody who has bills by mail.
#[derive(Debug, Clone)]
pub struct Residents {
    books: Books,
    period: Month,
    bills: u32,
}

/// Somebody who has bills by mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resident {
    /// Who it is in the billing system.
    pub customer: Customer,
    /// The numbers of the month's bills: one, seldom two.
    pub bills: Vec<String>,
}

impl Residents {
    /// How many customers a billing system needs for so many bills: some are closed, others have theirs next month.
    pub fn population(bills: u32) -> u32 {
        bills + bills / 100 + 300
    }

    /// Those who have the first `bills` of the newest month.
    pub fn of(books: Books, bills: u32) -> anyhow::Result<Self> {
        let residents = Self { period: books.newest_period(), books, bills };
        let found: usize = residents.all().map(|resident| resident.bills.len()).sum();
        anyhow::ensure!(found == bills as usize, "there are {found} bills and not {bills}");
        Ok(residents)
    }

    /// The month whose bills they get.
    pub fn period(&self) -> Month {
        self.period
    }

    /// How many bills they get.
    pub fn bills(&self) -> u32 {
        self.bills
    }

    /// The billing system's books.
    pub fn books(&self) -> &Books {
        &self.books
    }

    /// Everybody, in the order of their customer numbers, up to exactly as many bills as there are to be.
    pub fn all(&self) -> impl Iterator<Item = Resident> {
        let mut left = self.bills as usize;
        let customers = self.books.population().all();
        customers
            .map(|customer| Resident { customer, bills: self.bills_of(customer) })
            .map_while(move |resident| {
                if left == 0 {
                    return None;
                }
                let fits = !resident.bills.is_empty() && resident.bills.len() <= left;
                left -= if fits { resident.bills.len() } else { 0 };
                Some(fits.then_some(resident))
            })
            .flatten()
    }

    /// The numbers of a customer's bills whose documents are there.
    pub(super) fn bills_of(&self, customer: Customer) -> Vec<String> {
        if customer.kind() == Kind::LatePdf {
            return Vec::new();
        }
        self.books.issued(customer, self.period)
    }

    /// A customer's address.
    pub fn address(&self, customer: Customer) -> String {
        let number = customer.number();
        let domain = number.bytes().fold(0_usize, |sum, digit| sum + usize::from(digit)) % DOMAINS.len();
        format!("c{number}@{}", DOMAINS[domain])
    }

    /// Whose address it is.
    pub fn customer(&self, address: &str) -> Option<Customer> {
        let (local, _) = address.split_once('@')?;
        let customer = self.books.population().by_number(local.strip_prefix('c')?)?;
        (self.address(customer) == address).then_some(customer)
    }
}
