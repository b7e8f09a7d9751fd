//! The schemes that there are.

use serde::{Deserialize, Serialize};

use super::{Correction, Symbol};
use crate::Currency;

/// Why a word names no scheme.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no payment-code scheme: nbs-ips, upn-qr, nbu-002, nbu-003 or epc069-12")]
pub struct UnknownScheme(pub String);

/// How a payment code is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Scheme {
    /// NBS IPS QR: Serbia.
    NbsIps,
    /// UPN QR: Slovenia.
    UpnQr,
    /// The earlier format of the National Bank of Ukraine.
    Nbu002,
    /// The format of the National Bank of Ukraine that is in force since November 2025.
    Nbu003,
    /// EPC069-12: SEPA credit transfers in euro.
    Epc06912,
}

impl Scheme {
    /// Every scheme.
    pub const ALL: [Self; 5] = [Self::NbsIps, Self::UpnQr, Self::Nbu002, Self::Nbu003, Self::Epc06912];

    /// The word for it in settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::NbsIps => "nbs-ips",
            Self::UpnQr => "upn-qr",
            Self::Nbu002 => "nbu-002",
            Self::Nbu003 => "nbu-003",
            Self::Epc06912 => "epc069-12",
        }
    }

    /// Its name among those who scan it.
    pub fn title(self) -> &'static str {
        match self {
            Self::NbsIps => "NBS IPS QR",
            Self::UpnQr => "UPN QR",
            Self::Nbu002 | Self::Nbu003 => "NBU QR",
            Self::Epc06912 => "EPC QR",
        }
    }

    /// What bank customers of a country scan, where bills are in `currency`; `None` where no scheme here is theirs.
    pub fn customary(country: &str, currency: Currency) -> Option<Self> {
        match (country, currency) {
            ("RS", Currency::RSD) => Some(Self::NbsIps),
            ("SI", Currency::EUR) => Some(Self::UpnQr),
            ("UA", Currency::UAH) => Some(Self::Nbu003),
            (_, Currency::EUR) => Some(Self::Epc06912),
            _ => None,
        }
    }

    /// The QR code that it prescribes; where it leaves something open, what banks' own generators do.
    pub fn symbol(self) -> Symbol {
        let medium = Correction::Medium;
        match self {
            Self::NbsIps | Self::Nbu002 => Symbol { versions: 1..=40, correction: medium, assignment: None },
            // always the same size, so that it fits its place on the printed form; 4 is ISO-8859-2
            Self::UpnQr => Symbol { versions: 15..=15, correction: medium, assignment: Some(4) },
            Self::Nbu003 => Symbol { versions: 10..=17, correction: medium, assignment: None },
            Self::Epc06912 => Symbol { versions: 1..=13, correction: medium, assignment: None },
        }
    }
}

impl std::str::FromStr for Scheme {
    type Err = UnknownScheme;

    fn from_str(text: &str) -> Result<Self, UnknownScheme> {
        let named = Self::ALL.into_iter().find(|scheme| scheme.name() == text);
        named.ok_or_else(|| UnknownScheme(text.chars().take(40).collect()))
    }
}

impl TryFrom<String> for Scheme {
    type Error = UnknownScheme;

    fn try_from(text: String) -> Result<Self, UnknownScheme> {
        text.parse()
    }
}

impl From<Scheme> for String {
    fn from(scheme: Scheme) -> String {
        scheme.name().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scheme_is_found_by_its_name_and_by_where_it_is_customary() {
        for scheme in Scheme::ALL {
            assert_eq!(scheme.name().parse(), Ok(scheme));
        }
        assert!("nbu".parse::<Scheme>().is_err());
        assert_eq!(Scheme::customary("RS", Currency::RSD), Some(Scheme::NbsIps));
        assert_eq!(Scheme::customary("SI", Currency::EUR), Some(Scheme::UpnQr));
        assert_eq!(Scheme::customary("UA", Currency::UAH), Some(Scheme::Nbu003));
        assert_eq!(Scheme::customary("AT", Currency::EUR), Some(Scheme::Epc06912));
        assert_eq!(Scheme::customary("RS", Currency::UAH), None);
    }
}
