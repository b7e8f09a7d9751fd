//! What was used, month by month, as bars: the last one is the bill's own month, the first one the same a year before.

use komunala_app::ports::bill_sheets::{MonthUsed, UsageChart};
use komunala_domain::Colour;
use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::{
    flow::{Flow, Style},
    page::{FAINT, HAIR, Length, MARGIN, MEASURE},
    typeface::Face,
    words::Word,
};

/// How high the highest bar is.
const TALLEST: Length = 6_000;
/// What is above the highest bar, for its figure.
const ABOVE: Length = 900;
/// What is below the bars, for the months.
const BELOW: Length = 1_300;
/// The size of figures at the bars.
const TINY: Length = 620;
/// How wide a bar is, of a hundred parts of its month.
const BAR: Length = 58;

/// A chart of a supply point.
pub(super) fn chart(flow: &mut Flow, chart: &UsageChart) {
    let Some(most) = chart.months.iter().filter_map(total).max().filter(|most| most.is_sign_positive()) else { return };
    let title = format!("{}, {} ({})", flow.say(Word::Usage), chart.unit, chart.point_number);
    flow.section(&title, ABOVE + TALLEST + BELOW);
    if chart.registers.len() > 1 {
        legend(flow, &chart.registers);
    }
    let ground = flow.y + ABOVE + TALLEST;
    let count = Length::try_from(chart.months.len()).unwrap_or(1).max(1);
    let step = MEASURE / count;
    let last = chart.months.len() - 1;
    for (at, month) in chart.months.iter().enumerate() {
        let left = MARGIN + step * Length::try_from(at).unwrap_or_default();
        let middle = left + step / 2;
        let width = step * BAR / 100;
        let mut top = ground;
        for (register, quantity) in month.quantities.iter().enumerate() {
            let height = height(*quantity, most);
            top -= height;
            flow.block(middle - width / 2, top, width, height, shade(flow.brand, register, at == last));
        }
        let figure = Style { size: TINY, face: if at == last { Face::Bold } else { Face::Regular }, colour: FAINT };
        let used = total(month).map_or_else(|| "–".to_owned(), |used| flow.figures.quantity(used.round_dp(1)));
        flow.text_around(middle, top - 300, figure, &used);
        let name = flow.figures.short_month(month.month);
        flow.text_around(middle, ground + 850, figure, &name);
    }
    flow.block(MARGIN, ground, MEASURE, 60, HAIR);
    flow.y = ground + BELOW;
}

/// Which shade is which register.
fn legend(flow: &mut Flow, registers: &[String]) {
    let mut x = MARGIN;
    for (at, register) in registers.iter().enumerate() {
        flow.block(x, flow.y + 100, 700, 700, shade(flow.brand, at, true));
        flow.text(x + 1_000, flow.y + 750, Style::LABEL, register);
        x += 1_000 + Style::LABEL.width(register) + 1_600;
    }
    flow.skip(1_000);
}

/// The colour of a register's bars: paler from one to the next, and in the months before the bill's.
fn shade(brand: Colour, register: usize, is_last: bool) -> Colour {
    let strength: u8 = if is_last { 100 } else { 60 };
    let paler: u8 = match register {
        0 => 0,
        1 => 30,
        _ => 45,
    };
    brand.tint(strength - paler)
}

/// What all registers counted in a month; none where one of them is not known.
fn total(month: &MonthUsed) -> Option<Decimal> {
    let known: Option<Vec<Decimal>> = month.quantities.iter().copied().collect();
    known.filter(|known| !known.is_empty()).map(|known| known.into_iter().sum())
}

/// How high a bar is beside the highest.
fn height(quantity: Option<Decimal>, most: Decimal) -> Length {
    let part = quantity.and_then(|quantity| quantity.checked_mul(TALLEST.into())?.checked_div(most));
    part.and_then(|part| part.to_i32()).unwrap_or_default().clamp(0, TALLEST)
}
