//! What stands under the lines: sums by kind and the total, installments, discounts, and what is owed beside the bill.

use komunala_domain::{Invoice, Money, balance::Buckets};

use super::{
    flow::{Flow, LEADING, Style, TEXT},
    page::{Length, MARGIN, MEASURE, RIGHT},
    table::{Column, table},
    typeface::Face,
    words::Word,
};

/// How high a row of a sum is.
const ROW: Length = LEADING + 350;

/// Sums by kind, the total, and what is taken off it for paying early.
pub(super) fn sums(flow: &mut Flow, invoice: &Invoice) {
    flow.skip(500);
    for subtotal in &invoice.subtotals {
        let title = flow.say(Word::of_subtotal(subtotal.kind));
        sum(flow, &title, subtotal.amount, Style::PLAIN);
    }
    flow.need(2 * ROW);
    flow.skip(250);
    flow.block(MARGIN + MEASURE / 2, flow.y, MEASURE / 2, 80, flow.brand);
    flow.skip(150);
    let title = flow.say(Word::Total);
    sum(flow, &title, invoice.total, Style { size: TEXT + 200, face: Face::Bold, ..Style::PLAIN });
    for discount in &invoice.discounts {
        let title = format!("{} {}", flow.say(Word::Discount), flow.figures.date(discount.until));
        let off = Money { minor: -discount.amount.minor, ..discount.amount };
        sum(flow, &title, off, Style::PLAIN);
    }
}

fn sum(flow: &mut Flow, title: &str, amount: Money, style: Style) {
    flow.need(ROW);
    flow.skip(ROW);
    let written = flow.figures.money(amount);
    flow.text(MARGIN + MEASURE / 2, flow.y, style, title);
    flow.text_to(RIGHT, flow.y, style, &written);
}

/// Which part is due when, where there are several.
pub(super) fn installments(flow: &mut Flow, invoice: &Invoice) {
    if invoice.installments.len() < 2 {
        return;
    }
    let title = flow.say(Word::Installments);
    flow.section(&title, 4_000);
    let figures = flow.figures;
    let part = flow.say(Word::Installment);
    let column = |word, cells| Column { title: flow.say(word), cells };
    let parts = &invoice.installments;
    let texts = column(Word::Installment, (1..=parts.len()).map(|number| format!("{part} {number}")).collect());
    let due = column(Word::Due, parts.iter().map(|part| figures.date(part.due)).collect());
    let amounts = column(Word::Amount, parts.iter().map(|part| figures.money(part.amount)).collect());
    table(flow, &texts, vec![due, amounts]);
}

/// How the customer's debt is made up.
pub(super) fn debts(flow: &mut Flow, invoice: &Invoice) {
    let Some(Buckets { current, overdue, sued, reprogrammed, credit }) = invoice.buckets.as_deref().copied() else {
        return;
    };
    let sorts = [
        (Word::Current, current),
        (Word::Overdue, overdue),
        (Word::Sued, sued),
        (Word::Reprogrammed, reprogrammed),
        (Word::Credit, credit),
    ];
    let named: Vec<_> = sorts.into_iter().filter_map(|(word, amount)| Some((flow.say(word), amount?))).collect();
    if named.is_empty() {
        return;
    }
    let title = flow.say(Word::Debts);
    flow.section(&title, 4_000);
    let figures = flow.figures;
    let amounts = named.iter().map(|(_, amount)| figures.money(*amount)).collect();
    let texts = Column { title: String::new(), cells: named.into_iter().map(|(sort, _)| sort).collect() };
    table(flow, &texts, vec![Column { title: flow.say(Word::Amount), cells: amounts }]);
}
