//! The account card: what was billed and paid, with a running balance; and the bills, whose debt comes from it.

use jiff::civil::Date;

use super::bill::{Bill, issued, last_billed};
use super::customer::{Customer, Kind};
use super::meter::EPOCH;
use super::print::{day, hundredths};
use crate::month::Month;

/// A row, all amounts in para.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) date: Date,
    kind: &'static str,
    text: String,
    debit: i64,
    credit: i64,
    pub(super) balance: i64,
    reference: String,
}

/// Everything that is in the books up to a day.
pub(super) struct Books {
    pub(super) bills: Vec<Bill>,
    pub(super) rows: Vec<Row>,
}

/// The books of a customer: bills up to `last`, payments up to today.
pub(super) fn books(customer: Customer, today: Date, last: Month) -> Books {
    let mut books = Books { bills: Vec::new(), rows: Vec::new() };
    let mut balance = 0;
    let last = last.min(last_billed(today));
    for at in 0..=last.since(EPOCH) {
        let bill = Bill::new(customer, EPOCH.plus(at), balance);
        balance += bill.charge();
        books.rows.push(Row {
            date: issued(bill.period),
            kind: "RACUN",
            text: format!("Račun {}", bill.number),
            debit: bill.charge(),
            credit: 0,
            balance,
            reference: bill.number.clone(),
        });
        let paid = paid(customer, at, balance);
        let date = bill.period.plus(1).day(20);
        if paid > 0 && date <= today {
            balance -= paid;
            books.rows.push(Row {
                date,
                kind: "UPLATA",
                text: "Uplata".to_owned(),
                debit: 0,
                credit: paid,
                balance,
                reference: format!("U-{at:04}-{}", customer.number()),
            });
        }
        books.bills.push(bill);
    }
    books
}

fn paid(customer: Customer, at: i32, balance: i64) -> i64 {
    match customer.kind() {
        Kind::Debtor if at % 3 != 2 => 0,
        Kind::Overpaid if at % 6 == 0 => balance + 2_000_000,
        _ => balance.max(0),
    }
}

impl Row {
    /// As it is answered.
    pub(super) fn xml(&self) -> String {
        format!(
            "<Promena><Datum>{}</Datum><Vrsta>{}</Vrsta><Opis>{}</Opis><Duguje>{}</Duguje><Potrazuje>{}</Potrazuje>\
             <Saldo>{}</Saldo><Veza>{}</Veza></Promena>",
            day(self.date),
            self.kind,
            self.text,
            hundredths(self.debit),
            hundredths(self.credit),
            hundredths(self.balance),
            self.reference,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::water::Population;

    fn books_of(kind: Kind) -> Books {
        let customer = Population { seed: 7, count: 50 }.all().find(|it| it.kind() == kind).unwrap();
        books(customer, Date::constant(2024, 8, 15), Month::new(2030, 1))
    }

    #[test]
    fn a_balance_is_the_sum_of_what_came_before() {
        for kind in [Kind::Ordinary, Kind::Debtor, Kind::Overpaid] {
            let mut sum = 0;
            for row in books_of(kind).rows {
                sum += row.debit - row.credit;
                assert_eq!(row.balance, sum);
            }
        }
    }

    #[test]
    fn who_pays_ahead_gets_bills_below_zero() {
        assert!(books_of(Kind::Overpaid).bills.iter().any(|bill| bill.total < 0));
        assert!(books_of(Kind::Debtor).bills.iter().any(|bill| bill.debt > 0));
        assert!(books_of(Kind::Ordinary).bills.iter().all(|bill| bill.debt == 0));
    }
}
