//! The head of a copy: who bills, what it is, that it is a copy, and what it comes to.

use komunala_app::ports::bill_sheets::{BillSheet, SheetError};
use komunala_domain::{Colour, Logo, Provider};

use super::{
    flow::{Flow, LEADING, Style, TEXT},
    page::{INK, Length, MARGIN, MEASURE, Mark, Page, RIGHT},
    pdf,
    typeface::Face,
    words::Word,
};

/// What text in a provider's colour may have of brightness on white paper.
const TOO_BRIGHT: u8 = 150;
/// How high a logo is printed: 15 mm.
const LOGO: Length = 4_250;

/// The colour that a provider's name is written in: its own, if that can be read.
pub(super) fn ink(provider: &Provider) -> Colour {
    provider.brand.colour.filter(|colour| colour.brightness() < TOO_BRIGHT).unwrap_or(INK)
}

/// The head.
pub(super) fn head(flow: &mut Flow, sheet: &BillSheet<'_>) {
    let top = flow.y;
    let half = MEASURE * 55 / 100;
    let name = Style { size: 1_600, face: Face::Bold, colour: flow.brand };
    if let Some(logo) = &sheet.provider.brand.logo {
        let (width, height) = fitted(logo, half);
        flow.put(Mark::Picture { x: MARGIN, y: flow.y, width, height, png: logo.png().clone() });
        flow.skip(height + 900);
    }
    flow.skip(1_100);
    for line in name.wrapped(&sheet.provider.display_name, half) {
        flow.text(MARGIN, flow.y, name, &line);
        flow.skip(1_900);
    }
    flow.skip(-450);
    for line in &sheet.provider.brand.contact {
        flow.text(MARGIN, flow.y, Style::LABEL, line);
        flow.skip(1_000);
    }
    let left_end = flow.y;

    let title = Style { size: 1_600, face: Face::Bold, colour: INK };
    let kind = flow.say(Word::of_kind(sheet.invoice.kind));
    flow.text_to(RIGHT, top + 1_100, title, &kind);
    flow.text_to(RIGHT, top + 1_100 + 1_500, Style { size: 1_000, ..Style::PLAIN }, &sheet.invoice.number);
    flow.y = left_end.max(top + 3_100);

    notice(flow);
}

/// How large a logo is printed: as high as there is room, unless it is too wide then.
fn fitted(logo: &Logo, widest: Length) -> (Length, Length) {
    let (width, height) = logo.size();
    let of = |all: Length, part: u32, whole: u32| {
        let length = i64::from(all) * i64::from(part) / i64::from(whole.max(1));
        Length::try_from(length).unwrap_or(all).max(1)
    };
    let wide = of(LOGO, width, height);
    if wide <= widest { (wide, LOGO) } else { (widest, of(widest, height, width)) }
}

/// Tries whether a logo can be printed, by printing it.
pub(super) fn try_logo(logo: &Logo) -> Result<(), SheetError> {
    let (width, height) = fitted(logo, MEASURE);
    let page = Page { marks: vec![Mark::Picture { x: MARGIN, y: MARGIN, width, height, png: logo.png().clone() }] };
    pdf::document(&[page], pdf::untitled()).map(drop)
}

/// Says that it is a copy, where nobody overlooks it.
fn notice(flow: &mut Flow) {
    let (copy, note) = (flow.say(Word::InformativeCopy), flow.say(Word::InformativeNote));
    let inset: Length = 800;
    let strong = Style { size: TEXT + 100, ..Style::STRONG };
    let lines = Style::LABEL.wrapped(&note, MEASURE - 2 * inset);
    let height = 2_300 + Length::try_from(lines.len()).unwrap_or(1) * 1_050;
    flow.block(MARGIN, flow.y, MEASURE, height, flow.brand.tint(10));
    flow.block(MARGIN, flow.y, 250, height, flow.brand);
    flow.text(MARGIN + inset, flow.y + 1_450, strong, &copy);
    for (at, line) in lines.iter().enumerate() {
        let down = Length::try_from(at).unwrap_or_default() * 1_050;
        flow.text(MARGIN + inset, flow.y + 2_650 + down, Style::LABEL, line);
    }
    flow.skip(height + LEADING / 2);
}
