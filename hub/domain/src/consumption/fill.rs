//! Laying stretches into frames.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{Consumption, Frame, Stretch};

/// Decimal places that a divided quantity has at least.
const DIVIDED: u32 = 3;

/// What each register counted in each frame, by frame and then by register: those of `registers`, by code and unit, and
/// those of the stretches. A stretch that reaches over the border of a
/// frame is divided by days, so that its parts add up to it exactly. Stretches of one register must not overlap.
pub fn fill(frames: &[Frame], registers: &[(&str, &str)], stretches: &[Stretch]) -> Vec<Consumption> {
    let mut by_register: BTreeMap<_, Vec<&Stretch>> = registers.iter().map(|register| (*register, vec![])).collect();
    for stretch in stretches {
        by_register.entry((&stretch.register, &stretch.unit)).or_default().push(stretch);
    }
    for own in by_register.values_mut() {
        own.sort_by_key(|stretch| stretch.first);
    }
    let mut filled = Vec::with_capacity(frames.len() * by_register.len());
    for frame in frames {
        for ((register, unit), own) in &by_register {
            let Content { quantity, known_days, is_approximate } = content(*frame, own);
            let before = frame.year_before().and_then(|before| {
                let Content { quantity, known_days, .. } = content(before, own);
                quantity.filter(|_| known_days == before.days())
            });
            filled.push(Consumption {
                frame: *frame,
                register: register.to_string(),
                unit: unit.to_string(),
                quantity,
                known_days,
                is_approximate,
                previous_year: before,
            });
        }
    }
    filled
}

struct Content {
    quantity: Option<Decimal>,
    known_days: u32,
    is_approximate: bool,
}

/// What of the stretches of one register, by time, lies in a frame.
fn content(frame: Frame, stretches: &[&Stretch]) -> Content {
    let mut content = Content { quantity: None, known_days: 0, is_approximate: false };
    // they do not overlap, so their ends are by time as well
    let begun = stretches.partition_point(|stretch| stretch.end <= frame.first);
    for stretch in stretches[begun..].iter().take_while(|stretch| stretch.first < frame.end) {
        let (first, end) = (frame.first.max(stretch.first), frame.end.min(stretch.end));
        if first >= end {
            continue;
        }
        let part = until(stretch, end) - until(stretch, first);
        let is_divided = (first, end) != (stretch.first, stretch.end);
        content.quantity = Some(content.quantity.unwrap_or_default() + part);
        content.known_days += days(first, end);
        content.is_approximate |= is_divided || stretch.is_estimated;
    }
    content
}

/// What a stretch had counted when a day began.
fn until(stretch: &Stretch, day: Date) -> Decimal {
    if day == stretch.end {
        return stretch.quantity;
    }
    let (passed, all) = (days(stretch.first, day), days(stretch.first, stretch.end).max(1));
    let share = stretch.quantity * Decimal::from(passed) / Decimal::from(all);
    share.round_dp(stretch.quantity.scale().max(DIVIDED)).normalize()
}

