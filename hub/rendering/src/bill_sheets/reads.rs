//! The states of meters that the bill was worked out from.

use komunala_domain::invoice::MeterRead;

use super::{
    flow::Flow,
    table::{Column, table},
    words::Word,
};

/// A row per meter and register.
pub(super) fn reads(flow: &mut Flow, reads: &[MeterRead]) {
    if reads.is_empty() {
        return;
    }
    let title = flow.say(Word::Meters);
    flow.section(&title, 4_000);
    let figures = flow.figures;
    let column = |word, cell: &dyn Fn(&MeterRead) -> Option<String>| Column {
        title: flow.say(word),
        cells: reads.iter().map(|read| cell(read).unwrap_or_default()).collect(),
    };
    let texts = column(Word::Meter, &|read| {
        // which register it is says something only where a meter has several
        let several = reads.iter().filter(|other| other.serial_number == read.serial_number).count() > 1;
        Some(if several { format!("{} · {}", read.serial_number, read.register) } else { read.serial_number.clone() })
    });
    let columns = vec![
        column(Word::From, &|read| Some(figures.quantity(read.from))),
        column(Word::To, &|read| Some(figures.quantity(read.to))),
        column(Word::Used, &|read| {
            let used = |used: &komunala_domain::invoice::Consumption| {
                format!("{}\u{a0}{}", figures.quantity(used.quantity), used.unit)
            };
            Some(read.consumption.iter().map(used).collect::<Vec<_>>().join(" = "))
        }),
        column(Word::Conversion, &|read| Some(figures.price(read.conversion_factor?))),
        column(Word::CalorificValue, &|read| Some(figures.price(read.calorific_value?))),
    ];
    table(flow, &texts, columns);
}
