//! Bills: one per metering point and month, issued on the 8th of the next.

use jiff::civil::Date;
use serde::Serialize;

use super::point::Point;
use super::usage::{DayEnergy, EPOCH, Flow};
use crate::amount::{Amount, Decimal, divide_rounded};
use crate::month::Month;

/// How many closed months have bills.
pub(super) const MONTHS: i32 = 24;
const VAT_PERCENT: i64 = 22;
pub(super) const IBAN: &str = "SI56070000000123474";
pub(super) const ISSUER: &str = "Elektro Gorenjska, d.d.";

/// A bill as it goes over the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Bill {
    pub(super) id: String,
    pub(super) stevilka: String,
    pub(super) merilno_mesto: String,
    pub(super) obdobje: Month,
    pub(super) izdano: Date,
    pub(super) zapade: Date,
    pub(super) postavke: Vec<Line>,
    pub(super) znesek: Amount,
    pub(super) valuta: &'static str,
    pub(super) placilo: Payment,
}

/// A line of a bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Line {
    pub(super) sifra: &'static str,
    pub(super) naziv: &'static str,
    pub(super) kolicina: String,
    pub(super) enota: &'static str,
    pub(super) neto: Amount,
    pub(super) stopnja_ddv: &'static str,
    pub(super) bruto: Amount,
}

/// How a bill is paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Payment {
    pub(super) iban: &'static str,
    pub(super) prejemnik: &'static str,
    pub(super) sklic: String,
    pub(super) koda: &'static str,
    pub(super) namen: String,
}

/// The day on which the bills of a month are issued.
pub(super) fn issued(period: Month) -> Date {
    period.plus(1).day(8)
}

/// The last month whose bills have been issued by a day.
pub(super) fn last_closed(today: Date) -> Month {
    let previous = Month::of(today).plus(-1);
    if issued(previous) <= today { previous } else { previous.plus(-1) }
}

/// The id of a bill.
pub(super) fn id(point: Point, period: Month) -> String {
    format!("R-{}-{period}", point.number())
}

/// The number of the metering point and the month in an id.
pub(super) fn parts(id: &str) -> Option<(&str, Month)> {
    let (number, period) = id.strip_prefix("R-")?.split_at_checked(8)?;
    Some((number, Month::parse(period.strip_prefix('-')?)?))
}

/// The bill of a month, if anything was measured by then.
pub(super) fn bill(point: Point, period: Month) -> Option<Bill> {
    if period < Month::of(EPOCH) {
        return None;
    }
    let days = period.day(1).series(jiff::ToSpan::day(1)).take_while(|day| *day <= period.last_day());
    let energy = days
        .map(|day| DayEnergy::of(point, Flow::Consumed, day))
        .fold(DayEnergy::default(), |all, day| DayEnergy { high: all.high + day.high, low: all.low + day.low });
    let energy_lines = match point.tariffs() {
        1 => vec![energy_line("ET", "Energija, enotna tarifa", energy.high + energy.low, 1_180)],
        _ => vec![
            energy_line("VT", "Energija, višja tarifa", energy.high, 1_310),
            energy_line("MT", "Energija, manjša tarifa", energy.low, 1_020),
        ],
    };
    let power = taxed("OM", "Omrežnina za moč", "7.0".to_owned(), "kW", Amount::from_minor(546));
    let postavke: Vec<Line> = energy_lines.into_iter().chain([power]).collect();
    let reference = format!("SI00 {}-{:04}{:02}", point.number().replace('-', ""), period.year(), period.number());
    Some(Bill {
        id: id(point, period),
        stevilka: format!("{:02}/{:04}/{}", period.number(), period.year(), point.number()),
        merilno_mesto: point.number(),
        obdobje: period,
        izdano: issued(period),
        zapade: period.plus(1).day(28),
        znesek: postavke.iter().map(|line| line.bruto).sum(),
        postavke,
        valuta: "EUR",
        placilo: Payment {
            iban: IBAN,
            prejemnik: ISSUER,
            sklic: reference,
            koda: "ENRG",
            namen: format!("ELEKTRIKA {:02}/{:04}", period.number(), period.year()),
        },
    })
}

/// A line for so many Wh at a price in ten-thousandths of a euro per kWh.
fn energy_line(code: &'static str, text: &'static str, energy: i64, price: i64) -> Line {
    let net = Amount::from_minor(divide_rounded(i128::from(energy) * i128::from(price), 100_000));
    taxed(code, text, Decimal { scaled: energy, decimals: 3 }.to_string(), "kWh", net)
}

fn taxed(sifra: &'static str, naziv: &'static str, kolicina: String, enota: &'static str, neto: Amount) -> Line {
    Line { sifra, naziv, kolicina, enota, neto, stopnja_ddv: "22", bruto: neto + neto.percent(VAT_PERCENT) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::electricity::customer::Payers;

    #[test]
    fn an_id_leads_back_to_its_point_and_month() {
        let point = Payers { seed: 7, count: 9 }.at(3).unwrap().points()[0];
        let bill = bill(point, Month::new(2024, 7)).unwrap();
        assert_eq!(parts(&bill.id), Some((point.number().as_str(), Month::new(2024, 7))));
        assert_eq!(bill.znesek, bill.postavke.iter().map(|line| line.bruto).sum());
        assert_eq!(parts("R-6-100000"), None);
    }
}
