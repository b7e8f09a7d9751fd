//! Fixed-width rows in Windows-1250.

use jiff::civil::Date;

/// A row under way. Columns are counted from 1, the last one included, as the description of the files counts them.
#[derive(Debug, Clone)]
pub(super) struct Record {
    bytes: Vec<u8>,
}

impl Record {
    /// A blank row of a record type.
    pub(super) fn new(width: usize, kind: u8) -> Self {
        let mut bytes = vec![b' '; width];
        bytes[0] = kind;
        Self { bytes }
    }

    /// Text, left-aligned; cut off after its last column.
    pub(super) fn text(&mut self, first: usize, last: usize, text: &str) {
        let (encoded, _, _) = encoding_rs::WINDOWS_1250.encode(text);
        let columns = &mut self.bytes[first - 1..last];
        let kept = encoded.len().min(columns.len());
        columns[..kept].copy_from_slice(&encoded[..kept]);
    }

    /// A number, right-aligned and zero-padded; blank where it is not known.
    pub(super) fn number(&mut self, first: usize, last: usize, number: Option<u64>) {
        let Some(mut rest) = number else { return };
        for column in self.bytes[first - 1..last].iter_mut().rev() {
            *column = b'0' + u8::try_from(rest % 10).expect("a digit");
            rest /= 10;
        }
    }

    /// A day as `yyyymmdd`; blank where there is none.
    pub(super) fn date(&mut self, first: usize, last: usize, date: Option<Date>) {
        self.number(first, last, date.map(day_number));
    }

    pub(super) fn bytes(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }
}

/// `yyyymmdd`
pub(super) fn day_number(date: Date) -> u64 {
    let [month, day] = [date.month(), date.day()].map(|part| u64::from(part.unsigned_abs()));
    u64::from(date.year().unsigned_abs()) * 10_000 + month * 100 + day
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_stand_left_and_numbers_right() {
        let mut record = Record::new(20, b'1');
        record.text(2, 5, "Šećer");
        record.number(6, 9, Some(42));
        record.number(10, 12, None);
        record.date(13, 20, Some(Date::constant(2024, 7, 3)));
        assert_eq!(record.bytes(), b"1\x8ae\xe6e0042   20240703");
    }
}
