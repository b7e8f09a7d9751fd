//! What is charged, line by line, as billed.

use komunala_domain::{Invoice, invoice::InvoiceLine};

use super::{
    flow::Flow,
    table::{Column, table},
    words::Word,
};

/// The lines of a bill.
pub(super) fn lines(flow: &mut Flow, invoice: &Invoice) {
    if invoice.lines.is_empty() {
        return;
    }
    let figures = flow.figures;
    flow.skip(900);
    let column = |word, cell: &dyn Fn(&InvoiceLine) -> Option<String>| Column {
        title: flow.say(word),
        cells: invoice.lines.iter().map(|line| cell(line).unwrap_or_default()).collect(),
    };
    let texts = column(Word::Item, &|line| Some(line.text.clone()));
    let columns = vec![
        column(Word::Quantity, &|line| {
            let quantity = figures.quantity(line.quantity?);
            Some(line.unit.as_ref().map_or(quantity.clone(), |unit| format!("{quantity}\u{a0}{unit}")))
        }),
        column(Word::UnitPrice, &|line| Some(figures.price(line.unit_price?))),
        column(Word::Net, &|line| Some(figures.amount(line.net?))),
        column(Word::VatRate, &|line| Some(figures.quantity(line.tax_rate?))),
        column(Word::Amount, &|line| Some(figures.amount(line.gross?))),
    ];
    table(flow, &texts, columns);
}
