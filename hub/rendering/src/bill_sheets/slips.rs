//! How the bill is paid: a slip per amount, with what a payment order says and the code that a banking app scans.

use komunala_app::ports::bill_sheets::{BillSheet, Paid, Slip};

use super::{
    flow::{Flow, LEADING, Style, TEXT},
    page::{HAIR, Length, MARGIN, MEASURE, Mark, RIGHT},
    typeface::Face,
    words::Word,
};
use crate::code_images::{Modules, QUIET};

/// How large a code is, its quiet zone included: 38 mm, so that a module of the largest that schemes prescribe is still
/// wider than a third of a millimetre, as printed forms have it.
const CODE: Length = 10_800;
/// How high a slip is.
const SLIP: Length = CODE + 2_600;
/// The space inside of it.
const INSET: Length = 800;
/// How wide the names of values are.
const NAMES: Length = 10_500;

/// All slips.
pub(super) fn slips(flow: &mut Flow, sheet: &BillSheet<'_>) {
    if sheet.slips.is_empty() {
        return;
    }
    let title = flow.say(Word::Payment);
    flow.section(&title, SLIP);
    for slip in &sheet.slips {
        flow.need(SLIP + 500);
        self::slip(flow, slip);
        flow.skip(SLIP + 500);
    }
}

fn slip(flow: &mut Flow, slip: &Slip<'_>) {
    let top = flow.y;
    frame(flow, top);
    let title = match slip.pays {
        Paid::Whole => flow.say(Word::WholeBill),
        Paid::Early => flow.say(Word::EarlyPayment),
        Paid::Installment(number) => format!("{} {number}", flow.say(Word::Installment)),
    };
    let strong = Style { size: TEXT + 100, face: Face::Bold, colour: flow.brand };
    flow.text(MARGIN + INSET, top + 1_600, strong, &title);
    let drawn = slip.code.as_ref().and_then(|code| Modules::encode(&code.content, &code.symbol).ok());
    let right = if drawn.is_some() { RIGHT - INSET - CODE - 600 } else { RIGHT - INSET };
    let amount = flow.figures.money(slip.payable.amount);
    flow.text_to(right, top + 1_600, Style { size: TEXT + 300, ..Style::STRONG }, &amount);

    let mut y = top + 3_300;
    for (word, value) in values(flow, slip) {
        let name = flow.say(word);
        flow.text(MARGIN + INSET, y, Style::LABEL, &name);
        for line in Style::PLAIN.wrapped(&value, right - MARGIN - INSET - NAMES).iter().take(2) {
            flow.text(MARGIN + INSET + NAMES, y, Style::PLAIN, line);
            y += LEADING - 50;
        }
    }
    if let Some(drawn) = drawn {
        code(flow, &drawn, RIGHT - INSET - CODE, top + 500);
        let (scan, middle) = (flow.say(Word::Scan), RIGHT - INSET - CODE / 2);
        flow.text_around(middle, top + SLIP - 650, Style { size: 650, ..Style::LABEL }, &scan);
    }
}

/// What is typed into a payment order, as printed on the bill.
fn values(flow: &Flow, slip: &Slip<'_>) -> Vec<(Word, String)> {
    let instruction = slip.instruction;
    let reference = match (&instruction.model, &instruction.reference) {
        (Some(model), Some(reference)) => Some(format!("{model} {reference}")),
        (None, Some(reference)) => Some(reference.clone()),
        (_, None) => None,
    };
    let day = |day: Option<jiff::civil::Date>| day.map(|day| flow.figures.date(day));
    let due = if slip.pays == Paid::Early { None } else { day(slip.payable.due) };
    let values = [
        (Word::Payee, Some(instruction.payee.clone())),
        (Word::Account, Some(instruction.account.clone())),
        (Word::Reference, reference),
        (Word::PurposeCode, instruction.code.clone()),
        (Word::Purpose, instruction.purpose.clone()),
        (Word::Due, due),
        (Word::ValidUntil, day(slip.payable.until)),
    ];
    values.into_iter().filter_map(|(word, value)| Some((word, value.filter(|value| !value.is_empty())?))).collect()
}

/// A thin line around a slip.
fn frame(flow: &mut Flow, top: Length) {
    flow.block(MARGIN, top, MEASURE, 60, HAIR);
    flow.block(MARGIN, top + SLIP - 60, MEASURE, 60, HAIR);
    flow.block(MARGIN, top, 60, SLIP, HAIR);
    flow.block(RIGHT - 60, top, 60, SLIP, HAIR);
}

/// The code in its square, quiet zone included.
fn code(flow: &mut Flow, modules: &Modules, x: Length, y: Length) {
    let size = modules.size();
    let side = Length::try_from(size + 2 * QUIET).unwrap_or(Length::MAX);
    let module = CODE / side;
    // what the division leaves is divided between both sides
    let begin = (CODE - module * side) / 2 + module * Length::try_from(QUIET).unwrap_or_default();
    let rows = (0..size).flat_map(|row| modules.runs(row).map(move |(column, length)| (column, row, length)));
    flow.put(Mark::Modules { x: x + begin, y: y + begin, module, runs: rows.collect() });
}
