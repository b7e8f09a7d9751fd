//! Names of files: `KIND_yyyymmdd_nnn`, with an extension.

use std::{fmt, str::FromStr};

use komunala_adapter_sdk::Date;

/// What a file tells of; in the order in which the files of a set are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    /// `KOR`
    Customers,
    /// `RAC`
    Bills,
    /// `STV`, which counts only together with `RAC`
    Lines,
    /// `UPL`
    Payments,
    /// `DOST`, the hub's choices of delivery and what is answered to them
    Deliveries,
    /// `ZAHT`, requests and what is answered to them
    Requests,
}

impl Kind {
    pub(crate) const ALL: [Self; 6] =
        [Self::Customers, Self::Bills, Self::Lines, Self::Payments, Self::Deliveries, Self::Requests];

    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::Customers => "KOR",
            Self::Bills => "RAC",
            Self::Lines => "STV",
            Self::Payments => "UPL",
            Self::Deliveries => "DOST",
            Self::Requests => "ZAHT",
        }
    }

    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Customers | Self::Bills => "txt",
            _ => "csv",
        }
    }

    /// Whether the hub writes files of this kind, and the billing system answers under the same name.
    pub(crate) fn is_ours(self) -> bool {
        matches!(self, Self::Deliveries | Self::Requests)
    }
}

/// A name without its extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct FileName {
    pub(crate) place: Place,
    pub(crate) kind: Kind,
}

/// Day and number, which the files of a set share: places are compared in the order in which sets are applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place {
    /// `yyyymmdd`, a day of the calendar
    pub(crate) day: u32,
    /// 1 to 999
    pub(crate) number: u16,
}

impl Place {
    /// Its place among all, as the contract counts.
    pub(crate) fn sequence(self) -> u64 {
        u64::from(self.day) * 1000 + u64::from(self.number)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:08}_{:03}", self.day, self.number)
    }
}

impl FileName {
    /// With the extension.
    pub(crate) fn file(&self) -> String {
        format!("{self}.{}", self.kind.extension())
    }

    /// The file that says that this one is complete.
    pub(crate) fn ok(&self) -> String {
        format!("{self}.ok")
    }

    /// The same set's file of another kind.
    pub(crate) fn sibling(&self, kind: Kind) -> Self {
        Self { kind, ..*self }
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}_{}", self.kind.prefix(), self.place)
    }
}

/// No name of this exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Foreign;

impl FromStr for FileName {
    type Err = Foreign;

    fn from_str(text: &str) -> Result<Self, Foreign> {
        let mut parts = text.split('_');
        let (Some(prefix), Some(day), Some(number), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Foreign);
        };
        let kind = Kind::ALL.into_iter().find(|kind| kind.prefix() == prefix).ok_or(Foreign)?;
        if day.len() != 8 || number.len() != 3 {
            return Err(Foreign);
        }
        let day = calendar_day(digits(day).ok_or(Foreign)?).ok_or(Foreign)?;
        match digits(number).and_then(|number| u16::try_from(number).ok()) {
            Some(number) if number > 0 => Ok(Self { place: Place { day, number }, kind }),
            _ => Err(Foreign),
        }
    }
}

/// A name in a folder, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    /// A file.
    File(FileName),
    /// What says that a file is complete.
    Ok(FileName),
}

impl FromStr for Entry {
    type Err = Foreign;

    fn from_str(text: &str) -> Result<Self, Foreign> {
        let (stem, extension) = text.rsplit_once('.').ok_or(Foreign)?;
        let name: FileName = stem.parse()?;
        match extension {
            "ok" => Ok(Self::Ok(name)),
            _ if extension == name.kind.extension() => Ok(Self::File(name)),
            _ => Err(Foreign),
        }
    }
}

/// Digits and nothing else.
pub(crate) fn digits(text: &str) -> Option<u32> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) { None } else { text.parse().ok() }
}

/// The contract's date of `yyyymmdd`, if the calendar has it.
pub(crate) fn date(day: u32) -> Option<Date> {
    let part = |part: u32| u8::try_from(part).ok();
    Date::new(u16::try_from(day / 10_000).ok()?, part(day / 100 % 100)?, part(day % 100)?).ok()
}

fn calendar_day(day: u32) -> Option<u32> {
    date(day).map(|_| day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_reads_what_it_writes() {
        let name: FileName = "KOR_20240701_002".parse().unwrap();
        assert_eq!((name.to_string().as_str(), name.file().as_str()), ("KOR_20240701_002", "KOR_20240701_002.txt"));
        assert_eq!(name.place.sequence(), 20_240_701_002);
        assert_eq!("DOST_20240701_001.csv".parse(), Ok(Entry::File("DOST_20240701_001".parse().unwrap())));
        assert_eq!("STV_20240701_001.ok".parse(), Ok(Entry::Ok("STV_20240701_001".parse().unwrap())));
    }

    #[test]
    fn other_names_are_foreign() {
        for text in [
            "KOR_20240701_000",
            "KOR_20240732_001",
            "KOR_2024070_001",
            "KOR_20240701_1",
            "XYZ_20240701_001",
            "kor_20240701_001",
            "KOR_20240701_001_1",
            "KOR_20240701_+01",
            "",
        ] {
            assert_eq!(text.parse::<FileName>(), Err(Foreign), "{text}");
        }
        for text in ["KOR_20240701_001.csv", "KOR_20240701_001", "KOR_20240701_001.txt.ok", "STV_20240701_001.txt"] {
            assert_eq!(text.parse::<Entry>(), Err(Foreign), "{text}");
        }
    }
}
