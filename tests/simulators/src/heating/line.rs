//! The lines of a unified bill: what each utility behind it charges.

use super::{customer::Customer, kind::Kind};
use crate::{
    amount::{Amount, divide_rounded},
    draw::Draw,
    month::Month,
};

/// A row of an STV file. Numbers are scaled integers, printed with a decimal comma.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Which utility charges it, by its code.
    pub supplier: &'static str,
    /// The code of the charge.
    pub code: &'static str,
    /// The text on the bill.
    pub text: &'static str,
    /// Hundredths of the unit.
    pub quantity: i64,
    /// The unit.
    pub unit: &'static str,
    /// Ten-thousandths of a dinar per unit.
    pub price: i64,
    /// What it comes to.
    pub amount: Amount,
}

impl Line {
    fn new(supplier: &'static str, code: &'static str, text: &'static str) -> Self {
        Self { supplier, code, text, quantity: 0, unit: "", price: 0, amount: Amount::ZERO }
    }

    fn of(self, quantity: i64, unit: &'static str, price: i64) -> Self {
        let amount = divide_rounded(i128::from(quantity) * i128::from(price), 10_000);
        Self { quantity, unit, price, amount: Amount::from_minor(amount), ..self }
    }

    /// `racun;davalac;sifra;naziv;kolicina;jm;cena;iznos`
    pub(super) fn row(&self, bill: &str) -> String {
        format!(
            "{bill};{};{};{};{};{};{};{}",
            self.supplier,
            self.code,
            self.text,
            decimal(self.quantity, 2),
            self.unit,
            decimal(self.price, 4),
            decimal(self.amount.minor(), 2)
        )
    }
}

/// A scaled integer with a decimal comma.
pub(super) fn decimal(scaled: i64, places: u32) -> String {
    let unit = 10_u64.pow(places);
    let sign = if scaled < 0 { "-" } else { "" };
    let (whole, fraction) = (scaled.unsigned_abs() / unit, scaled.unsigned_abs() % unit);
    format!("{sign}{whole},{fraction:0width$}", width = places as usize)
}

/// What is charged for a month.
pub(super) fn lines(customer: Customer, period: Month) -> Vec<Line> {
    let area = i64::try_from(customer.area()).expect("a flat is not that large");
    let month = u64::from(period.since(Month::new(2000, 1)).unsigned_abs());
    let mut draw = Draw::new(customer.seed, "water", u64::from(customer.place) << 16 | month);
    let waste = Line::new("03", "310", "Iznošenje smeća").of(area, "m2", 61_800);
    let housing = Line::new("04", "410", "Održavanje zgrade").of(area, "m2", 93_400);
    let heating = Line::new("01", "110", "Grejanje – površina").of(area, "m2", 1_124_500);
    let water = Line::new("02", "210", "Utrošena voda").of(draw.between(100, 2_400), "m3", 914_700);
    let fee = Line::new("05", "510", "Trošak obrade").of(100, "kom", 450_000);
    match customer.kind() {
        Kind::ZeroBills => vec![Line::new("05", "510", "Trošak obrade").of(0, "kom", 450_000)],
        Kind::NegativeBills => vec![fee, Line::new("01", "190", "Obračunska razlika").of(-100, "kom", 8_431_200)],
        Kind::Garage => vec![waste, housing, fee],
        _ => vec![heating, water, waste, housing, fee],
    }
}

/// The line by which a correction differs.
pub(super) fn correction(revision: u32) -> Line {
    Line::new("02", "290", "Ispravka obračuna vode").of(-100 * i64::from(revision), "kom", 1_234_500)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_eight_fields_with_decimal_commas() {
        let line = Line::new("01", "110", "Grejanje").of(5_400, "m2", 1_124_500);
        assert_eq!(line.row("24070000000010"), "24070000000010;01;110;Grejanje;54,00;m2;112,4500;6072,30");
        assert_eq!(decimal(-5, 2), "-0,05");
    }
}
