//! Whose bill it is, for what and when, and what it comes to.

use komunala_app::ports::bill_sheets::{BillSheet, PrintedPoint};

use super::{
    flow::{Flow, LEADING, Style},
    page::{INK, Length, MARGIN, MEASURE, RIGHT},
    typeface::Face,
    words::Word,
};

/// How many supply points stand beside the other facts; more of them get a paragraph of their own.
const BESIDE: usize = 3;

/// Something that is known, and what it is.
type Fact = (Word, Vec<String>);

/// Facts in two columns, and the total under them.
pub(super) fn facts(flow: &mut Flow, sheet: &BillSheet<'_>) {
    let gap = 2_000;
    let half = (MEASURE - gap) / 2;
    let top = flow.y;
    let left_end = column(flow, MARGIN, half, whose(sheet));
    flow.y = top;
    let right_end = column(flow, MARGIN + half + gap, half, what(flow, sheet));
    flow.y = left_end.max(right_end);
    if sheet.points.len() > BESIDE {
        let numbers: Vec<_> = sheet.points.iter().map(|point| point.number.as_str()).collect();
        let lines = Style::PLAIN.wrapped(&numbers.join(", "), MEASURE);
        paragraph(flow, Word::SupplyPoints, &lines);
    }
    total(flow, sheet);
}

fn whose(sheet: &BillSheet<'_>) -> Vec<Fact> {
    let mut facts = Vec::new();
    if let Some(account) = sheet.account {
        let name = account.name.iter().chain(&account.premises.address).cloned().collect::<Vec<_>>();
        if !name.is_empty() {
            facts.push((Word::Customer, name));
        }
        facts.push((Word::CustomerNumber, vec![account.customer_number.clone()]));
    }
    if (1..=BESIDE).contains(&sheet.points.len()) {
        let word = if sheet.points.len() == 1 { Word::SupplyPoint } else { Word::SupplyPoints };
        facts.push((word, sheet.points.iter().map(printed).collect()));
    }
    facts
}

fn printed(point: &PrintedPoint) -> String {
    match &point.address {
        Some(address) => format!("{}, {address}", point.number),
        None => point.number.clone(),
    }
}

fn what(flow: &Flow, sheet: &BillSheet<'_>) -> Vec<Fact> {
    let invoice = sheet.invoice;
    let mut facts = vec![(Word::Number, vec![invoice.number.clone()])];
    facts.extend(invoice.period.map(|period| (Word::Period, vec![flow.figures.month(period)])));
    facts.extend(invoice.issued.map(|day| (Word::Issued, vec![flow.figures.date(day)])));
    facts.extend(
        invoice
            .issuer
            .as_ref()
            .map(|issuer| (Word::Issuer, vec![issuer.name.clone().unwrap_or_else(|| issuer.code.clone())])),
    );
    facts
}

/// Facts one below the other; answers where they end.
fn column(flow: &mut Flow, x: Length, width: Length, facts: Vec<Fact>) -> Length {
    flow.skip(300);
    for (word, lines) in facts {
        let title = flow.say(word);
        flow.skip(900);
        flow.text(x, flow.y, Style::LABEL, &title);
        flow.skip(LEADING - 50);
        for line in lines.iter().flat_map(|line| Style::PLAIN.wrapped(line, width)) {
            flow.text(x, flow.y, Style::PLAIN, &line);
            flow.skip(LEADING - 100);
        }
    }
    flow.y
}

fn paragraph(flow: &mut Flow, word: Word, lines: &[String]) {
    let title = flow.say(word);
    flow.skip(900);
    flow.text(MARGIN, flow.y, Style::LABEL, &title);
    flow.skip(LEADING - 50);
    for line in lines {
        flow.need(LEADING);
        flow.text(MARGIN, flow.y, Style::PLAIN, line);
        flow.skip(LEADING - 100);
    }
}

/// What it comes to, and when the first of it is due.
fn total(flow: &mut Flow, sheet: &BillSheet<'_>) {
    let height = 3_000;
    flow.skip(300);
    flow.need(height);
    flow.block(MARGIN, flow.y, MEASURE, height, flow.brand.tint(10));
    let base = flow.y + 1_950;
    let big = Style { size: 1_500, face: Face::Bold, colour: INK };
    let (title, amount) = (flow.say(Word::Total), flow.figures.money(sheet.invoice.total));
    flow.text(MARGIN + 800, base, big, &title);
    flow.text_to(RIGHT - 800, base, big, &amount);
    if let [only] = &sheet.invoice.installments[..] {
        let due = format!("{}: {}", flow.say(Word::Due), flow.figures.date(only.due));
        flow.text(MARGIN + 800 + big.width(&title) + 2_400, base, Style::PLAIN, &due);
    }
    flow.skip(height);
}
