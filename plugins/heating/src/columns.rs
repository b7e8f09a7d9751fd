//! Fields of a row: columns of a fixed-width one, or what stands between the semicolons of a CSV one.

use komunala_adapter_sdk::{Date, Decimal, Period};

use crate::{code_page, file_name::date, settings::PLACES};

/// The longest text of a field: ids of the contract are not longer, and a text has to leave room for the supplier's name.
const MAX_TEXT: usize = 128;

/// Why a row cannot be understood: which field, and what it should have been. Carries nothing of the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{field} {what}")]
pub(crate) struct Malformed {
    pub(crate) field: &'static str,
    pub(crate) what: &'static str,
}

/// What a field is called in a [`Malformed`], and its bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field<'a> {
    name: &'static str,
    bytes: &'a [u8],
}

/// A row of fixed width. Columns are counted from 1, the last one included, as the description of the files counts them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Columns<'a>(pub(crate) &'a [u8]);

impl<'a> Columns<'a> {
    /// Some of its columns; the row has been found to be wide enough before.
    pub(crate) fn field(&self, name: &'static str, first: usize, last: usize) -> Field<'a> {
        Field { name, bytes: self.0.get(first - 1..last).unwrap_or_default() }
    }
}

/// Takes a CSV row apart. None unless it has exactly `N` fields; there is no quoting.
pub(crate) fn split<const N: usize>(row: &[u8]) -> Option<[&[u8]; N]> {
    let mut fields = [&row[..0]; N];
    let mut start = 0;
    let mut found = 0;
    for semicolon in memchr::memchr_iter(b';', row) {
        *fields.get_mut(found)? = &row[start..semicolon];
        (start, found) = (semicolon + 1, found + 1);
    }
    *fields.get_mut(found)? = &row[start..];
    (found + 1 == N).then_some(fields)
}

impl<'a> Field<'a> {
    /// A field of a CSV row.
    pub(crate) fn new(name: &'static str, bytes: &'a [u8]) -> Self {
        Self { name, bytes }
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.bytes.iter().all(|byte| *byte == b' ')
    }

    /// The bytes without the blanks that pad them.
    pub(crate) fn trimmed(&self) -> &'a [u8] {
        let bytes = self.bytes;
        let end = bytes.iter().rposition(|byte| *byte != b' ').map_or(0, |last| last + 1);
        let start = bytes[..end].iter().position(|byte| *byte != b' ').unwrap_or(end);
        &bytes[start..end]
    }

