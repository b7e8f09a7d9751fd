//! Payers: who they are as a pure function of the seed and their place in the population.

use super::point::Point;
use crate::draw::Draw;

/// All payers of one distributor. Holds two numbers, however many payers there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payers {
    /// What they are generated from.
    pub seed: u64,
    /// How many there are.
    pub count: u32,
}

/// One payer with one metering point or several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Payer {
    pub(super) seed: u64,
    pub(super) place: u32,
}

/// What is special about a payer; any 40 in a row have one of each special kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// One point, two tariffs.
    Ordinary,
    /// Three metering points.
    SeveralPoints,
    /// One tariff.
    SingleTariff,
    /// The meter is replaced every 15th of May.
    MeterSwap,
    /// Feeds in by day.
    FeedIn,
    /// Registers of four digits, which roll over.
    Rollover,
    /// Without voltage every Wednesday from 10:00 to 10:45.
    VoltageOutage,
    /// Five quarter-hours of every Friday never arrive.
    Gaps,
    /// A quarter-hour of every day has a code that nobody knows.
    UnknownCode,
    /// The right PIN is refused.
    Locked,
    /// Not a customer any more.
    Closed,
}

const SPECIAL: [Kind; 10] = [
    Kind::SeveralPoints,
    Kind::SingleTariff,
    Kind::MeterSwap,
    Kind::FeedIn,
    Kind::Rollover,
    Kind::VoltageOutage,
    Kind::Gaps,
    Kind::UnknownCode,
    Kind::Locked,
    Kind::Closed,
];
const CYCLE: u32 = 40;

const GIVEN: &[&str] = &["Ana", "Matjaž", "Špela", "Žiga", "Urška", "Jože", "Nežka", "Črt", "Polona", "Gašper"];
const FAMILIES: &[&str] = &["Novak", "Zupančič", "Kovačič", "Košir", "Šenk", "Žagar", "Bajželj", "Čebašek", "Rozman"];
const STREETS: &[&str] = &["Prešernova cesta", "Cesta na Klanec", "Šorlijeva ulica", "Žabnica", "Gorenjska cesta"];
const TOWNS: &[&str] = &["4000 Kranj", "4220 Škofja Loka", "4270 Jesenice", "4240 Radovljica", "4290 Tržič"];

impl Payers {
    /// The payer at a place, counted from 0.
    pub fn at(self, place: u32) -> Option<Payer> {
        (place < self.count).then_some(Payer { seed: self.seed, place })
    }

    /// Every payer.
    pub fn all(self) -> impl Iterator<Item = Payer> {
        (0..self.count).filter_map(move |place| self.at(place))
    }

    /// The metering point with a number, written exactly as on the bill.
    pub(super) fn point(self, number: &str) -> Option<Point> {
        let payer = self.at(Point::place_of(number)?)?;
        payer.points().into_iter().find(|point| point.number() == number)
    }

    /// The metering point with a GSRN.
    pub(super) fn point_by_gsrn(self, gsrn: &str) -> Option<Point> {
        let payer = self.at(Point::place_of_gsrn(gsrn)?)?;
        payer.points().into_iter().find(|point| point.gsrn() == gsrn)
    }
}

impl Payer {
    /// The id of the payer.
    pub fn id(self) -> String {
        format!("K-{:06}", self.place + 1)
    }

    /// The PIN printed on the bill, four digits; leading zeros count.
    pub fn pin(self) -> String {
        format!("{:04}", self.draw("pin").below(10_000))
    }

    /// The number of the first metering point, by which customers sign up.
    pub fn number(self) -> String {
        Point { payer: self, ordinal: 0 }.number()
    }

    /// What is special about the payer.
    pub fn kind(self) -> Kind {
        let turn = usize::try_from(self.place % CYCLE).expect("it is below 40");
        // the first ones are ordinary, as most are
        turn.checked_sub(30).map_or(Kind::Ordinary, |turn| SPECIAL[turn])
    }

    /// The metering points.
    pub fn points(self) -> Vec<Point> {
        let count = if self.kind() == Kind::SeveralPoints { 3 } else { 1 };
        (0..count).map(|ordinal| Point { payer: self, ordinal }).collect()
    }

    pub(super) fn name(self) -> String {
        let mut draw = self.draw("name");
        format!("{} {}", draw.pick(GIVEN), draw.pick(FAMILIES))
    }

    pub(super) fn address(self) -> String {
        let mut draw = self.draw("address");
        format!("{} {}, {}", draw.pick(STREETS), draw.between(1, 120), draw.pick(TOWNS))
    }

    /// A stream of values about one thing of this payer.
    pub(super) fn draw(self, topic: &str) -> Draw {
        Draw::new(self.seed, topic, u64::from(self.place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_a_gsrn_lead_back_to_their_point() {
        let payers = Payers { seed: 7, count: 690_000 };
        for place in [0, 30, 689_999] {
            for point in payers.at(place).unwrap().points() {
                assert_eq!(payers.point(&point.number()), Some(point));
                assert_eq!(payers.point_by_gsrn(&point.gsrn()), Some(point));
                assert_eq!((point.number().len(), point.gsrn().len()), (8, 18));
            }
        }
        for number in ["", "6-1", "6100000", "6-10000x", "9-999999", "6-1000000"] {
            assert_eq!(payers.point(number), None, "{number}");
        }
    }

    #[test]
    fn forty_in_a_row_have_one_of_each_special_kind() {
        let kinds: Vec<Kind> = Payers { seed: 7, count: 40 }.all().map(Payer::kind).collect();
        for special in SPECIAL {
            assert_eq!(kinds.iter().filter(|kind| **kind == special).count(), 1, "{special:?}");
        }
    }
}
