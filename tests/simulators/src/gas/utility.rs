//! Whose billing system it is: one interface, and what differs from utility to utility.

use jiff::civil::Date;
use serde::Serialize;

use super::issuer::Issuer;
use crate::clock::Clock;
use crate::month::Month;

/// A utility that this billing system serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Utility {
    /// Gas-Ruma: dinars, one bill a month on the 3rd, readings of any past day.
    #[default]
    Ruma,
    /// Chernihivgaz: hryvnias, a bill each of network and supplier from the 10th to the 12th, privileges and subsidies,
    /// readings on the first five days of a month.
    Chernihiv,
}

impl Utility {
    /// The currency of everything, by ISO 4217.
    pub fn currency(self) -> &'static str {
        match self {
            Self::Ruma => "RSD",
            Self::Chernihiv => "UAH",
        }
    }

    /// The days of the month on which readings are taken, for days of that month; any past day without.
    pub(super) fn reading_days(self) -> Option<std::ops::RangeInclusive<i8>> {
        match self {
            Self::Ruma => None,
            Self::Chernihiv => Some(1..=5),
        }
    }

    /// Who bills: nobody is named where it is the utility itself.
    pub(super) fn issuers(self) -> &'static [Option<Issuer>] {
        match self {
            Self::Ruma => &[None],
            Self::Chernihiv => &[Some(Issuer::Network), Some(Issuer::Supplier)],
        }
    }

    /// Whose invoice has a number.
    pub(super) fn issuer_of(self, invoice_no: &str) -> Option<Issuer> {
        match self {
            Self::Ruma => None,
            Self::Chernihiv if invoice_no.ends_with("-N") => Some(Issuer::Network),
            Self::Chernihiv => Some(Issuer::Supplier),
        }
    }

    /// The day on which an issuer's bills of a month come.
    pub(super) fn issued(self, issuer: Option<Issuer>, period: Month) -> Date {
        let day = match (self, issuer) {
            (Self::Ruma, _) => 3,
            (Self::Chernihiv, Some(Issuer::Network)) => 10,
            (Self::Chernihiv, _) => 12,
        };
        period.plus(1).day(day)
    }

    /// The day on which all bills of a month are there.
    pub(super) fn complete(self, period: Month) -> Date {
        let days = self.issuers().iter().map(|issuer| self.issued(*issuer, period));
        days.max().expect("somebody bills")
    }

    /// The day on which the first bills of a month come.
    pub(super) fn begun(self, period: Month) -> Date {
        let days = self.issuers().iter().map(|issuer| self.issued(*issuer, period));
        days.min().expect("somebody bills")
    }

    /// What an account's delivery points are called, before its number.
    pub(super) fn point_prefix(self) -> &'static str {
        match self {
            Self::Ruma => "R-",
            Self::Chernihiv => "CH-",
        }
    }

    /// How energy identification codes of its points begin: the office that issues them, and `Z` for a point.
    pub(super) fn eic_prefix(self) -> &'static str {
        match self {
            Self::Ruma => "34Z",
            Self::Chernihiv => "56Z",
        }
    }

    /// Value added tax in per cent.
    pub(super) fn vat(self) -> (i64, &'static str) {
        match self {
            Self::Ruma => (10, "10"),
            Self::Chernihiv => (20, "20"),
        }
    }

    pub(super) fn clock(self) -> Clock {
        match self {
            Self::Ruma => Clock::belgrade(),
            Self::Chernihiv => Clock::kyiv(),
        }
    }
}
