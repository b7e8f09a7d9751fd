//! Informative copies of bills: A4, PDF/A-2u, in the customer's language and the provider's colour.
//!
//! A copy is laid out first, in whole numbers of hundredths of a point, as marks on pages; then the marks are written as
//! PDF. What a section looks like stands in a module of its own, and what its words are in each language, in [`words`].
//! Nothing is worked out here: every amount is one that was billed.

mod account;
mod chart;
mod figures;
mod flow;
mod head;
mod lines;
mod page;
mod pdf;
mod reads;
mod slips;
mod sums;
mod table;
mod typeface;
mod words;

use komunala_app::ports::bill_sheets::{BillSheet, BillSheets, SheetError};
use komunala_domain::Logo;

use self::flow::Flow;

/// Writes informative copies of bills as PDF/A-2u.
#[derive(Debug, Clone, Copy, Default)]
pub struct PdfSheets;

impl BillSheets for PdfSheets {
    fn write(&self, sheet: &BillSheet<'_>) -> Result<Vec<u8>, SheetError> {
        pdf::write(sheet, &laid_out(sheet))
    }
}

/// Tries whether a provider's logo can be printed on what is written for it.
///
/// # Errors
/// What is wrong with the picture.
pub fn try_logo(logo: &Logo) -> Result<(), SheetError> {
    head::try_logo(logo)
}

/// The pages of a copy.
fn laid_out(sheet: &BillSheet<'_>) -> Vec<page::Page> {
    let mut flow = Flow::new(sheet.language, head::ink(sheet.provider));
    head::head(&mut flow, sheet);
    account::facts(&mut flow, sheet);
    lines::lines(&mut flow, sheet.invoice);
    sums::sums(&mut flow, sheet.invoice);
    reads::reads(&mut flow, &sheet.invoice.meter_reads);
    sums::installments(&mut flow, sheet.invoice);
    sums::debts(&mut flow, sheet.invoice);
    for chart in &sheet.charts {
        chart::chart(&mut flow, chart);
    }
    slips::slips(&mut flow, sheet);
    flow.finish(&sheet.invoice.number)
}

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
