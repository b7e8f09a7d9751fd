//! The monthly bill.

use std::fmt::Write as _;

use jiff::civil::Date;

use super::customer::{Customer, Kind};
use super::meter::{EPOCH, Meter, meters};
use super::print::{day, hundredths, month};
use crate::draw::Draw;
use crate::month::Month;

/// A bill, all amounts in para.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bill {
    pub(super) number: String,
    pub(super) customer: Customer,
    pub(super) period: Month,
    lines: Vec<Line>,
    vat: i64,
    /// What was owed before; negative when overpaid.
    pub(super) debt: i64,
    pub(super) total: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    kind: &'static str,
    quantity: i64,
    unit: &'static str,
    price: i64,
    amount: i64,
}

/// When a month's bills come out.
pub(super) fn issued(period: Month) -> Date {
    period.plus(1).day(5)
}

/// The last month whose bills are out.
pub(super) fn last_billed(today: Date) -> Month {
    let previous = Month::of(today).plus(-1);
    if issued(previous) <= today { previous } else { previous.plus(-1) }
}

impl Bill {
    /// A month's bill of a customer who owed `debt` before.
    pub(super) fn new(customer: Customer, period: Month, debt: i64) -> Self {
        let lines = lines(customer, period);
        let net: i64 = lines.iter().map(|line| line.amount).sum();
        let vat = (net + 5).div_euclid(10);
        let number = format!("R-{:04}-{:02}-{}", period.year(), period.number(), customer.number());
        Self { number, customer, period, vat, debt, total: net + vat + debt, lines }
    }

    /// What the month added.
    pub(super) fn charge(&self) -> i64 {
        self.total - self.debt
    }

    /// One bill in a hundred has none.
    pub(super) fn has_pdf(&self) -> bool {
        let number = u64::from(self.customer.place) * 4096 + u64::from(self.period.since(EPOCH).unsigned_abs());
        self.customer.kind() == Kind::Ordinary && self.customer.place < 20
            || !Draw::new(self.customer.seed, "water pdf", number).chance(10)
    }

    /// As it is answered.
    pub(super) fn xml(&self) -> String {
        let mut xml = format!(
            "<Racun><Broj>{}</Broj><Sifra>{}</Sifra><Period>{}</Period><DatumIzdavanja>{}</DatumIzdavanja><Rok>{}</Rok>\n <Stavke>",
            self.number,
            self.customer.number(),
            month(self.period),
            day(issued(self.period)),
            day(self.period.plus(1).day(25)),
        );
        for Line { kind, quantity, unit, price, amount } in &self.lines {
            let (quantity, price, amount) = (hundredths(*quantity), hundredths(*price), hundredths(*amount));
            write!(
                xml,
                "<Stavka vrsta=\"{kind}\" kol=\"{quantity}\" jm=\"{unit}\" cena=\"{price}\" iznos=\"{amount}\"/>"
            )
            .expect("writing to a string does not fail");
        }
        let reference = format!("{}{:04}{:02}", self.customer.number(), self.period.year(), self.period.number());
        let control = 98 - reference.parse::<u64>().expect("made of digits") * 100 % 97;
        write!(
            xml,
            "</Stavke>\n <PDV>{}</PDV><Dug>{}</Dug><Ukupno>{}</Ukupno><Racun_za_uplatu>840-1234567-81</Racun_za_uplatu>\
             <PozivNaBroj model=\"97\">{control:02}-{reference}</PozivNaBroj></Racun>",
            hundredths(self.vat),
            hundredths(self.debt),
            hundredths(self.total),
        )
        .expect("writing to a string does not fail");
        xml
    }
}

fn lines(customer: Customer, period: Month) -> Vec<Line> {
    let line = |kind, quantity: i64, unit, price: i64| Line {
        kind,
        quantity,
        unit,
        price,
        amount: (quantity * price + 50).div_euclid(100),
    };
    let read: Vec<Meter> = meters(customer, period.last_day());
    let used: i64 =
        read.iter().filter(|meter| meter.is_read_in(period)).map(|meter| meter.used(customer, period)).sum();
    let mut lines = Vec::new();
    if !read.is_empty() {
        lines.push(line("VODA", used, "m3", 7845));
        lines.push(line("KANALIZACIJA", used, "m3", 3120));
    }
    lines.push(line("ODRZAVANJE", customer.area(), "m2", 610));
    // the meters of the flats never add up to the house's
    lines.push(line(
        "RAZLIKA_ZAJEDNICKOG_VODOMERA",
        Draw::new(
            customer.seed,
            "house",
            u64::from(customer.place) * 4096 + u64::from(period.since(EPOCH).unsigned_abs()),
        )
        .between(-80, 80),
        "m3",
        7845,
    ));
    if customer.kind() == Kind::NewLines {
        lines.push(line("ODVODNJAVANJE", 100, "kom", 4500));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::water::Population;

    #[test]
    fn a_total_is_its_lines_the_vat_and_the_debt() {
        for customer in (Population { seed: 7, count: 50 }).all() {
            let bill = Bill::new(customer, Month::new(2024, 7), -5000);
            let net: i64 = bill.lines.iter().map(|line| line.amount).sum();
            assert_eq!(bill.total, net + bill.vat - 5000);
            assert!(bill.xml().contains(&format!("<Ukupno>{}</Ukupno>", hundredths(bill.total))));
        }
    }
}
