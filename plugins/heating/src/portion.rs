//! Rows of a file from a cursor on, a portion at a time.

use komunala_adapter_sdk::{
    Error,
    files::{BillLines, Portion, Problem, Row},
};

use crate::{
    acknowledgement::Sent,
    bill, bill_line,
    columns::{Columns, Malformed, split},
    cursor::Cursor,
    customer,
    exchange::Exchange,
    file_name::Kind,
    lines::{Line, Lines},
    payment,
    settings::Settings,
    source::{Part, Source},
    tally::key,
    verdict::unreadable,
};

/// Most rows of a portion with the lines inside of them: what the hub takes in one answer, with room to spare.
const MAX_ROWS: usize = 16_000;

/// Most problems of a portion.
const MAX_PROBLEMS: usize = 1_000;

/// Most lines in one row: a bill with more of them gets several.
const MAX_LINES: usize = 400;

/// Reads on behind `cursor`, at most `size` rows.
pub(crate) fn read(exchange: &Exchange, source: &Source, mut cursor: Cursor, size: u16) -> Result<Portion, Error> {
    let mut portion = Collector::new(&exchange.settings, size);
    let sent = if source.name().kind.is_ours() { Some(Sent::load(exchange, &source.name())?) } else { None };
    while let Some(part) = source.parts.get(cursor.part) {
        read_part(exchange, part, sent.as_ref(), &mut cursor, &mut portion)?;
        if portion.is_full() {
            break;
        }
        cursor = Cursor { part: cursor.part + 1, offset: 0, line: 0, aside: cursor.aside };
    }
    let is_at_end = cursor.part == source.parts.len();
    Ok(Portion { rows: portion.rows, problems: portion.problems, next: (!is_at_end).then(|| cursor.to_string()) })
}

/// Until the part ends or the portion is full; the cursor follows.
fn read_part(
    exchange: &Exchange,
    part: &Part,
    sent: Option<&Sent>,
    cursor: &mut Cursor,
    portion: &mut Collector<'_>,
) -> Result<(), Error> {
    let path = exchange.folders.incoming(&part.name);
    let mut lines = Lines::open(&path, cursor.offset, cursor.line).map_err(unreadable(part.name.file()))?;
    let mut last = Vec::new();
    while !portion.is_full() {
        let Some(line) = lines.next().map_err(unreadable(part.name.file()))? else { break };
        // rows that are there twice mostly stand beside each other
        if line.bytes == last {
            continue;
        }
        last.clear();
        last.extend_from_slice(line.bytes);
        let taken = match part.name.kind {
            Kind::Customers => fixed(&line, |row| portion.customer(row)),
            Kind::Bills => fixed(&line, |row| portion.bill(row, cursor)),
            _ if line.number == 1 => Ok(()),
            Kind::Lines => portion.line(&line, cursor),
            Kind::Payments => portion.payment(&line),
            Kind::Deliveries | Kind::Requests => match sent {
                Some(sent) => sent.answer(line.bytes).map(|answer| portion.rows.push(Row::Acknowledgement(answer))),
                None => Ok(()),
            },
        };
        if let Err(malformed) = taken {
            let message = format!("{}, line {}: {malformed}: put aside", part.name.file(), line.number);
            portion.problems.push(Problem { id: Some(part.name.to_string()), message });
        }
    }
    portion.end_of_lines();
    (cursor.offset, cursor.line) = (lines.offset(), lines.number());
    Ok(())
}

/// Head and trailer are no rows.
fn fixed(line: &Line<'_>, take: impl FnOnce(Columns<'_>) -> Result<(), Malformed>) -> Result<(), Malformed> {
    if line.bytes.first() == Some(&b'1') { take(Columns(line.bytes)) } else { Ok(()) }
}

/// A portion under way.
struct Collector<'a> {
    settings: &'a Settings,
    rows: Vec<Row>,
    problems: Vec<Problem>,
    /// lines of one bill that stand together
    lines: Option<BillLines>,
    /// with those inside of rows
    count: usize,
    size: usize,
}

impl<'a> Collector<'a> {
    fn new(settings: &'a Settings, size: u16) -> Self {
        let size = usize::from(size.max(1));
        let (rows, problems) = (Vec::with_capacity(size), Vec::new());
        Self { settings, rows, problems, lines: None, count: 0, size }
    }

    fn is_full(&self) -> bool {
        let pending = usize::from(self.lines.is_some());
        self.rows.len() + pending >= self.size || self.count >= MAX_ROWS || self.problems.len() >= MAX_PROBLEMS
    }

    fn customer(&mut self, row: Columns<'_>) -> Result<(), Malformed> {
        // with the supply point inside
        self.count += 2;
        self.rows.push(Row::Customer(customer::read(row)?));
        Ok(())
    }

    fn bill(&mut self, row: Columns<'_>, cursor: &Cursor) -> Result<(), Malformed> {
        let bill = bill::read(row, self.settings)?;
        if cursor.aside.contains(&key(bill::number(row).trimmed())) {
            return Err(Malformed { field: "the total", what: "is not the sum of the bill's lines" });
        }
        self.count += 2 + bill.invoice.installments.len();
        self.rows.push(Row::Bill(bill));
        Ok(())
    }

    fn line(&mut self, line: &Line<'_>, cursor: &Cursor) -> Result<(), Malformed> {
        let fields = split(line.bytes).ok_or(Malformed { field: "the row", what: "has another number of fields" })?;
        let row = bill_line::Line::new(fields);
        if !cursor.aside.is_empty() && cursor.aside.contains(&key(row.bill().trimmed())) {
            // it was said of the bill
            return Ok(());
        }
        let read = row.read(self.settings)?;
        self.count += 1;
        let bill = row.bill().trimmed();
        match &mut self.lines {
            Some(run) if run.invoice.as_bytes() == bill && run.lines.len() < MAX_LINES => {
                if !run.lines.contains(&read) {
                    run.lines.push(read);
                }
            }
            _ => {
                let run = BillLines { invoice: row.bill().word()?, lines: vec![read] };
                self.end_of_lines();
                self.lines = Some(run);
            }
        }
        Ok(())
    }

    fn end_of_lines(&mut self) {
        self.rows.extend(self.lines.take().map(Row::Lines));
    }

    fn payment(&mut self, line: &Line<'_>) -> Result<(), Malformed> {
        let fields = split(line.bytes).ok_or(Malformed { field: "the row", what: "has another number of fields" })?;
        self.count += 1;
        self.rows.push(Row::Payment(payment::read(fields, self.settings)?));
        Ok(())
    }
}
