//! Fixed-width files: a head, rows, a trailer that counts and sums them, and whatever is wrong with that.

use std::{io, path::PathBuf};

use super::{
    flaw::Flaw,
    night::Night,
    record::{Record, day_number},
    sealed::Sealed,
};

/// Columns of a customer.
pub(super) const CUSTOMER: usize = 400;
/// Columns of a bill.
pub(super) const BILL: usize = 300;

/// A fixed-width file under way: head, rows, trailer.
pub(super) struct Rows {
    file: Sealed,
    width: usize,
    flaws: Vec<Flaw>,
    count: u64,
    sum: i64,
    first: Option<Vec<u8>>,
}

impl Rows {
    pub(super) fn begin(
        mut file: Sealed,
        night: &Night,
        width: usize,
        full: bool,
        flaws: Vec<Flaw>,
    ) -> io::Result<Self> {
        let day = if flaws.contains(&Flaw::WrongHead) { 19_991_231 } else { day_number(night.date) };
        let mut head = Record::new(width, b'0');
        head.number(2, 9, Some(day));
        head.number(10, 12, Some(u64::from(night.number)));
        head.text(13, 13, if full { "F" } else { "D" });
        write_line(&mut file, head.bytes(), &flaws)?;
        Ok(Self { file, width, flaws, count: 0, sum: 0, first: None })
    }

    /// A row with what it adds to the sum.
    pub(super) fn row(&mut self, mut record: Record, total: i64) -> io::Result<()> {
        let third = self.count == 2;
        let row = record.bytes();
        if third && self.flaws.contains(&Flaw::BadByte) {
            row[self.width - 1] = 0x81;
        }
        if third && self.flaws.contains(&Flaw::WrongWidth) {
            row.pop();
        }
        if third && self.flaws.contains(&Flaw::MalformedRow) {
            // the area of a customer, the last day to pay of a bill
            let columns = if self.width == CUSTOMER { 177..184 } else { 39..47 };
            row[columns].fill(b'9');
            // no customer is of this kind
            if self.width == CUSTOMER {
                row[176] = b'X';
            }
        }
        let copies = if self.flaws.contains(&Flaw::Duplicates) && self.count.is_multiple_of(3) { 2 } else { 1 };
        for _ in 0..copies {
            write_line(&mut self.file, row, &self.flaws)?;
            self.count += 1;
            self.sum += total;
        }
        if self.first.is_none() && self.flaws.contains(&Flaw::Duplicates) {
            self.first = Some(row.clone());
            // it comes once more at the end, which the sum has to know by then
            self.sum += total;
        }
        Ok(())
    }

    pub(super) fn end(mut self) -> io::Result<(PathBuf, String)> {
        if let Some(first) = self.first.take() {
            write_line(&mut self.file, &first, &self.flaws)?;
            self.count += 1;
        }
        let flawed = |flaw| i64::from(self.flaws.contains(&flaw));
        let sum = self.sum + flawed(Flaw::WrongSum);
        let mut trailer = Record::new(self.width, b'9');
        trailer.number(2, 11, Some(self.count + flawed(Flaw::WrongCount).unsigned_abs()));
        trailer.number(12, 26, Some(sum.unsigned_abs()));
        if sum < 0 {
            trailer.text(12, 12, "-");
        }
        if !self.flaws.contains(&Flaw::NoTrailer) {
            write_line(&mut self.file, trailer.bytes(), &self.flaws)?;
        }
        self.file.finish()
    }
}

fn write_line(file: &mut Sealed, line: &[u8], flaws: &[Flaw]) -> io::Result<()> {
    if flaws.contains(&Flaw::BareLineFeeds) {
        io::Write::write_all(file, line)?;
        return io::Write::write_all(file, b"\n");
    }
    file.line(line)
}
