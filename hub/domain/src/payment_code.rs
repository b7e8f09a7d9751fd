//! Payment codes: what a bill's payment order says, in the form that a country's banking apps read out of a QR code.
//!
//! A module per scheme, each with a value that is made of an [`Order`], is written as a payload, and is read back from
//! one. A value that breaks a rule of its scheme is a [`CodeError`], which names the field and the rule. Nothing is cut to
//! fit, and no amount is anything but integer minor units.
//!
//! How a payload becomes an image is for others; which symbol its scheme prescribes stands here ([`Symbol`]).

mod amount;
mod base64url;
mod charset;
pub mod epc069_12;
mod error;
mod field;
pub mod nbs_ips;
pub mod nbu_002;
pub mod nbu_003;
mod order;
mod scheme;
mod symbol;
pub mod upn_qr;

pub use charset::Charset;
pub use epc069_12::Epc06912;
pub use error::{CodeError, Rule, Unit};
pub use nbs_ips::NbsIps;
pub use nbu_002::Nbu002;
pub use nbu_003::Nbu003;
pub use order::{Order, PayeeDetails};
pub use scheme::{Scheme, UnknownScheme};
pub use symbol::{Correction, Symbol};
pub use upn_qr::UpnQr;

/// A payment order as a scheme writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentCode {
    /// The scheme.
    pub scheme: Scheme,
    /// What the code says, as text.
    pub payload: String,
    /// The bytes that the QR code holds: the payload in the scheme's charset.
    pub content: Vec<u8>,
    /// The QR code that the scheme prescribes for them.
    pub symbol: Symbol,
}

impl PaymentCode {
    /// Writes an order by a scheme.
    pub fn compose(scheme: Scheme, order: &Order<'_>) -> Result<Self, CodeError> {
        let (payload, charset) = match scheme {
            Scheme::NbsIps => (NbsIps::of(order)?.payload()?, Charset::Utf8),
            Scheme::UpnQr => (UpnQr::of(order)?.payload()?, Charset::Latin2),
            Scheme::Nbu002 => (Nbu002::of(order)?.payload()?, Charset::Utf8),
            Scheme::Nbu003 => (Nbu003::of(order)?.payload()?, Charset::Utf8),
            Scheme::Epc06912 => {
                let code = Epc06912::of(order)?;
                (code.payload()?, code.charset)
            }
        };
        let content = charset.encode("payload", &payload)?;
        Ok(Self { scheme, payload, content, symbol: scheme.symbol() })
    }
}

#[cfg(test)]
mod tests;