fn days(first: Date, end: Date) -> u32 {
    u32::try_from((end - first).get_days()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use jiff::{ToSpan, civil::date};
    use proptest::prelude::*;

    use super::*;
    use crate::consumption::Grain;

    fn stretch(first: Date, end: Date, quantity: i64) -> Stretch {
        Stretch {
            register: "TOTAL".to_owned(),
            unit: "m3".to_owned(),
            first,
            end,
            quantity: Decimal::from(quantity),
            is_estimated: false,
        }
    }

    #[test]
    fn a_stretch_over_two_months_is_divided_by_days_and_said_to_be_approximate() {
        let months = Grain::Month.frames(date(2024, 1, 1), date(2024, 2, 29)).unwrap();
        let filled = fill(&months, &[], &[stretch(date(2024, 1, 22), date(2024, 2, 11), 20)]);
        let told: Vec<_> = filled.iter().map(|c| (c.quantity, c.known_days, c.is_approximate)).collect();
        let ten = Some(Decimal::from(10));
        assert_eq!(told, [(ten, 10, true), (ten, 10, true)]);
        assert_eq!(filled[0].per_day(), Some(Decimal::ONE));
    }

    #[test]
    fn what_nobody_measured_is_missing_and_no_zero() {
        let months = Grain::Month.frames(date(2024, 1, 1), date(2024, 3, 31)).unwrap();
        let known = [stretch(date(2024, 1, 1), date(2024, 2, 1), 31), stretch(date(2024, 3, 1), date(2024, 4, 1), 0)];
        let told: Vec<_> = fill(&months, &[], &known).iter().map(|c| (c.quantity, c.known_days)).collect();
        assert_eq!(told, [(Some(Decimal::from(31)), 31), (None, 0), (Some(Decimal::ZERO), 31)]);
    }

    #[test]
    fn a_register_that_was_never_read_is_told_as_missing() {
        let months = Grain::Month.frames(date(2024, 1, 1), date(2024, 1, 31)).unwrap();
        let filled = fill(&months, &[("T1", "kWh")], &[]);
        assert_eq!((filled[0].register.as_str(), filled[0].quantity), ("T1", None));
        assert_eq!(filled[0].per_day(), None);
    }

    #[test]
    fn a_year_before_is_told_where_all_of_it_is_known() {
        let months = Grain::Month.frames(date(2024, 1, 1), date(2024, 2, 1)).unwrap();
        let known = [stretch(date(2023, 1, 1), date(2023, 2, 20), 50), stretch(date(2024, 1, 1), date(2024, 3, 1), 60)];
        let filled = fill(&months, &[], &known);
        assert_eq!(filled[0].previous_year, Some(Decimal::from(31)));
        assert_eq!(filled[0].previous_year_per_day(), Some(Decimal::ONE));
        assert_eq!(filled[1].previous_year, None, "of February only 19 days are known");
    }

    #[test]
    fn each_tariff_is_told_by_itself() {
        let day = date(2024, 5, 1);
        let of = |register: &str, quantity| Stretch {
            register: register.to_owned(),
            ..stretch(day, day.tomorrow().unwrap(), quantity)
        };
        let filled = fill(&Grain::Day.frames(day, day).unwrap(), &[], &[of("T2", 3), of("T1", 7)]);
        let told: Vec<_> = filled.iter().map(|c| (c.register.as_str(), c.quantity)).collect();
        assert_eq!(told, [("T1", Some(Decimal::from(7))), ("T2", Some(Decimal::from(3)))]);
    }

    proptest! {
        #[test]
        fn what_is_divided_adds_up_to_what_was_measured(
            begin in 0_i32..400, lengths in prop::collection::vec((1_i32..90, 0_i64..1_000_000, 0_u32..4), 1..8),
        ) {
            let mut first = date(2022, 1, 1).checked_add(begin.days()).unwrap();
            let begun = first;
            let mut stretches = Vec::new();
            for (days, quantity, scale) in lengths {
                let end = first.checked_add(days.days()).unwrap();
                stretches.push(Stretch { quantity: Decimal::new(quantity, scale), ..stretch(first, end, 0) });
                first = end;
            }
            let months = Grain::Month.frames(begun, first.yesterday().unwrap()).unwrap();
            let filled = fill(&months, &[], &stretches);
            let all: Decimal = filled.iter().filter_map(|month| month.quantity).sum();
            prop_assert_eq!(all, stretches.iter().map(|stretch| stretch.quantity).sum::<Decimal>());
            prop_assert!(filled.iter().all(|month| month.quantity.is_none_or(|quantity| !quantity.is_sign_negative())));
            let days: u32 = filled.iter().map(|month| month.known_days).sum();
            prop_assert_eq!(days, days_between(begun, first));
        }
    }

    fn days_between(first: Date, end: Date) -> u32 {
        super::days(first, end)
    }
}