    /// As it stands.
    pub(crate) fn raw(&self) -> &'a [u8] {
        self.bytes
    }

    /// Not longer than a text may be; a byte is a character.
    pub(crate) fn bounded(&self) -> Result<(), Malformed> {
        if self.bytes.len() > MAX_TEXT { Err(self.malformed("is longer than 128 characters")) } else { Ok(()) }
    }

    /// Text without the blanks that pad it; none if it is blank.
    pub(crate) fn text(&self) -> Result<Option<String>, Malformed> {
        self.bounded()?;
        match self.trimmed() {
            [] => Ok(None),
            bytes => code_page::decode(bytes).map(Some).ok_or(self.malformed("holds a control character")),
        }
    }

    /// Text that has to be there.
    pub(crate) fn word(&self) -> Result<String, Malformed> {
        self.text()?.ok_or(self.malformed("is blank"))
    }

    /// A zero-padded number; none if it is blank.
    pub(crate) fn number(&self) -> Result<Option<i64>, Malformed> {
        if self.is_blank() {
            return Ok(None);
        }
        // 18 digits fit
        if self.bytes.len() > 18 || !self.bytes.iter().all(u8::is_ascii_digit) {
            return Err(self.malformed("is no zero-padded number"));
        }
        Ok(Some(self.bytes.iter().fold(0, |number, digit| number * 10 + i64::from(digit - b'0'))))
    }

    /// `yyyymmdd`; none if it is blank or zeros.
    pub(crate) fn date(&self) -> Result<Option<Date>, Malformed> {
        match self.number()? {
            None | Some(0) => Ok(None),
            Some(day) => {
                let day = u32::try_from(day).ok().filter(|_| self.bytes.len() == 8).and_then(date);
                day.map(Some).ok_or(self.malformed("is no day of the calendar"))
            }
        }
    }

    /// `yyyymm`; none if it is blank or zeros.
    pub(crate) fn period(&self) -> Result<Option<Period>, Malformed> {
        let Some(period) = self.number()?.filter(|period| *period > 0) else { return Ok(None) };
        let (year, month) = (u16::try_from(period / 100), u8::try_from(period % 100));
        match (year, month) {
            (Ok(year), Ok(month)) => {
                Period::new(year, month).map(Some).map_err(|_| self.malformed("is no month of the calendar"))
            }
            _ => Err(self.malformed("is no month of the calendar")),
        }
    }

    /// A number with a decimal comma; none if it is blank.
    pub(crate) fn decimal(&self) -> Result<Option<Decimal>, Malformed> {
        let bytes = self.trimmed();
        if bytes.is_empty() {
            return Ok(None);
        }
        let number = std::str::from_utf8(bytes).ok().and_then(|text| Decimal::parse(text, b',').ok());
        number.map(Some).ok_or(self.malformed("is no number with a decimal comma"))
    }

    /// An amount with a decimal comma in minor units; none if it is blank.
    pub(crate) fn amount(&self) -> Result<Option<i64>, Malformed> {
        let Some(number) = self.decimal()? else { return Ok(None) };
        let amount = number.minor_units(PLACES);
        amount.map(Some).map_err(|_| self.malformed("has more places than its currency"))
    }

    pub(crate) fn malformed(&self, what: &'static str) -> Malformed {
        Malformed { field: self.name, what }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn field(bytes: &[u8]) -> Field<'_> {
        Field::new("the field", bytes)
    }

    #[test]
    fn blank_is_unknown_and_zeros_are_zero() {
        assert_eq!(field(b"            ").number(), Ok(None));
        assert_eq!(field(b"000000000000").number(), Ok(Some(0)));
        assert_eq!(field(b"").amount(), Ok(None));
        assert_eq!(field(b"0,00").amount(), Ok(Some(0)));
        assert_eq!((field(b"        ").date(), field(b"00000000").date()), (Ok(None), Ok(None)));
    }

    #[test]
    fn a_number_that_is_not_padded_with_zeros_is_none() {
        for text in ["  12", "12  ", "+012", "-012", "1 2", "12,0"] {
            assert!(field(text.as_bytes()).number().is_err(), "{text}");
        }
    }

    #[test]
    fn a_day_that_does_not_exist_is_refused() {
        assert_eq!(field(b"20240229").date(), Ok(Date::new(2024, 2, 29).ok()));
        for text in ["20230229", "99999999", "20240001", "2024 701", "00000001"] {
            assert!(field(text.as_bytes()).date().is_err(), "{text}");
        }
        assert!(field(b"202413").period().is_err());
    }

    #[test]
    fn amounts_have_a_decimal_comma_and_at_most_two_places_that_count() {
        assert_eq!(field(b"-12,30").amount(), Ok(Some(-1230)));
        assert_eq!(field(b"12,3000").amount(), Ok(Some(1230)));
        assert_eq!(field(b"12").amount(), Ok(Some(1200)));
        for text in ["12.30", "1.012,30", "12,305", ",5", "5,", "12,3O"] {
            assert!(field(text.as_bytes()).amount().is_err(), "{text}");
        }
    }

    #[test]
    fn a_name_that_was_cut_in_the_middle_of_a_digraph_stays_so() {
        assert_eq!(field(b"Petrovi\xe6 Kostandinovi\xe6 L").text(), Ok(Some("Petrović Kostandinović L".to_owned())));
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_field_or_malformed(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let field = field(&bytes);
            let _ = (field.number(), field.date(), field.period(), field.decimal(), field.amount());
            if let Ok(Some(text)) = field.text() {
                prop_assert!(!text.chars().any(|c| c.is_ascii_control()));
                prop_assert!(!text.starts_with(' ') && !text.ends_with(' '));
            }
        }

        #[test]
        fn a_padded_number_reads_as_it_was_written(number in 0..1_000_000_000_000_i64) {
            let text = format!("{number:012}");
            prop_assert_eq!(field(text.as_bytes()).number(), Ok(Some(number)));
        }

        #[test]
        fn an_amount_reads_as_it_was_written(minor in -1_000_000_000_000_i64..1_000_000_000_000) {
            let sign = if minor < 0 { "-" } else { "" };
            let text = format!("{sign}{},{:02}", minor.abs() / 100, minor.abs() % 100);
            prop_assert_eq!(field(text.as_bytes()).amount(), Ok(Some(minor)));
        }

        #[test]
        fn a_row_is_split_into_as_many_fields_as_it_was_joined_of(
            fields in proptest::collection::vec("[a-z0-9 ,]{0,12}", 1..12)
        ) {
            let row = fields.join(";");
            let split: Option<[&[u8]; 8]> = split(row.as_bytes());
            prop_assert_eq!(split.is_some(), fields.len() == 8);
            if let Some(split) = split {
                for (found, expected) in split.iter().zip(&fields) {
                    prop_assert_eq!(*found, expected.as_bytes());
                }
            }
        }
    }
}
