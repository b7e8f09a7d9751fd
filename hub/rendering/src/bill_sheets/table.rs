//! Tables: a head that comes again on every page, texts that are broken into lines, figures to the right.

use super::{
    flow::{Flow, LEADING, SMALL, Style},
    page::{Length, MARGIN, MEASURE, RIGHT},
    typeface::Face,
};

/// The space between two columns.
const GAP: Length = 900;
/// The space above and below a row.
const PADDING: Length = 330;
/// The least that is left for texts beside figures.
const LEAST: Length = 9_000;

/// A column.
pub(super) struct Column {
    /// What stands in its head.
    pub(super) title: String,
    /// Its cells, one per row; empty where there is nothing to say.
    pub(super) cells: Vec<String>,
}

/// A table whose first column is of texts, and all others of figures. Columns without anything in them are left out.
pub(super) fn table(flow: &mut Flow, texts: &Column, figures: Vec<Column>) {
    let figures: Vec<_> =
        figures.into_iter().filter(|column| column.cells.iter().any(|cell| !cell.is_empty())).collect();
    let label = Style { size: SMALL, face: Face::Bold, ..Style::LABEL };
    let width = |column: &Column| {
        let cells = column.cells.iter().map(|cell| Style::PLAIN.width(cell));
        cells.chain([label.width(&column.title)]).max().unwrap_or_default()
    };
    let widths: Vec<Length> = figures.iter().map(width).collect();
    let taken: Length = widths.iter().map(|width| width + GAP).sum();
    let left = (MEASURE - taken).max(LEAST);
    // where each column of figures ends
    let mut end = RIGHT;
    let mut ends: Vec<Length> = Vec::with_capacity(widths.len());
    for width in widths.iter().rev() {
        ends.push(end);
        end -= width + GAP;
    }
    ends.reverse();

    let head = |flow: &mut Flow| {
        flow.skip(PADDING + SMALL);
        flow.text(MARGIN, flow.y, label, &texts.title);
        for (column, end) in figures.iter().zip(&ends) {
            flow.text_to(*end, flow.y, label, &column.title);
        }
        flow.skip(PADDING + 100);
        flow.rule();
    };
    let height = |lines: usize| 2 * PADDING + Length::try_from(lines).unwrap_or(Length::MAX / 2_000) * LEADING;
    flow.need(height(3));
    head(flow);
    for (row, text) in texts.cells.iter().enumerate() {
        let lines = Style::PLAIN.wrapped(text, left);
        if flow.need(height(lines.len())) {
            head(flow);
        }
        flow.skip(PADDING);
        let first = flow.y + LEADING - 350;
        for line in &lines {
            flow.text(MARGIN, flow.y + LEADING - 350, Style::PLAIN, line);
            flow.skip(LEADING);
        }
        for (column, end) in figures.iter().zip(&ends) {
            flow.text_to(*end, first, Style::PLAIN, column.cells.get(row).map_or("", String::as_str));
        }
        flow.skip(PADDING);
        flow.rule();
    }
}
